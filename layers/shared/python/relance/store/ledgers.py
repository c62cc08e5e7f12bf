"""What a sync writes of a customer, and what leaves its live facts when all is said."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import chain

from relance.domain.actions import Action
from relance.domain.customer import Customer
from relance.domain.items import Item
from relance.store import keys
from relance.store.accounts import at, changed
from relance.store.actions import Actions
from relance.store.attributes import Record
from relance.store.bound import check_owner
from relance.store.records import VERSION, action_of, body
from relance.store.settings import given_entry
from relance.store.table import Entry

# A transaction takes 100 entries and 4 MB; one entry is the customer's own.
_MOST_ENTRIES = 99
_MOST_BYTES = 2_000_000


class Ledgers(Actions):
    """Changes of many records of one customer, as transactions that follow one another."""

    def apply_sync(
        self, customer: Customer, *, put: Iterable[Item], import_id: str, gets_profile: bool = False
    ) -> Customer:
        items = tuple({item.id: item for item in put}.values())  # the last of an id counts
        check_owner(customer, (item.id for item in items))
        # Before the items, and so in the first transaction: what refuses, refuses all of it.
        given = [given_entry(self._table, self._tenant, customer)] if gets_profile else []
        groups = chain([given], self._sync_groups(customer, items))
        parts = list(chunks(groups)) or [[]]
        # A mark that another import left stays: it says more than that we are half-way.
        half_way = replace(customer, incomplete_since=customer.incomplete_since or import_id)
        written = customer
        for number, chunk in enumerate(parts, start=1):
            state = customer if number == len(parts) else half_way
            current = replace(state, version=written.version)
            written = self._written(current, chunk, gets_profile=gets_profile and number == 1)
        return written

    def _sync_groups(self, customer: Customer, items: tuple[Item, ...]) -> Iterator[list[Entry]]:
        """Give the entries of each item; what must not be torn apart is in one group.

        An item that had been archived comes back, its actions before it: it goes on where it
        stood (D33).
        """
        archived: dict[str, Record] = {}
        if customer.version:
            wanted = (keys.paid_item(self._tenant, item.id) for item in items)
            archived = {each["body"]["id"]: each for each in self._table.get_many(wanted)}
        yield from self._revived(archived.values())
        for item in items:
            group = [self._table.put(self._item_record(item))]
            if item.id in archived:
                group.append(self._table.delete(keys.paid_item(self._tenant, item.id)))
            yield group

    def _revived(self, archived: Iterable[Record]) -> Iterator[list[Entry]]:
        """Give the entries that make the archived actions of these items live again."""
        concerning = {action for record in archived for action in record.get("actions", ())}
        pointers = self._table.get_many(
            keys.past_pointer(self._tenant, action) for action in sorted(concerning)
        )
        past = self._table.get_many(keys.Key(each["pk"], each["at"]) for each in pointers)
        for record in past:
            action = action_of(record)
            yield [
                self._table.put(self._action_record(action)),
                self._table.delete(keys.Key(record["pk"], record["sk"])),
                self._table.delete(keys.past_pointer(self._tenant, action.id)),
            ]

    def archive(
        self, customer: Customer, items: Iterable[str], *, actions_before: date | None = None
    ) -> Customer:
        account = self.account(customer.id)
        if account is None or account.customer.version != customer.version:
            raise changed(customer)
        leaving = set(items)
        gone = [item for item in account.items if item.id in leaving]
        live = {item.id for item in account.items} - leaving
        groups = [self._paid_entries(item, account.actions) for item in gone]
        # After the items: an item that is live without its history would begin anew.
        groups += [
            self._past_entries(action)
            for action in account.actions
            if _over(action, actions_before) and not any(each.item in live for each in action.sends)
        ]
        version = customer.version
        for chunk in list(chunks(groups)) or [[]]:
            current = replace(account.customer, version=version)
            if not self._table.transact([self._count_up(customer.id, when=at(current)), *chunk]):
                raise changed(current)
            version += 1
        return replace(account.customer, version=version)

    def _item_record(self, item: Item) -> Record:
        place = keys.listed_item(self._tenant, item.id, item.due or item.issued)
        return {
            **keys.item(self._tenant, item.id)._asdict(),
            "v": VERSION,
            "list_pk": place.pk,
            "list_sk": place.sk,
            "body": body(item),
        }

    def _paid_entries(self, item: Item, actions: Iterable[Action]) -> list[Entry]:
        place = keys.listed_paid_item(self._tenant, item.id, item.settled_on or item.issued)
        concerning = [
            action.id for action in actions if any(each.item == item.id for each in action.sends)
        ]
        record = {
            **keys.paid_item(self._tenant, item.id)._asdict(),
            "v": VERSION,
            "list_pk": place.pk,
            "list_sk": place.sk,
            "body": body(item),
            "actions": concerning,
        }
        return [
            self._table.delete(keys.item(self._tenant, item.id)),
            self._table.put(record),
        ]

    def _past_entries(self, action: Action) -> list[Entry]:
        past = keys.past_action(self._tenant, action.id, action.day)
        pointer = keys.past_pointer(self._tenant, action.id)
        return [
            self._table.delete(keys.action(self._tenant, action.id)),
            self._table.put({**self._action_record(action), **past._asdict()}),
            self._table.put({**pointer._asdict(), "v": VERSION, "at": past.sk}),
        ]


def _over(action: Action, before: date | None) -> bool:
    """Whether no later decision looks back at an action that is older than `before`."""
    latest = max(action.day, action.completed_on or action.day)
    return before is not None and latest < before and not action.state.pending


def chunks(groups: Iterable[list[Entry]]) -> Iterator[list[Entry]]:
    """Put groups together in transactions, as many as fit."""
    chunk: list[Entry] = []
    size = 0
    for group in groups:
        bytes_ = len(str(group))
        if chunk and (len(chunk) + len(group) > _MOST_ENTRIES or size + bytes_ > _MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.extend(group)
        size += bytes_
    if chunk:
        yield chunk
