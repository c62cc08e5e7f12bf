"""What a night reads grows with what is due, never with what is open (counted at the client)."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from relance.app.plan import plan_part
from relance.app.schedule import reschedule
from relance.app.sync import add_default_scenarios
from relance.contracts.jobs import PlanPart
from relance.domain.facts import Contact, Customer
from relance.store.tenant import DynamoTenantStore
from tests.adapters.store.conftest import World
from tests.fakes.memory import FixedClock, MemoryJobs
from tests.fakes.world import invoice, raise_it

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

SYNCED = date(2025, 3, 1)
NIGHT = datetime(2025, 3, 9, 1, tzinfo=UTC)
DUE_TONIGHT, DUE_LATER = date(2025, 3, 1), date(2025, 6, 30)


def reads_of_a_night(
    client: "DynamoDBClient", world: World, tenant: str, *, due: int, not_due: int
) -> Counter[str]:
    """Count the reads of one planned night, by operation."""
    store = world.sign_up(tenant)
    assert isinstance(store, DynamoTenantStore)
    add_default_scenarios(store)
    store.mark_applied(store.tenant().rules_version)
    for number in range(due + not_due):
        code = f"C{number:03}"
        contact = Contact(id="c", name="A", email="a@example.com", main=True)
        made = store.save_customer(Customer(id=code, code=code, name=code, contacts=(contact,)))
        day = DUE_TONIGHT if number < due else DUE_LATER
        items = [invoice(code, f"FA-{nth}", due=day) for nth in range(5)]
        store.apply_sync(made, put=items, import_id="i")
        reschedule(code, store=store, on=SYNCED)
    counted: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        if model.name in ("GetItem", "BatchGetItem", "Query", "Scan"):
            counted[model.name] += 1

    client.meta.events.register("before-call.dynamodb", count)
    jobs = MemoryJobs()
    plan_part(
        PlanPart(tenant=tenant, at=NIGHT),
        store=store,
        jobs=jobs,
        most=1000,
        clock=FixedClock(NIGHT),
        now=NIGHT,
        in_time=lambda: True,
        failed=raise_it,
    )
    client.meta.events.unregister("before-call.dynamodb", count)
    assert len(jobs.jobs) == due
    return counted


def test_ten_times_more_customers_that_are_not_due_add_no_read(
    dynamodb: "DynamoDBClient", on_dynamo: World
) -> None:
    few = reads_of_a_night(dynamodb, on_dynamo, "few", due=3, not_due=4)
    many = reads_of_a_night(dynamodb, on_dynamo, "many", due=3, not_due=40)
    assert few == many
    assert many["Scan"] == 0


def test_a_customer_that_is_due_costs_a_bounded_number_of_reads(
    dynamodb: "DynamoDBClient", on_dynamo: World
) -> None:
    none = reads_of_a_night(dynamodb, on_dynamo, "none", due=0, not_due=3)
    ten = reads_of_a_night(dynamodb, on_dynamo, "ten", due=10, not_due=3)
    assert ten.total() - none.total() <= 10
