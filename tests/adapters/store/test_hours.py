"""Customers that are looked at again in the course of a day (D6)."""

from datetime import date, time

from relance.app.ports.tenant_store import TenantStore
from tests.adapters.store import samples

DAY = date(2025, 3, 10)
EIGHT = time(8)


def debtor(store: TenantStore, code: str, *, day: date = DAY, hour: time | None = None) -> None:
    customer = store.save_customer(samples.customer(code))
    assert store.set_next_date(customer, day, rules=0, hour=hour)


def test_who_has_an_hour_is_listed_from_that_hour_on_and_nobody_else(store: TenantStore) -> None:
    debtor(store, "EARLY", hour=time(7, 30))
    debtor(store, "EIGHT", hour=EIGHT)
    debtor(store, "LATER", hour=time(8, 1))
    debtor(store, "YESTERDAY", day=date(2025, 3, 9), hour=EIGHT)
    debtor(store, "NO-HOUR")
    assert store.customers_due_at(DAY, time(7), limit=9).entries == ()
    assert store.customers_due_at(DAY, EIGHT, limit=9).entries == ("EARLY", "EIGHT")
    assert store.customers_due_at(DAY, time(23, 59), limit=9).entries == ("EARLY", "EIGHT", "LATER")


def test_the_list_of_an_hour_is_read_in_parts_that_leave_nobody_out(store: TenantStore) -> None:
    for code in "ABCDE":
        debtor(store, code, hour=EIGHT)
    page = store.customers_due_at(DAY, EIGHT, limit=2)
    found = [*page.entries]
    while page.next:
        page = store.customers_due_at(DAY, EIGHT, limit=2, after=page.next)
        found += page.entries
    assert found == list("ABCDE")


def test_the_next_night_looks_at_who_still_has_an_hour_of_the_day_before(
    store: TenantStore,
) -> None:
    debtor(store, "A", hour=EIGHT)
    debtor(store, "B")
    assert store.due_customers(DAY, limit=9).entries == ("B",)
    assert store.due_customers(date(2025, 3, 11), limit=9).entries == ("B", "A")


def test_whose_facts_changed_since_waits_for_the_night(store: TenantStore) -> None:
    debtor(store, "A", hour=EIGHT)
    account = store.account("A")
    assert account is not None
    store.save_customer(account.customer)
    assert store.customers_due_at(DAY, time(23, 59), limit=9).entries == ()
    assert store.due_customers(DAY, limit=9).entries == ("A",)
