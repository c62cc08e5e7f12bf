"""Stops, disputes and promises are kept with the customer they hold (C2, C4, C5)."""

from dataclasses import fields, replace
from datetime import date

import pytest

from relance.app.errors import Conflict
from relance.app.ports.page import Page
from relance.app.ports.tenant_store import TenantStore
from relance.domain.blocks import Block, Dispute, Promise, Stop
from tests.adapters.store import samples
from tests.adapters.store.samples import item_id

DAY = date(2025, 3, 9)
ITEM = item_id("411DUPONT", "F1")
BLOCKS: list[Block] = [
    Stop(
        id="411DUPONT-5f0c",
        since=DAY,
        reason="é\n\U0001f600",
        author="anna",
        item=ITEM,
        until=date(2025, 4, 9),
        ended_on=date(2025, 3, 20),
        ended_by="léa",
    ),
    Dispute(
        id="411DUPONT-5f0d",
        item=ITEM,
        opened=DAY,
        reason="quantity",
        author="anna",
        owner="léa",
        amount=10_00,
        resolved_on=date(2025, 3, 20),
        resolved_by="léa",
        resolution="a credit note follows",
    ),
    Promise(
        id="411DUPONT-5f0e",
        items=(ITEM, item_id("411DUPONT", "F2")),
        currency="EUR",
        amount=100_00,
        due=date(2025, 3, 14),
        made_on=DAY,
        open_when_made=120_00,
        author="anna",
        note="by transfer",
        kept_on=date(2025, 3, 17),
        cancelled_on=date(2025, 3, 18),
        cancelled_by="léa",
    ),
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_every_field_of_a_block_comes_back(store: TenantStore, block: Block) -> None:
    assert all(getattr(block, each.name) not in (None, "") for each in fields(block))
    customer = store.save_customer(samples.customer())
    written = store.save_block(customer, block)
    account = store.account(customer.id)
    assert account is not None
    assert account.blocks == (block,)
    assert account.customer == written
    assert written.version == customer.version + 1


def test_a_block_is_replaced_by_its_id(store: TenantStore) -> None:
    customer = store.save_customer(samples.customer())
    plain = Stop(id="411DUPONT-1", since=DAY, reason="r")
    customer = store.save_block(customer, plain)
    store.save_block(customer, replace(plain, ended_on=DAY))
    account = store.account(customer.id)
    assert account is not None
    assert [each.ended_on for each in account.blocks if isinstance(each, Stop)] == [DAY]


def test_a_block_on_facts_that_moved_is_refused(store: TenantStore) -> None:
    customer = store.save_customer(samples.customer())
    store.save_customer(replace(customer, name="Other"))
    with pytest.raises(Conflict):
        store.save_block(customer, BLOCKS[0])
    account = store.account(customer.id)
    assert account is not None
    assert account.blocks == ()


def test_a_block_makes_its_customer_due_at_once(store: TenantStore) -> None:
    customer = store.save_customer(samples.customer())
    store.save_block(customer, BLOCKS[0])
    assert store.due_customers(DAY, limit=5).entries == (customer.id,)


def test_a_block_belongs_to_its_customer(store: TenantStore) -> None:
    customer = store.save_customer(samples.customer())
    with pytest.raises(ValueError, match="is not an id"):
        store.save_block(customer, Stop(id="411OTHER-1", since=DAY, reason="r"))


def test_blocks_are_no_items_and_no_actions(store: TenantStore) -> None:
    customer = store.save_customer(samples.customer())
    store.save_block(customer, BLOCKS[0])
    account = store.account(customer.id)
    assert account is not None
    assert (account.items, account.actions) == ((), ())
    assert store.history(customer.id, limit=5).entries == ()
    assert store.items(limit=5).entries == ()


def test_stops_are_listed_until_they_are_lifted(store: TenantStore) -> None:
    customer = store.apply_sync(samples.customer("411DUPONT"), put=[], import_id="i1")
    stops = [
        Stop(id=f"411DUPONT-5f0{n}", since=DAY.replace(day=n), reason="r") for n in range(1, 6)
    ]
    for stop in stops:
        customer = store.save_block(customer, stop)
    first = store.stops(limit=3)
    lifted = replace(stops[0], ended_on=DAY)
    store.save_block(customer, lifted)
    second = store.stops(limit=3, after=first.next)

    assert [stop for _, stop in first.entries] == stops[:1:-1]
    assert second == Page(entries=(("411DUPONT", stops[1]),), next=None)
    account = store.account("411DUPONT")
    assert account is not None
    assert lifted in account.blocks
