"""What a steady night asks of DynamoDB: requests, records examined, bytes and capacity an action.

    python -m bench.night

Everything is counted at the client while the real planner works with the real store on an emulated
table. Its own `ConsumedCapacity` is of no use: capacity is computed from the counted sizes by the
rounding that AWS publishes. The emulator scans for each query: this takes two minutes, for counts
that do not depend on its speed.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import boto3
from moto import mock_aws

from tests.fakes.meter import Meter, counting
from tests.fakes.steady import Kind, Night, SteadyTenant
from tests.fakes.table import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

CUSTOMERS = 400
ITEMS_EACH = 5
DUE = 10  # customers, 2.5 %
TIMES = 10
DUE_IN_ALL = 250  # as many as are due of 50,000 open items
FEW = 5

type Build = Callable[[SteadyTenant], None]


def steady(tenant: SteadyTenant, *, customers: int = 1, items: int = 1, held: int = 0) -> None:
    """Fill a ledger of which 2.5 % of the customers are due; of all that is not, times more.

    `customers` and `items` say how many times as many customers are not due, and how many times as
    many items these have; `held` how many items that are not due the others hold, too.
    """
    tenant.add(Kind.NOTICE, DUE // 2, items=ITEMS_EACH, waiting=held)
    tenant.add(Kind.REMINDER, DUE - DUE // 2, items=ITEMS_EACH, waiting=held)
    tenant.add(Kind.WAITING, customers * (CUSTOMERS - DUE), items=items * ITEMS_EACH)


def reminders(tenant: SteadyTenant, customers: int = DUE_IN_ALL) -> None:
    """Fill a ledger of customers to whom a first reminder is due."""
    tenant.add(Kind.REMINDER, customers, items=ITEMS_EACH)


def calls(tenant: SteadyTenant) -> None:
    """Fill a ledger of customers who are to be called."""
    tenant.add(Kind.CALL, FEW, items=ITEMS_EACH)


@contextmanager
def filled(build: Build) -> Iterator[tuple[SteadyTenant, Meter]]:
    """Give a tenant on an empty table of its own, filled, and what counts its requests."""
    with mock_aws():
        client: DynamoDBClient = boto3.client(
            "dynamodb",
            region_name="eu-west-3",
            aws_access_key_id="none",
            aws_secret_access_key="none",  # noqa: S106 # nothing is reached
        )
        create_table(client, "night")
        tenant = SteadyTenant(client, "night")
        build(tenant)
        with counting(client, "night") as meter:
            yield tenant, meter


def night(title: str, build: Build, *, again: bool = False) -> None:
    """Show what the night of a tenant costs, and the same night once more."""
    with progress(title), filled(build) as (tenant, meter):
        planned = [(title, tenant.plan(), meter.take())]
        if again:
            planned.append(("… the same night again", tenant.plan(), meter.take()))
    for name, came_to, counted in planned:
        show(name, came_to, counted)


def sending(title: str) -> None:
    """Show what its worker asks of the table for each planned e-mail, and the night after that."""
    with progress(title), filled(partial(reminders, customers=FEW)) as (tenant, meter):
        jobs = tenant.plan().jobs
        meter.take()
        tenant.send(jobs)
        sent, after = meter.take(), tenant.plan()
        counted = meter.take()
    show(title, Night(customers=len(jobs), jobs=jobs, opened=0), sent)
    show("… the same night after all has left", after, counted)


def show(title: str, came_to: Night, counted: Meter) -> None:
    """Print one night's figures, by operation and for each planned action."""
    print(f"\n{title}: {came_to.customers} customers looked at, {came_to.planned} actions planned")
    print(f"  {'':20}{'requests':>9}{'examined':>10}{'bytes':>11}{'RCU':>8}{'WCU':>7}")
    rows = [*sorted(counted.tallies.items()), ("in all", counted.total())]
    for name, it in rows:
        if it.requests or it.examined:
            print(
                f"  {name:20}{it.requests:9,}{it.examined:10,}{it.bytes:11,}"
                f"{it.reads:8,.1f}{it.writes:7,}"
            )
    if each := came_to.planned:
        it = counted.total()
        print(
            f"  {'an action':20}{it.requests / each:9.2f}{it.examined / each:10.2f}"
            f"{it.bytes / each:11,.0f}{it.reads / each:8.2f}{it.writes / each:7.2f}"
        )


@contextmanager
def progress(title: str) -> Iterator[None]:
    """Say on the error output what is being done, and how long it took."""
    print(f"… {title}", end="", file=sys.stderr, flush=True)
    began = time.monotonic()
    yield
    print(f": {time.monotonic() - began:.0f} s", file=sys.stderr)


def main() -> None:
    """Run the nights and print what they cost."""
    night("A steady night, 2,000 open items", steady, again=True)
    night("Ten times more customers that are not due", partial(steady, customers=TIMES))
    night("Ten times more items of customers that are not due", partial(steady, items=TIMES))
    night("Ten times more items that are not due, of the due customers", partial(steady, held=45))
    night("First reminders as of 50,000 open items", reminders)
    night("Calls, opened as tasks", calls)
    sending("Sending planned e-mails")


if __name__ == "__main__":
    main()
