"""Templates of the tenant's own (M1)."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from relance.domain.wording import OwnTemplate


class Templates(Protocol):
    """What the tenant wrote in place of the templates that we bring."""

    def templates(self) -> "tuple[OwnTemplate, ...]": ...
    def template(self, template: str) -> "OwnTemplate | None": ...
    def save_template(self, template: "OwnTemplate") -> "OwnTemplate":
        """Version 0 creates (Conflict when it exists); else replaces that version.

        Raises MovedMeanwhile when it is at another by now.
        """

    def delete_template(self, template: str, *, version: int) -> None:
        """Raises MovedMeanwhile unless it is at that version."""
