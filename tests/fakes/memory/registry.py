"""Tenants and memberships, in memory."""

from collections.abc import Iterator
from dataclasses import replace

from relance.app.errors import Conflict, NotFound
from relance.app.ports.membership import Membership
from relance.app.ports.tenant import Tenant
from tests.fakes.memory.tenant_store import MemoryStore


class MemoryRegistry:
    """Tenants, each with its store, and memberships."""

    def __init__(self) -> None:
        self._stores: dict[str, MemoryStore] = {}
        self._memberships: dict[str, Membership] = {}

    def store_for(self, tenant: str) -> MemoryStore:
        """Return the tenant's store; raise NotFound when there is no such tenant."""
        if tenant not in self._stores:
            raise NotFound(f"there is no tenant {tenant}")
        return self._stores[tenant]

    def tenant_ids(self) -> Iterator[str]:
        return iter(sorted(self._stores))

    def membership(self, subject: str) -> Membership | None:
        return self._memberships.get(subject)

    def add_tenant(self, tenant: Tenant) -> None:
        if tenant.id in self._stores:
            raise Conflict(f"there is a tenant {tenant.id} already")
        self._stores[tenant.id] = MemoryStore(replace(tenant, version=1))

    def put_membership(self, membership: Membership) -> None:
        self._memberships[membership.subject] = membership
        for store in self._stores.values():
            store.put_member(membership)

    def remove_membership(self, subject: str) -> None:
        """Take a member away, as a change of members does."""
        self._memberships.pop(subject, None)
        for store in self._stores.values():
            store.drop_member(subject)

    def sent_as(self, reference: str) -> tuple[str, str] | None:
        named = ((key, store.sent.get(reference)) for key, store in self._stores.items())
        return next(((tenant, action) for tenant, action in named if action), None)
