"""What the nights to come would send, for one customer and for many (S10, D13, D35)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from relance.app.accounts import Bounds
from relance.app.errors import BadInput, NotFound
from relance.app.scenario_faults import BadScenario
from relance.app.simulation import Preview, back_test_of, impact_of, next_night, preview
from relance.contracts.http.scenarios import ScenarioPlan
from relance.domain.scenario import StepKey
from tests.fakes.memory.clock import FixedClock
from tests.fakes.world import TENANT, World, invoice, paid

DUE = date(2025, 3, 1)
FIRST = date(2025, 3, 2)
WITH = "standard-with-email"


def world_of(*codes: str, due: date = DUE) -> World:
    """A tenant with these customers, each owing one invoice."""
    world = World()
    for code in codes:
        customer = world.add_customer(code, on=FIRST)
        world.put_items(customer.id, invoice(customer.id, "F1", due=due), on=FIRST)
    return world


def plan_of(world: World, **changes: object) -> ScenarioPlan:
    """The plan of the scenario for customers with e-mail, its first reminder changed."""
    scenario = world.store.scenario(WITH)
    assert scenario is not None
    plan = ScenarioPlan.of(scenario)
    steps = [
        step.model_copy(update=changes) if step.key is StepKey.R1 else step for step in plan.steps
    ]
    return plan.model_copy(update={"steps": tuple(steps)})


def test_a_preview_says_what_the_nights_then_do() -> None:
    world = world_of("C1")
    customer = world.store.customers(limit=1).entries[0].id
    world.put_items(customer, invoice(customer, "F2", due=date(2025, 3, 20)), on=FIRST)

    found = preview(store=world.store, first=FIRST, days=60)
    world.walk(FIRST, date(2025, 4, 30))

    foreseen = [
        (each.action.day, each.action.step.value, each.action.channel.value)
        for each in found.actions
        if not each.action.step.is_follow_up
    ]
    done = [(each.day, each.step, each.channel) for each in world.history(customer)]
    assert sorted(foreseen) == sorted(done)
    assert len(done) > 5


def test_a_preview_stores_nothing() -> None:
    world = world_of("C1", "C2")
    before = [world.store.account(each.id) for each in world.store.customers(limit=9).entries]

    preview(store=world.store, first=FIRST, days=90)
    impact_of(WITH, plan_of(world, offset_days=1), store=world.store, on=FIRST, days=90)
    back_test_of(WITH, None, store=world.store, first=FIRST, last=date(2025, 9, 1))

    assert before == [
        world.store.account(each.id) for each in world.store.customers(limit=9).entries
    ]
    assert world.store.actions(waiting=False, limit=9).entries == ()
    latest = world.store.scenario(WITH)
    assert latest is not None
    assert latest.version == 1


def test_a_preview_of_one_customer_leaves_the_others_out() -> None:
    world = world_of("C1", "C2")
    one = world.store.customers(limit=9).entries[0]

    found = preview(store=world.store, first=FIRST, days=30, customer=one.id)

    assert {each.customer.id for each in found.actions} == {one.id}
    assert (found.customers, found.next) == (1, None)
    with pytest.raises(BadInput) as refused:
        preview(store=world.store, first=FIRST, days=30, customer="nobody")
    assert refused.value.pointer == "/customer"


@pytest.mark.parametrize("bounds", [Bounds(customers=2), Bounds(items=2), Bounds(listed=2)])
def test_parts_of_a_preview_are_together_the_whole(bounds: Bounds) -> None:
    store = world_of("C1", "C2", "C3", "C4", "C5").store
    whole = preview(store=store, first=FIRST, days=30)

    parts = [preview(store=store, first=FIRST, days=30, bounds=bounds)]
    while (after := parts[-1].next) is not None:
        parts.append(preview(store=store, first=FIRST, days=30, bounds=bounds, after=after))

    assert [part.customers for part in parts] == [2, 2, 1]
    together = [each.action.id for part in parts for each in part.actions]
    assert sorted(together) == sorted(each.action.id for each in whole.actions)


def test_d13_customers_share_the_nights_room_of_the_first_wave_oldest_debt_first() -> None:
    world = World()
    tenant = world.store.tenant()
    world.store.save_tenant(replace(tenant, rules=replace(tenant.rules, first_wave_cap=2)))
    for day, code in ((3, "C1"), (1, "C2"), (2, "C3")):
        customer = world.add_customer(code, on=FIRST)
        old = invoice(customer.id, "F1", due=date(2025, 1, day))
        item = replace(old, first_sync=True, seen_on=FIRST)
        world.put_items(customer.id, item, on=FIRST)

    found = preview(store=world.store, first=FIRST, days=3)

    assert [(each.action.day, each.customer.code) for each in found.actions] == [
        (FIRST, "C2"),
        (FIRST, "C3"),
        (date(2025, 3, 3), "C1"),
    ]


def test_d35_an_edit_tells_how_many_move_and_how_many_it_would_contact_tonight() -> None:
    world = world_of("C1", "C2")
    later = world.add_customer("C3", on=FIRST)
    world.put_items(later.id, invoice(later.id, "F1", due=date(2025, 3, 5)), on=FIRST)
    settled = world.add_customer("C4", on=FIRST)
    without = world.add_customer("C5", email=None, on=FIRST)
    world.put_items(without.id, invoice(without.id, "F1", due=DUE), on=FIRST)

    found = impact_of(
        WITH, plan_of(world, offset_days=3), store=world.store, on=date(2025, 3, 4), days=30
    )

    assert found.summary == "3 customers move, 2 would be contacted tonight"
    assert found.customers == 4
    moved = {each.customer.id for each in found.moved}
    assert settled.id not in moved
    assert without.id not in moved
    first = found.moved[0].impact
    assert (first.before[0].day, first.after[0].day) == (date(2025, 3, 9), date(2025, 3, 4))


def test_the_same_plan_moves_nobody() -> None:
    world = world_of("C1")

    found = impact_of(WITH, plan_of(world), store=world.store, on=date(2025, 3, 9), days=30)

    assert (found.customers, found.moved) == (1, ())


def test_a_plan_that_could_not_be_saved_has_no_impact() -> None:
    world = world_of("C1")

    with pytest.raises(BadScenario):
        impact_of(WITH, plan_of(world, offset_days=-3), store=world.store, on=FIRST, days=30)
    with pytest.raises(NotFound):
        impact_of("none", plan_of(world), store=world.store, on=FIRST, days=30)


def test_past_ledgers_are_replayed_with_the_scenario_or_another_plan() -> None:
    world = world_of("C1")
    customer = world.store.customers(limit=1).entries[0].id
    old = invoice(customer, "OLD", due=date(2024, 9, 1))
    world.put_items(customer, paid(old, on=date(2024, 9, 15)), on=FIRST)
    account = world.store.account(customer)
    assert account is not None
    world.store.archive(account.customer, [old.id])

    def replayed(plan: ScenarioPlan | None) -> Preview:
        return back_test_of(
            WITH, plan, store=world.store, first=date(2024, 8, 1), last=date(2024, 12, 31)
        )

    as_it_is, edited = replayed(None), replayed(plan_of(world, active=False))

    assert [(str(each.action.day), each.action.step) for each in as_it_is.actions] == [
        ("2024-08-24", StepKey.PRE_DUE),
        ("2024-09-09", StepKey.R1),
        ("2024-09-23", StepKey.THANK_YOU),
    ]
    assert StepKey.R1 not in {each.action.step for each in edited.actions}


def test_the_next_night_is_tomorrows_once_todays_is_wholly_planned() -> None:
    clock = FixedClock(datetime(2025, 3, 9, 23, 30, tzinfo=UTC))  # the 10th in Paris

    assert next_night(TENANT, clock) == date(2025, 3, 10)
    assert next_night(replace(TENANT, planned_through=date(2025, 3, 9)), clock) == date(2025, 3, 10)
    assert next_night(replace(TENANT, planned_through=date(2025, 3, 10)), clock) == date(
        2025, 3, 11
    )
