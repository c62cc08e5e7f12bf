"""A tenant's night, end to end in memory: planned, sent, completed (D7, D12, D32, D40)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from relance.app.night import start_night
from relance.app.plan import Part, plan_part
from relance.contracts.jobs import PlanPart
from relance.domain.actions import ActionState
from tests.fakes.memory.clock import FixedClock
from tests.fakes.world import TENANT, Sent, World, invoice, one_oclock, paid, raise_it

DUE = date(2025, 3, 1)


def standard_walk(world: World) -> str:
    """Walk one invoice through the Standard scenario, paid on 12 April."""
    customer = world.add_customer(on=date(2025, 2, 1)).id
    item = invoice(customer, "FA-1", due=DUE)
    world.put_items(customer, item, on=date(2025, 2, 1))
    world.walk(date(2025, 2, 1), date(2025, 4, 11))
    world.put_items(customer, paid(item, on=date(2025, 4, 12)), on=date(2025, 4, 12))
    world.walk(date(2025, 4, 12), date(2025, 6, 30))
    return customer


def test_the_standard_scenario_is_walked_date_for_date() -> None:
    world = World()
    customer = standard_walk(world)
    assert world.history(customer) == [
        Sent(date(2025, 2, 21), "pre_due", "email"),
        Sent(date(2025, 3, 9), "r1", "email"),
        Sent(date(2025, 3, 17), "r2", "call"),
        Sent(date(2025, 3, 25), "r3", "call"),
        Sent(date(2025, 4, 2), "r4", "letter"),
        Sent(date(2025, 4, 10), "r5", "letter"),
        Sent(date(2025, 4, 20), "thank_you", "email"),
    ]
    assert len(world.mailer.taken) == 3


def test_without_an_address_the_twin_sends_letters_and_no_thank_you() -> None:
    world = World()
    customer = world.add_customer(email=None, on=date(2025, 2, 1)).id
    item = invoice(customer, "FA-1", due=DUE)
    world.put_items(customer, item, on=date(2025, 2, 1))
    world.walk(date(2025, 2, 1), date(2025, 3, 10))
    world.put_items(customer, paid(item, on=date(2025, 3, 11)), on=date(2025, 3, 11))
    world.walk(date(2025, 3, 11), date(2025, 6, 30))
    assert [(sent.step, sent.channel) for sent in world.history(customer)] == [
        ("pre_due", "letter"),
        ("r1", "letter"),
    ]
    assert world.mailer.taken == []


def test_the_same_night_again_sends_nothing() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    night = DUE + timedelta(days=8)
    assert world.night(night) == ["sent"]
    assert world.night(night) == []
    assert world.night(night) == []
    assert len(world.mailer.taken) == 1


def test_a_night_planned_twice_before_any_job_ran_sends_once() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    night = DUE + timedelta(days=8)
    world.plan(night)
    world.plan(night)
    assert sorted(world.work(night)) == ["duplicate", "sent"]
    assert len(world.mailer.taken) == 1


def test_a_worker_that_died_is_noticed_the_same_day() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    night = DUE + timedelta(days=8)
    world.plan(night)
    world.mailer.fail_after = KeyboardInterrupt()  # a kill, not an error
    with pytest.raises(KeyboardInterrupt):
        world.work(night)
    world.mailer.fail_after = None
    world.real += timedelta(hours=2)
    assert world.look_after(night, time(4)) == []
    assert [each.state for each in world.waiting()] == [ActionState.IN_DOUBT]
    assert len(world.mailer.taken) == 1


def test_a_missed_week_is_caught_up_by_one_step_not_a_burst() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    world.walk(DUE + timedelta(days=60), DUE + timedelta(days=64))
    assert [sent.step for sent in world.history(customer)] == ["r1"]


def test_a_lost_job_is_found_again_by_the_next_night() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    world.plan(DUE + timedelta(days=8))
    world.jobs.jobs.clear()
    assert world.night(DUE + timedelta(days=9)) == ["sent"]


def test_an_older_night_than_the_last_whole_one_plans_nothing() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    world.night(DUE + timedelta(days=2))
    (part,) = world.plan(DUE + timedelta(days=1))
    assert part.stale
    assert part.customers == 0


def test_a_large_tenant_is_planned_in_bounded_parts_and_nobody_is_left_out() -> None:
    world = World(customers_a_part=10)
    for number in range(34):
        customer = world.add_customer(f"C{number:02}", on=DUE).id
        world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    parts = world.plan(DUE + timedelta(days=8))
    assert [part.customers for part in parts] == [10, 10, 10, 4]
    assert [part.more for part in parts] == [True, True, True, False]
    assert world.work(DUE + timedelta(days=8)) == ["sent"] * 34


def test_a_part_short_of_time_hands_on_the_rest() -> None:
    world = World()
    for number in range(60):
        customer = world.add_customer(f"C{number:02}", on=DUE).id
        world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    part = PlanPart(tenant=world.tenant, at=datetime(2025, 3, 9, 1, tzinfo=UTC))
    done = plan_part(
        part,
        store=world.store,
        jobs=world.jobs,
        most=1000,
        clock=FixedClock(datetime(2025, 3, 9, 1, tzinfo=UTC)),
        now=world.real,
        in_time=lambda: False,
        failed=raise_it,
    )
    assert done.more
    assert 0 < done.customers < 60
    assert len(world.jobs.parts) == 1
    assert world.store.tenant().planned_through is None


def test_one_customer_that_cannot_be_planned_stops_no_other() -> None:
    world = World()
    for code in ("C1", "C2", "C3"):
        customer = world.add_customer(code, on=DUE).id
        world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    failed: list[str] = []

    class Broken:
        def __getattr__(self, name: str) -> object:
            return getattr(world.store, name)

        def account(self, customer: str) -> object:
            if customer == "C2":
                raise RuntimeError("its record can't be read")
            return world.store.account(customer)

    done = plan_part(
        PlanPart(tenant=world.tenant, at=datetime(2025, 3, 9, 1, tzinfo=UTC)),
        store=Broken(),  # type: ignore[arg-type] # everything but `account` is the real fake's
        jobs=world.jobs,
        most=1000,
        clock=FixedClock(datetime(2025, 3, 9, 1, tzinfo=UTC)),
        now=world.real,
        in_time=lambda: True,
        failed=lambda customer, _: failed.append(customer),
    )
    assert failed == ["C2"] == list(done.failed)
    assert {job.customer for job in world.jobs.jobs} == {"C1", "C3"}
    assert "C2" in world.store.due_customers(date(2025, 3, 10), limit=10).entries


def test_a_call_blocks_what_follows_until_it_is_closed() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    world.walk(DUE, DUE + timedelta(days=60), closing=False)
    assert [sent.step for sent in world.history(customer)] == ["r1"]
    (task,) = world.waiting()
    assert task.state is ActionState.OPEN
    assert task.step.value == "r2"


def test_an_open_call_is_withdrawn_when_the_invoice_is_paid() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    item = invoice(customer, "FA-1", due=DUE)
    world.put_items(customer, item, on=DUE)
    world.walk(DUE, DUE + timedelta(days=20), closing=False)
    assert len(world.waiting()) == 1
    day = DUE + timedelta(days=21)
    world.put_items(customer, paid(item, on=day), on=day)
    world.night(day)
    assert world.waiting() == []


def test_a_call_opened_twice_for_the_same_night_is_one_task() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    world.night(DUE + timedelta(days=8))
    world.night(DUE + timedelta(days=16))
    world.night(DUE + timedelta(days=16))
    assert len(world.waiting()) == 1


def test_the_start_of_a_night_gives_every_tenant_its_part() -> None:
    world = World()
    assert start_night("2025-03-09T01:00:00Z", registry=world.registry, jobs=world.jobs) == 1
    assert world.jobs.parts == [PlanPart(tenant="atelier", at=datetime(2025, 3, 9, 1, tzinfo=UTC))]


def test_a_night_without_an_offset_in_its_time_is_refused() -> None:
    world = World()
    with pytest.raises(ValueError, match="no offset"):
        start_night("2025-03-09T01:00:00", registry=world.registry, jobs=world.jobs)
    assert world.jobs.parts == []


def test_a_payment_undone_brings_the_withdrawn_call_back_once() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    item = invoice(customer, "FA-1", due=DUE)
    world.put_items(customer, item, on=DUE)
    world.walk(DUE, DUE + timedelta(days=20), closing=False)
    day = DUE + timedelta(days=21)
    world.put_items(customer, paid(item, on=day), on=day)
    world.night(day)
    assert world.waiting() == []
    undone = day + timedelta(days=3)
    world.put_items(customer, item, on=undone)
    world.walk(undone, undone + timedelta(days=30), closing=False)
    (task,) = world.waiting()
    assert task.step.value == "r2"


def test_a_night_whose_day_has_not_come_plans_nothing_and_makes_no_other_stale() -> None:
    world = World()
    customer = world.add_customer(on=DUE).id
    world.put_items(customer, invoice(customer, "FA-1", due=DUE), on=DUE)
    night = DUE + timedelta(days=8)
    mistyped = PlanPart(tenant=world.tenant, at=datetime(2052, 3, 9, 1, tzinfo=UTC))
    done = world.carry_out(mistyped, one_oclock(night))
    assert done == Part(day=date(2052, 3, 9), early=True)
    assert world.jobs.jobs == []
    assert world.store.tenant().planned_through is None
    assert world.night(night) == ["sent"]


@pytest.mark.parametrize(("hour", "early"), [(9, True), (10, False)])
def test_the_day_has_come_when_it_has_where_the_tenant_is(hour: int, *, early: bool) -> None:
    rules = replace(TENANT.rules, timezone="Pacific/Honolulu")  # ten hours behind
    world = World(replace(TENANT, rules=rules))
    part = PlanPart(tenant=world.tenant, at=datetime(2025, 3, 9, 10, tzinfo=UTC))
    done = world.carry_out(part, datetime(2025, 3, 9, hour, 59, tzinfo=UTC))
    assert isinstance(done, Part)
    assert done.early is early
