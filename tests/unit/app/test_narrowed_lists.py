"""Lists narrowed to what is asked for: whole, in order, in a bounded number of reads (A4, C3)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from relance.app.customer_list import WantedCustomers, list_customers
from relance.app.item_list import WantedItems, list_items
from relance.app.narrowed import narrowed
from relance.app.people import people_of
from relance.app.ports.page import Page
from relance.app.worklist import Wanted, worklist
from relance.domain.items import ItemKind
from relance.domain.scenario import Channel
from tests.fakes.memory.tenant_store import MemoryStore
from tests.functions.api.site import DAY, Site

MOST_READS = 20


class Numbers:
    """The numbers from 0 on as a list, of which some are asked for; it counts what is read."""

    def __init__(self, length: int) -> None:
        self.rows = list(range(length))
        self.reads = 0

    def read(self, most: int, after: str | None) -> Page[int]:
        self.reads += 1
        behind = [each for each in self.rows if after is None or each > int(after)]
        part = behind[:most]
        return Page(entries=tuple(part), next=str(part[-1]) if len(behind) > most else None)

    def walk(self, every: int, *, limit: int) -> Iterator[Page[int]]:
        """Ask for the multiples of `every`, part by part to the end."""
        after: str | None = None
        while True:
            self.reads = 0
            page = narrowed(
                self.read,
                lambda rows: [each if each % every == 0 else None for each in rows],
                limit=limit,
                after=after,
            )
            yield page
            if (after := page.next) is None:
                return


@pytest.mark.parametrize("limit", [1, 2, 7, 50, 200])
@pytest.mark.parametrize("every", [1, 2, 3, 150, 199, 200, 201, 1999])
def test_every_wanted_entry_comes_once_and_in_order(every: int, limit: int) -> None:
    numbers = Numbers(1000)
    found: list[int] = []
    for page in numbers.walk(every, limit=limit):
        assert len(page.entries) <= limit
        assert numbers.reads <= MOST_READS + 1
        found += page.entries
    assert found == [each for each in range(1000) if each % every == 0]


@pytest.mark.parametrize("limit", [1, 50, 200])
def test_what_is_not_there_takes_few_reads_however_little_is_asked_for(limit: int) -> None:
    numbers = Numbers(10_000)
    numbers.rows[0] = 1
    page = next(numbers.walk(10_000, limit=limit))
    assert page.entries == ()
    assert page.next is not None, "whoever asks goes on from here"
    assert numbers.reads == MOST_READS


def test_what_others_add_while_a_part_is_cut_is_not_lost() -> None:
    numbers = Numbers(0)
    numbers.rows = list(range(0, 4000, 10))

    def read(most: int, after: str | None) -> Page[int]:
        page = numbers.read(most, after)
        if numbers.reads == 2:  # before the rows are read again, to end behind the last one shown
            numbers.rows = sorted([*numbers.rows, 25, 35])
        return page

    found: list[int] = []
    after: str | None = None
    while True:
        page = narrowed(
            read,
            lambda rows: [each if each % 10 or each > 1500 else None for each in rows],
            limit=3,
            after=after,
        )
        assert len(page.entries) <= 3
        found += page.entries
        if (after := page.next) is None:
            break
    assert found == [25, 35, *range(1510, 4000, 10)]


class Counted:
    """A company's store that counts what is asked of it."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.calls: list[str] = []

    @property
    def asked(self) -> int:
        return len(self.calls)

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._store, name)


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    """A company with 900 customers, of whom one has 900 items and actions."""
    site = Site()
    for number in range(900):
        site.add_customer(f"N{number:05d}", email=None)
    for number in range(900):
        item = site.add_item("N00000", f"F{number}")
        site.add_action(item, customer="N00000")
    return site.store()


def test_one_customer_that_is_not_there_is_looked_for_in_few_requests(store: MemoryStore) -> None:
    counted: Any = Counted(store)
    page = list_customers(WantedCustomers(words="nobody"), store=counted, limit=1)
    assert (page.entries, page.next) == ((), None)
    assert counted.asked <= MOST_READS


@pytest.mark.parametrize("customer", [None, "N00000"])
def test_an_item_that_is_not_there_is_looked_for_in_few_requests(
    store: MemoryStore, customer: str | None
) -> None:
    counted: Any = Counted(store)
    wanted = WantedItems(kind=ItemKind.CREDIT_NOTE, customer=customer)
    page = list_items(wanted, store=counted, on=DAY, limit=1)
    assert (page.entries, page.next) == ((), None)
    assert counted.asked <= 2 * MOST_READS  # some are looked at with their customer


@pytest.mark.parametrize("due", [DAY, None], ids=["due", "due by the terms"])
def test_an_account_is_read_once_however_rare_what_is_asked_of_it(
    due: date | None,
) -> None:
    site = Site()
    site.add_customer("C1")
    for number in range(450):
        site.add_item("C1", f"F{number}", due=due)
    counted: Any = Counted(site.store())
    wanted = WantedItems(customer="C1", overdue=True)
    page = list_items(wanted, store=counted, on=DAY, limit=1)
    assert (page.entries, page.next) == ((), None)
    assert counted.calls.count("account") == 1


@pytest.mark.parametrize("customer", [None, "N00000"])
def test_an_action_that_is_not_there_is_looked_for_in_few_requests(
    store: MemoryStore, customer: str | None
) -> None:
    counted: Any = Counted(store)
    wanted = Wanted(channel=Channel.SMS, customer=customer)
    page = worklist(wanted, people=people_of(store), store=counted, on=DAY, limit=1)
    assert (page.entries, page.next) == ((), None)
    assert counted.asked <= MOST_READS


def test_what_is_found_comes_in_order_whatever_the_parts(store: MemoryStore) -> None:
    wanted = WantedCustomers(words="n0000")
    found: list[str] = []
    after: str | None = None
    while True:
        page = list_customers(wanted, store=store, limit=3, after=after)
        found += [each.id for each in page.entries]
        if (after := page.next) is None:
            break
    assert found == [f"N{number:05d}" for number in range(10)]
