"""Customers, their accounts as decisions read them, and when to look at them next."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time

from relance.app.cursors import position
from relance.app.errors import BadInput, Conflict, MovedMeanwhile
from relance.app.ports.accounts import Account
from relance.app.ports.page import Page
from relance.domain.blocks import Block, Stop
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.domain.items import Item
from relance.store import keys
from relance.store.attributes import Record
from relance.store.bound import Bound, check_owner, moved, page
from relance.store.records import (
    VERSION,
    action_of,
    block_body,
    block_of,
    customer_body,
    customer_of,
    day,
    value,
)
from relance.store.settings import given_entry
from relance.store.table import ABSENT, PRESENT, Entry, When, at_version

# An account that changes between its pages more often than this is read by the next try.
_READS = 5


class Accounts(Bound):
    """Customers and what is live of them."""

    def account(self, customer: str) -> Account | None:
        # The customer is the first record in key order. Facts read behind it are of its version or
        # newer, and whoever made newer ones counted the version up: nothing decided on such a mix
        # can be written. Over several pages the mix would be wide, so it is read again.
        key = keys.customer(self._tenant, customer)
        for _ in range(_READS):
            pages = list(self._table.prefixed(key))
            records = [record for records in pages for record in records]
            if not records or records[0]["sk"] != key.sk:
                return None
            if len(pages) == 1 or self._version(key) == records[0]["version"]:
                return _account(records)
        raise MovedMeanwhile(f"customer {customer} keeps changing while it is read")

    def _version(self, key: keys.Key) -> int | None:
        record = self._table.get(key)
        return record["version"] if record else None

    def customers(self, *, limit: int, after: str | None = None) -> Page[Customer]:
        name = keys.listed_customer(self._tenant, "").pk
        return self._list(name, customer_of, limit=limit, after=after)

    def save_customer(self, customer: Customer, *, gets_profile: bool = False) -> Customer:
        given = [given_entry(self._table, self._tenant, customer)] if gets_profile else []
        return self._written(customer, given, gets_profile=gets_profile)

    def save_block(self, customer: Customer, block: Block) -> Customer:
        check_owner(customer, [block.id])
        counted = self._count_up(customer.id, when=at(customer))
        if not self._table.transact([counted, self._block_entry(block)]):
            raise changed(customer)
        return replace(customer, version=customer.version + 1)

    def items(
        self, *, limit: int, after: str | None = None, latest_first: bool = False
    ) -> Page[tuple[str, Item]]:
        listed = keys.listed_item(self._tenant, "", date.min).pk
        name = f"{listed}#LATEST" if latest_first else listed
        found = self._table.listed(
            listed, after=position(name, after), newest_first=latest_first, most=limit + 1
        )
        return page(name, ((each["list_sk"], _owned(each)) for each in found), limit=limit)

    def stops(self, *, limit: int, after: str | None = None) -> Page[tuple[str, Stop]]:
        name = keys.listed_stop(self._tenant, "", date.min).pk
        return self._list(name, _owned_stop, limit=limit, after=after, newest_first=True)

    def paid_items(self, customer: str, *, limit: int, after: str | None = None) -> Page[Item]:
        name = keys.listed_paid_item(self._tenant, f"{customer}-", date.min).pk
        return self._list(name, _item, limit=limit, after=after, newest_first=True)

    def item(self, item: str) -> Item | None:
        record = self._table.get(keys.item(self._tenant, item))
        record = record or self._table.get(keys.paid_item(self._tenant, item))
        return _item(record) if record else None

    def archived(self, items: Iterable[str]) -> Mapping[str, Item]:
        found = self._table.get_many(keys.paid_item(self._tenant, item) for item in items)
        return {item.id: item for item in map(_item, found)}

    def due_customers(self, on: date, *, limit: int, after: str | None = None) -> Page[str]:
        until = keys.due_until(self._tenant, on)
        found = self._table.due(until, after=position(until.pk, after), most=limit + 1)
        rows = ((each["due_sk"], keys.customer_in(each["pk"])) for each in found)
        return page(until.pk, rows, limit=limit)

    def waiting_customers(
        self, on: date, *, limit: int, after: str | None = None
    ) -> Page[tuple[date, str]]:
        first = keys.due_first_from(self._tenant, on)
        name = first.pk + first.sk
        start = max(first.sk, position(name, after) or first.sk)
        until = keys.due_first_until(self._tenant, on)
        found = self._table.due(until, after=start, most=limit + 1)
        rows = (
            (each["due_sk"], (since, keys.customer_in(each["pk"])))
            for each in found
            if (since := keys.oldest_in(each["due_sk"])) is not None
        )
        return page(name, rows, limit=limit)

    def customers_due_at(
        self, on: date, hour: time, *, limit: int, after: str | None = None
    ) -> Page[str]:
        until = keys.due_at_until(self._tenant, on, hour)
        name = until.pk + keys.due_at_from(self._tenant, on).sk
        first = keys.due_at_from(self._tenant, on).sk
        start = max(first, position(name, after) or first)
        found = self._table.due(until, after=start, most=limit + 1)
        rows = ((each["due_sk"], keys.customer_in(each["pk"])) for each in found)
        return page(name, rows, limit=limit)

    def set_next_date(
        self,
        customer: Customer,
        day: date | None,
        *,
        rules: int,
        waits_since: date | None = None,
        hour: time | None = None,
    ) -> bool:
        place = keys.due(self._tenant, customer.id, day)
        if day is not None and waits_since is not None:
            place = keys.due_first(self._tenant, customer.id, day, waits_since)
        elif day is not None and hour is not None:
            place = keys.due_at(self._tenant, customer.id, day, hour)
        expression, values = "SET rules_version = :rules REMOVE next_date, due_pk, due_sk", {}
        if day is not None:
            expression = (
                "SET rules_version = :rules, next_date = :day, due_pk = :due_pk, due_sk = :due_sk"
            )
            values = {":day": day.isoformat(), ":due_pk": place.pk, ":due_sk": place.sk}
        unmoved = at(customer)
        not_newer = "(attribute_not_exists(rules_version) OR rules_version <= :rules)"
        return self._table.write(
            self._table.update(
                keys.customer(self._tenant, customer.id),
                expression,
                {":rules": rules, **values},
                when=When(f"{unmoved.expression} AND {not_newer}", unmoved.values),
            )
        )

    def _customer_entry(self, customer: Customer) -> Entry:
        """Write a customer's facts if it is still at its version (0: if there is none)."""
        if not keys.fits(customer.id):
            raise BadInput(f"the customer code {customer.code[:40]}… is too long to be kept")
        due = keys.due(self._tenant, customer.id, None)
        listed = keys.listed_customer(self._tenant, customer.id)
        return self._table.update(
            keys.customer(self._tenant, customer.id),
            "SET v = :v, body = :body, version = :next, due_pk = :due_pk, due_sk = :due_sk,"
            " list_pk = :list_pk, list_sk = :list_sk",
            {
                ":v": VERSION,
                ":body": customer_body(customer),
                ":next": customer.version + 1,
                ":due_pk": due.pk,
                ":due_sk": due.sk,
                ":list_pk": listed.pk,
                ":list_sk": listed.sk,
            },
            when=at(customer) if customer.version else ABSENT,
        )

    def _written(self, customer: Customer, more: list[Entry], *, gets_profile: bool) -> Customer:
        """Write a customer and more of it together; return it with its new version."""
        if not self._table.transact([self._customer_entry(customer), *more]):
            profile = keys.profile(self._tenant, customer.profile)
            if gets_profile and self._table.get(profile) is None:
                raise BadInput("there is no such profile", pointer="/profile")
            raise changed(customer)
        return replace(customer, version=customer.version + 1)

    def _block_entry(self, block: Block) -> Entry:
        """Write a stop, dispute or promise, new or not."""
        return self._table.put(self._block_record(block))

    def _block_record(self, block: Block) -> Record:
        record = {**keys.block(self._tenant, block.id)._asdict(), "v": VERSION}
        if isinstance(block, Stop) and block.ended_on is None:
            place = keys.listed_stop(self._tenant, block.id, block.since)
            record |= {"list_pk": place.pk, "list_sk": place.sk}
        return {**record, "body": block_body(block)}

    def _count_up(self, customer: str, *, when: When = PRESENT) -> Entry:
        """Count a customer's version up and make it due at once."""
        due = keys.due(self._tenant, customer, None)
        return self._table.update(
            keys.customer(self._tenant, customer),
            "SET version = version + :one, due_pk = :due_pk, due_sk = :due_sk",
            {":one": 1, ":due_pk": due.pk, ":due_sk": due.sk},
            when=when,
        )


def at(customer: Customer) -> When:
    """Hold while the customer is at this version."""
    return at_version(customer.version)


def changed(customer: Customer) -> Conflict:
    """Return the error for a customer that is at another version, or there although new (0)."""
    return moved(f"customer {customer.id}", customer.version)


def _account(records: list[Record]) -> Account:
    head, *facts = records
    return Account(
        customer=customer_of(head),
        items=tuple(_item(each) for each in facts if "#ITEM#" in each["sk"]),
        actions=tuple(action_of(each) for each in facts if "#ACTION#" in each["sk"]),
        next_date=day(head.get("next_date")),
        waits_since=keys.oldest_in(head.get("due_sk", "")),
        blocks=tuple(block_of(each) for each in facts if "#BLOCK#" in each["sk"]),
    )


def _item(record: Record) -> Item:
    return value(Item, record)


def _owned_stop(record: Record) -> tuple[str, Stop]:
    stop = block_of(record)
    if not isinstance(stop, Stop):
        raise TypeError("what is listed among stops is none")
    return owner(stop.id), stop


def _owned(record: Record) -> tuple[str, Item]:
    item = _item(record)
    return owner(item.id), item
