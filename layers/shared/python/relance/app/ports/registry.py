"""Tenants and memberships, across tenants."""

from collections.abc import Iterator
from typing import Protocol

from relance.app.ports.membership import Membership
from relance.app.ports.tenant import Tenant


class Registry(Protocol):
    """Tenants and memberships, across tenants; for the planner, sign-in and the operator."""

    def tenant_ids(self) -> Iterator[str]: ...
    def membership(self, subject: str) -> Membership | None: ...
    def add_tenant(self, tenant: Tenant) -> None:
        """Raise Conflict when the id is taken."""

    def put_membership(self, membership: Membership) -> None: ...
    def sent_as(self, reference: str) -> tuple[str, str] | None:
        """Return the tenant and the action of the message that its provider named so.

        Only e-mails and text messages are found, from the confirmation on that brought the name.
        """
