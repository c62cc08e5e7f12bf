"""Who works for the tenant: its users, their groups, and the customers they look after (A2)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from relance.app.errors import MovedMeanwhile
from relance.app.ports.membership import Membership
from relance.domain.customer import Customer
from relance.domain.people import Group
from relance.store import keys
from relance.store.attributes import Record
from relance.store.bound import Bound, moved
from relance.store.records import VERSION, body, customer_of, value
from relance.store.table import ABSENT, at_version

_PAGE = 200


class People(Bound):
    """Users are read from the index that their memberships stand in; groups are records here."""

    def members(self) -> tuple[Membership, ...]:
        name = keys.listed_member(self._tenant, "").pk
        page = self._list(name, _membership, limit=_PAGE, after=None)
        found = list(page.entries)
        while page.next is not None:
            page = self._list(name, _membership, limit=_PAGE, after=page.next)
            found += page.entries
        return tuple(found)

    def groups(self) -> tuple[Group, ...]:
        pages = self._table.prefixed(keys.group(self._tenant, ""))
        return tuple(_group(record) for records in pages for record in records)

    def save_group(self, group: Group) -> Group:
        stored = replace(group, version=group.version + 1)
        record = {
            **keys.group(self._tenant, group.id)._asdict(),
            "v": VERSION,
            "version": stored.version,
            "body": body(stored),
        }
        when = ABSENT
        if group.version:
            when = at_version(group.version)
        if not self._table.transact([self._table.put(record, when=when)]):
            raise moved(f"group {group.id}", group.version)
        return stored

    def delete_group(self, group: str, *, version: int) -> None:
        key = keys.group(self._tenant, group)
        if not self._table.transact([self._table.delete(key, when=at_version(version))]):
            raise MovedMeanwhile(f"group {group} changed since it was read")

    def customers_named(self, identifiers: Iterable[str]) -> Mapping[str, Customer]:
        asked = (keys.customer(self._tenant, each) for each in identifiers)
        found = map(customer_of, self._table.get_many(asked))
        return {customer.id: customer for customer in found}


def _membership(record: Record) -> Membership:
    return value(Membership, record)


def _group(record: Record) -> Group:
    return value(Group, record)
