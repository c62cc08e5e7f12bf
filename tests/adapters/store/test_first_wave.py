"""The first wave's room: slots of a day, and customers that wait for one (D13)."""

from datetime import date, timedelta

import pytest

from relance.app.ports.page import Page
from relance.app.ports.tenant_store import TenantStore
from relance.domain.customer import Customer
from relance.domain.identifiers import customer_id
from tests.adapters.store import samples
from tests.adapters.store.conftest import World

DAY = date(2025, 3, 9)
NEXT = DAY + timedelta(days=1)


def debtor(store: TenantStore, code: str) -> Customer:
    return store.apply_sync(samples.customer(code), put=[samples.item(code)], import_id="i1")


def waiting(store: TenantStore, code: str, since: date, *, day: date = NEXT) -> Customer:
    customer = debtor(store, code)
    assert store.set_next_date(customer, day, rules=0, waits_since=since)
    return customer


def test_so_many_slots_of_a_day_can_be_taken_and_no_more(store: TenantStore) -> None:
    assert [store.take_wave_slot(DAY, most=3) for _ in range(5)] == [True] * 3 + [False] * 2


def test_the_next_day_has_its_own_slots_and_the_day_before_none_any_more(
    store: TenantStore,
) -> None:
    assert store.take_wave_slot(DAY, most=1)
    assert not store.take_wave_slot(DAY, most=1)
    assert store.take_wave_slot(NEXT, most=1)
    assert not store.take_wave_slot(DAY, most=9)
    assert not store.take_wave_slot(NEXT, most=1)


def test_a_cap_that_is_raised_or_lowered_counts_what_was_taken(store: TenantStore) -> None:
    assert [store.take_wave_slot(DAY, most=2) for _ in range(3)] == [True, True, False]
    assert not store.take_wave_slot(DAY, most=1)
    assert [store.take_wave_slot(DAY, most=3) for _ in range(2)] == [True, False]


def test_without_a_slot_a_day_none_is_taken(store: TenantStore) -> None:
    assert not store.take_wave_slot(DAY, most=0)


def test_a_slot_given_back_can_be_taken_again(store: TenantStore) -> None:
    assert [store.take_wave_slot(DAY, most=2) for _ in range(3)] == [True, True, False]
    store.give_back_wave_slot(DAY)
    assert [store.take_wave_slot(DAY, most=2) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("day", [DAY, DAY - timedelta(days=1), NEXT])
def test_no_more_is_given_back_than_was_taken_that_day(store: TenantStore, day: date) -> None:
    store.give_back_wave_slot(DAY)
    assert store.take_wave_slot(DAY, most=1)
    store.give_back_wave_slot(DAY)
    store.give_back_wave_slot(DAY)
    assert store.take_wave_slot(DAY, most=1)
    if day != DAY:
        store.give_back_wave_slot(day)
        assert not store.take_wave_slot(DAY, most=1)


def test_slots_of_one_tenant_are_not_another_s(world: World) -> None:
    one, other = world.sign_up("a"), world.sign_up("b")
    assert one.take_wave_slot(DAY, most=1)
    assert other.take_wave_slot(DAY, most=1)


def test_those_who_wait_for_room_come_oldest_due_first(store: TenantStore) -> None:
    waiting(store, "A", date(2025, 1, 2))
    waiting(store, "B#1", date(2024, 12, 31))
    waiting(store, "C", date(2025, 1, 1))
    assert store.set_next_date(debtor(store, "D"), NEXT, rules=0)
    waiting(store, "E", date(2023, 1, 1), day=DAY)
    found = store.waiting_customers(NEXT, limit=9)
    assert found.entries == (
        (date(2024, 12, 31), customer_id("B#1")),
        (date(2025, 1, 1), "C"),
        (date(2025, 1, 2), "A"),
    )
    assert found.next is None


def test_those_who_wait_are_due_on_their_day_before_all_others(store: TenantStore) -> None:
    assert store.set_next_date(debtor(store, "0"), NEXT, rules=0)
    waiting(store, "A", date(2025, 1, 2))
    waiting(store, "B", date(2024, 12, 31))
    assert store.due_customers(DAY, limit=9).entries == ()
    assert store.due_customers(NEXT, limit=9).entries == ("B", "A", "0")
    account = store.account("A")
    assert account is not None
    assert account.next_date == NEXT


def waits_since(store: TenantStore, code: str) -> date | None:
    account = store.account(code)
    assert account is not None
    return account.waits_since


def test_who_has_another_next_date_or_changed_waits_no_more(store: TenantStore) -> None:
    dated = waiting(store, "A", date(2025, 1, 2))
    assert waits_since(store, "A") == date(2025, 1, 2)
    assert store.set_next_date(dated, NEXT, rules=0)
    store.save_customer(waiting(store, "B", date(2025, 1, 2)))
    assert waits_since(store, "A") is None
    assert waits_since(store, "B") is None
    assert store.waiting_customers(NEXT, limit=9).entries == ()
    assert store.due_customers(NEXT, limit=9).entries == ("B", "A")


def test_parts_of_those_who_wait_are_together_the_whole(store: TenantStore) -> None:
    for number in range(5):
        waiting(store, f"C{number}", date(2025, 1, 1))
    found: list[tuple[date, str]] = []
    page: Page[tuple[date, str]] = store.waiting_customers(NEXT, limit=2)
    found.extend(page.entries)
    while page.next is not None:
        page = store.waiting_customers(NEXT, limit=2, after=page.next)
        found.extend(page.entries)
    assert [code for _, code in found] == [f"C{number}" for number in range(5)]


def test_the_day_of_the_ledger_only_moves_forward(store: TenantStore) -> None:
    store.mark_ledger_day(NEXT)
    store.mark_ledger_day(DAY)
    assert store.tenant().ledger_day == NEXT
    assert store.save_tenant(store.tenant()).ledger_day == NEXT
