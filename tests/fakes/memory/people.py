"""Who works for the tenant, in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from relance.app.errors import MovedMeanwhile
from relance.app.ports.membership import Membership
from relance.app.ports.tenant import Tenant
from relance.domain.customer import Customer
from relance.domain.people import Group
from tests.fakes.memory.accounts import Accounts
from tests.fakes.memory.bound import moved


class People(Accounts):
    """Users, as the registry tells them, their groups, and the customers they look after."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._groups: dict[str, Group] = {}
        self._members: dict[str, Membership] = {}

    def members(self) -> tuple[Membership, ...]:
        return tuple(self._members[key] for key in sorted(self._members))

    def drop_member(self, subject: str) -> None:
        """Take the registry's member out of the list of users."""
        self._members.pop(subject, None)

    def put_member(self, membership: Membership) -> None:
        """What a registry does when someone is given access, or loses it to another tenant."""
        self._members.pop(membership.subject, None)
        if membership.tenant == self._tenant.id:
            self._members[membership.subject] = membership

    def groups(self) -> tuple[Group, ...]:
        return tuple(self._groups[key] for key in sorted(self._groups))

    def save_group(self, group: Group) -> Group:
        stored = self._groups.get(group.id)
        if (stored.version if stored else 0) != group.version:
            raise moved(f"group {group.id}", group.version)
        self._groups[group.id] = replace(group, version=group.version + 1)
        return self._groups[group.id]

    def delete_group(self, group: str, *, version: int) -> None:
        stored = self._groups.get(group)
        if stored is None or stored.version != version:
            raise MovedMeanwhile(f"group {group} changed since it was read")
        del self._groups[group]

    def customers_named(self, identifiers: Iterable[str]) -> Mapping[str, Customer]:
        asked = set(identifiers)
        return {key: file.customer for key, file in self._files.items() if key in asked}
