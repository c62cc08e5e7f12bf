"""What a steady night asks of DynamoDB: requests, records examined, bytes and capacity an action.

    python -m bench.night [--customers N] [--endpoint URL]

Everything is counted at the client while the real planner works with the real store on an emulated
table. Its own `ConsumedCapacity` is of no use: capacity is computed from the counted sizes by the
rounding that AWS publishes. The emulator within the process scans for each query: it takes two
minutes for 400 customers, for counts that do not depend on its speed. A running local engine, named
by its endpoint, holds thousands; the tables made there are deleted again.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import boto3
from moto import mock_aws

from tests.fakes.meter import Meter, counting
from tests.fakes.steady import Kind, Night, SteadyTenant
from tests.fakes.table import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

CUSTOMERS = 400
ITEMS_EACH = 5
ONE_DUE_OF = 40  # customers: 2.5 %
TIMES = 10
DUE_IN_ALL = 250  # as many as are due of 50,000 open items
FEW = 5

type Build = Callable[[SteadyTenant], None]
type Place = Callable[[ExitStack], "DynamoDBClient"]
"""What gives a client, on something that lasts as long as the stack."""


def steady(
    tenant: SteadyTenant, *, customers: int, more: int = 1, items: int = 1, held: int = 0
) -> None:
    """Fill a ledger of `customers`, 2.5 % of them due.

    `more` says how many times as many customers are not due, `items` how many times as many items
    these have, and `held` how many items that are not due the others hold, too.
    """
    due = customers // ONE_DUE_OF
    tenant.add(Kind.NOTICE, due // 2, items=ITEMS_EACH, waiting=held)
    tenant.add(Kind.REMINDER, due - due // 2, items=ITEMS_EACH, waiting=held)
    tenant.add(Kind.WAITING, more * (customers - due), items=items * ITEMS_EACH)


def reminders(tenant: SteadyTenant, customers: int = DUE_IN_ALL) -> None:
    """Fill a ledger of customers to whom a first reminder is due."""
    tenant.add(Kind.REMINDER, customers, items=ITEMS_EACH)


def calls(tenant: SteadyTenant) -> None:
    """Fill a ledger of customers who are to be called."""
    tenant.add(Kind.CALL, FEW, items=ITEMS_EACH)


def within_the_process(stack: ExitStack) -> "DynamoDBClient":
    """Return a client of an emulator that nothing else sees."""
    stack.enter_context(mock_aws())
    return client(None)


def client(endpoint: str | None) -> "DynamoDBClient":
    """Return a client of an emulator."""
    made: DynamoDBClient = boto3.client(
        "dynamodb",
        region_name="eu-west-3",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 # of an emulator
    )
    return made


@contextmanager
def filled(place: Place, build: Build) -> Iterator[tuple[SteadyTenant, Meter]]:
    """Give a tenant on an empty table of its own, filled, and what counts its requests."""
    with ExitStack() as stack:
        dynamodb, table = place(stack), f"night-{uuid4().hex}"
        create_table(dynamodb, table)
        stack.callback(dynamodb.delete_table, TableName=table)
        tenant = SteadyTenant(dynamodb, table)
        build(tenant)
        with counting(dynamodb, table) as meter:
            yield tenant, meter


def night(title: str, place: Place, build: Build, *, again: bool = False) -> None:
    """Show what the night of a tenant costs, and the same night once more."""
    with progress(title), filled(place, build) as (tenant, meter):
        planned = [(title, tenant.plan(), meter.take())]
        if again:
            planned.append(("… the same night again", tenant.plan(), meter.take()))
    for name, came_to, counted in planned:
        show(name, came_to, counted)


def sending(title: str, place: Place) -> None:
    """Show what its worker asks of the table for each planned e-mail, and the night after that."""
    with (
        progress(title),
        filled(place, partial(reminders, customers=FEW)) as (tenant, meter),
    ):
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
    parser = argparse.ArgumentParser(prog="python -m bench.night")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, help="of the steady ledger")
    parser.add_argument("--endpoint", help="of a running local engine; else within the process")
    told = parser.parse_args()
    dynamodb = client(told.endpoint) if told.endpoint else None
    place: Place = (lambda _: dynamodb) if dynamodb else within_the_process
    ledger = partial(steady, customers=told.customers)
    items = told.customers * ITEMS_EACH
    night(f"A steady night, {items:,} open items", place, ledger, again=True)
    night("Ten times more customers that are not due", place, partial(ledger, more=TIMES))
    night("Ten times more items of customers not due", place, partial(ledger, items=TIMES))
    night("Ten times more items not due, of those due", place, partial(ledger, held=45))
    night("First reminders as of 50,000 open items", place, reminders)
    night("Calls, opened as tasks", place, calls)
    sending("Sending planned e-mails", place)


if __name__ == "__main__":
    main()
