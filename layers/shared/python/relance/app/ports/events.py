"""The bus on which other services hear what happened."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from relance.contracts.events import Event


class Events(Protocol):
    """The bus on which other services hear what happened."""

    def publish(self, event: "Event") -> None:
        """Publish; raise NotAcceptedError when the bus did not take it."""
