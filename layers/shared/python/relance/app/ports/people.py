"""Who works for the tenant: its users, their groups, and the customers they look after."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from relance.app.ports.membership import Membership
from relance.domain.customer import Customer

if TYPE_CHECKING:
    from relance.domain.people import Group


class People(Protocol):
    """The tenant's users and groups."""

    def members(self) -> tuple[Membership, ...]:
        """Return who has access, by the index (eventually so), in the order of their subjects."""

    def groups(self) -> "tuple[Group, ...]": ...
    def save_group(self, group: "Group") -> "Group":
        """Version 0 creates (Conflict when it exists); else replaces that version.

        Raises MovedMeanwhile when it is at another by now.
        """

    def delete_group(self, group: str, *, version: int) -> None:
        """Raises MovedMeanwhile unless it is at that version."""

    def customers_named(self, identifiers: Iterable[str]) -> Mapping[str, Customer]:
        """Return those of these customers that exist, by id."""
