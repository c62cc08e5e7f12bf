"""What a night asks of the table grows with what is due, never with what is open.

Counted at the client; `docs/performance.md` says what each customer may cost. The capacity is
computed from what was counted (`tests/fakes/capacity.py`).
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.adapters.store.conftest import fresh_table
from tests.fakes.meter import Meter, counting
from tests.fakes.steady import Kind, Night, SteadyTenant

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

ITEMS = 5
PAGE = 25  # customers named by one query of the due index


class Measure(Protocol):
    """Plan the night of a tenant on a table of its own: how it went, and what it asked for."""

    def __call__(
        self,
        *,
        due: int,
        kind: Kind = Kind.REMINDER,
        held: int = 0,
        waiting: int = 0,
        items: int = 5,
    ) -> tuple[Night, Meter]:
        """Have `due` customers of a kind, `waiting` that are not due.

        Those that are due hold `held` items that are not, the others `items` of them.
        """


@pytest.fixture
def measure(dynamodb: "DynamoDBClient") -> Iterator[Measure]:
    with ExitStack() as tables:

        def measure(
            *, due: int, kind: Kind = Kind.REMINDER, held: int = 0, waiting: int = 0, items: int = 5
        ) -> tuple[Night, Meter]:
            table = tables.enter_context(fresh_table(dynamodb))
            tenant = SteadyTenant(dynamodb, table)
            tenant.add(kind, due, items=ITEMS, waiting=held)
            tenant.add(Kind.WAITING, waiting, items=items)
            with counting(dynamodb, table) as meter:
                return tenant.plan(), meter

        yield measure


@pytest.fixture
def tenant(dynamodb: "DynamoDBClient", table: str) -> SteadyTenant:
    """A tenant without a customer, alone on the table."""
    return SteadyTenant(dynamodb, table)


def test_ten_times_more_customers_that_are_not_due_cost_nothing(measure: Measure) -> None:
    few, counted = measure(due=4, waiting=6)
    many, counted_of_many = measure(due=4, waiting=60)
    assert few.planned == many.planned == 4
    assert counted == counted_of_many


def test_ten_times_more_items_of_customers_that_are_not_due_cost_nothing(measure: Measure) -> None:
    few, counted = measure(due=4, waiting=6, items=4)
    many, counted_of_many = measure(due=4, waiting=6, items=40)
    assert few.planned == many.planned == 4
    assert counted == counted_of_many


def test_what_is_not_due_of_a_due_customer_is_read_with_it_in_no_more_requests(
    measure: Measure,
) -> None:
    bare, counted = measure(due=4)
    more, counted_of_more = measure(due=4, held=20)
    assert bare.planned == more.planned == 4
    extra, before = counted_of_more.total(), counted.total()
    assert extra.requests == before.requests
    assert extra.examined - before.examined == 4 * 20
    # A read unit takes 4 KB; an invoice is stored in less than 400 bytes.
    assert extra.reads - before.reads <= 4 * (20 * 400 / 4096 + 1)


def test_a_due_customer_costs_one_read_and_one_write_beside_its_page_and_part(
    dynamodb: "DynamoDBClient", table: str, tenant: SteadyTenant
) -> None:
    customers, pages, parts = PAGE + 5, 2, 2
    tenant.add(Kind.REMINDER, customers)
    with counting(dynamodb, table) as meter:
        night = tenant.plan(most=PAGE)
    assert night.planned == customers
    asked = {name: tally.requests for name, tally in meter.tallies.items()}
    assert asked["GetItem"] <= parts + pages  # the tenant
    assert asked["Query due"] <= pages + 1  # one more for those who wait for room
    assert asked["Query"] <= pages + customers  # the scenarios; an account
    assert asked["UpdateItem"] <= customers + 1  # a next date; the night's mark
    assert asked.keys() == {"GetItem", "Query due", "Query", "UpdateItem"}


def test_a_planned_email_takes_a_read_unit_and_a_write_unit(measure: Measure) -> None:
    _, one = measure(due=1)
    _, ten = measure(due=10)
    more, of_one = ten.total(), one.total()
    assert more.requests - of_one.requests <= 9 * 2
    # The customer, its items and the notice it had.
    assert ten.tallies["Query"].examined - one.tallies["Query"].examined == 9 * (1 + ITEMS + 1)
    assert more.bytes - of_one.bytes <= 9 * 3_600
    assert more.reads - of_one.reads <= 9 * 1.0
    assert more.writes - of_one.writes <= 9 * 1


def test_an_opened_task_takes_a_transaction_more(measure: Measure) -> None:
    night, one = measure(due=1, kind=Kind.CALL)
    _, three = measure(due=3, kind=Kind.CALL)
    assert (night.opened, len(night.jobs)) == (1, 0)
    more, of_one = three.total(), one.total()
    assert more.requests - of_one.requests <= 2 * 3
    assert more.reads - of_one.reads <= 2 * 2
    assert more.writes - of_one.writes <= 2 * 13


def test_the_same_night_again_costs_the_same_while_its_messages_wait(
    dynamodb: "DynamoDBClient", table: str, tenant: SteadyTenant
) -> None:
    tenant.add(Kind.REMINDER, 4)
    with counting(dynamodb, table) as meter:
        first = tenant.plan()
        counted = meter.take().total()
        again = tenant.plan()
        repeated = meter.take().total()
    assert again.jobs == first.jobs
    assert (repeated.requests, repeated.examined) == (counted.requests, counted.examined)
    assert (repeated.reads, repeated.writes) == (counted.reads, counted.writes)


def test_the_same_night_again_looks_at_nobody_once_all_has_left(
    dynamodb: "DynamoDBClient", table: str, tenant: SteadyTenant
) -> None:
    tenant.add(Kind.REMINDER, 2)
    tenant.send(tenant.plan().jobs)
    with counting(dynamodb, table) as meter:
        again = tenant.plan()
    assert (again.customers, again.planned) == (0, 0)
    assert meter.total().requests <= 5
    assert meter.tallies["Query due"].examined == 0


def test_sending_an_email_costs_ten_requests(
    dynamodb: "DynamoDBClient", table: str, tenant: SteadyTenant
) -> None:
    tenant.add(Kind.REMINDER, 2)
    jobs = tenant.plan().jobs
    with counting(dynamodb, table) as meter:
        tenant.send(jobs[:1])
        one = meter.take().total()
        tenant.send(jobs[1:])
        other = meter.take().total()
    assert one == other
    assert one.requests <= 10
    assert one.reads <= 9
    assert one.writes <= 22
