"""What must be confirmed, and what waits for a fresh ledger (D13, D25, D32, C9)."""

from dataclasses import replace
from datetime import date
from typing import Any

from relance.domain.actions import ActionState
from relance.domain.decision import Hold
from relance.domain.first_wave import entered
from relance.domain.items import Item
from relance.domain.scenario import Anchor, Channel, StepKey
from relance.domain.tenant_rules import Entry
from tests.unit.domain.world import (
    DAY,
    DUE,
    World,
    credit,
    done,
    invoice,
    reminder,
    scenario,
)

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER)
R3 = reminder(StepKey.R3, 8, after=Anchor.PREVIOUS_REMINDER)
NOTICE = reminder(StepKey.PRE_DUE, -8)
THANKS = reminder(StepKey.THANK_YOU, 8, after=Anchor.PAYMENT_DATE)
PLAN = scenario(R1, R2, R3)
FIRST = DUE + 8 * DAY
SYNC = DUE + 60 * DAY
ENTRIES = (Entry(30, 2), Entry(60, 3))


def first(number: str = "F-1", **more: Any) -> Item:
    """Return an invoice that came with the first sync, sixty days overdue."""
    return invoice(number, seen_on=SYNC, first_sync=True, **more)


def test_d13_items_overdue_on_the_first_sync_enter_at_a_level_by_age() -> None:
    found = {}
    for age in (0, 1, 29, 30, 59, 60, 400):
        level = entered(first(), SYNC - age * DAY, ENTRIES, on=SYNC)
        found[age] = level.level if level else 0
    assert found == {0: 0, 1: 0, 29: 0, 30: 1, 59: 1, 60: 2, 400: 2}
    assert entered(first(), None, ENTRIES, on=SYNC) is None
    assert entered(credit(amount=1), DUE, ENTRIES, on=SYNC) is None


def test_d13_without_levels_by_age_all_enter_at_the_first() -> None:
    assert entered(first(), DUE, (), on=SYNC) is None


def test_d13_entering_at_a_level_means_that_it_is_the_next_step() -> None:
    level = entered(first(), DUE, ENTRIES, on=SYNC)
    world = World(scenario=PLAN).add(first(level_set=level))
    (due,) = world.decide(SYNC).due
    assert [send.step for send in due.sends] == [StepKey.R3]


def test_d13_the_first_wave_is_to_be_confirmed_and_what_came_later_is_not() -> None:
    later = invoice("F-2", seen_on=SYNC, first_sync=False)
    not_overdue = first("F-3", due=SYNC)
    world = World(scenario=PLAN).add(first(), later, not_overdue)
    found = {
        send.item: due.confirm for due in world.decide(SYNC + 8 * DAY).due for send in due.sends
    }
    assert found == {"C-F-1": True, "C-F-2": False, "C-F-3": False}


def test_d13_an_item_leaves_the_wave_when_its_first_step_completes() -> None:
    item = first()
    world = World(scenario=PLAN).add(item)
    (waiting,) = world.night(SYNC)
    assert waiting.state is ActionState.TO_CONFIRM
    assert world.night(SYNC + DAY) == []
    world.add(replace(waiting, state=ActionState.SENT, completed_on=SYNC + 2 * DAY))
    (second,) = world.night(SYNC + 10 * DAY)
    assert (second.step, second.state) == (StepKey.R2, ActionState.SENT)


def test_d13_only_so_many_messages_are_newly_put_up_oldest_due_first() -> None:
    world = World(scenario=PLAN, wave_room=1).add(
        first("F-1", due=DUE + DAY), first("F-2", currency="USD")
    )
    assert [due.currency for due in world.decide(SYNC).due] == ["USD"]
    held = world.held(SYNC)["F-1"]
    assert (held.hold, held.until) == (Hold.FIRST_WAVE, SYNC + DAY)
    world.wave_room = 0
    assert world.decide(SYNC).due == ()


def test_d13_what_joins_a_waiting_message_takes_no_room() -> None:
    world = World(scenario=PLAN, wave_room=1).add(first())
    (waiting,) = world.night(SYNC)
    world.wave_room = 0
    (due,) = world.add(first("F-2")).decide(SYNC).due
    assert due.joins == waiting.id


def test_d13_calls_of_the_first_wave_are_opened_whatever_the_room() -> None:
    call = reminder(StepKey.R1, 8, channel=Channel.CALL)
    world = World(scenario=scenario(call), wave_room=0).add(first())
    assert len(world.decide(SYNC).due) == 1


def test_d13_notices_whose_day_lies_before_the_sync_are_dropped() -> None:
    world = World(scenario=scenario(NOTICE, R1)).add(first(due=SYNC + 5 * DAY))
    assert world.decide(SYNC).due == ()
    world.add(first(due=SYNC + 8 * DAY))
    assert len(world.decide(SYNC).due) == 1


def test_d25_above_the_ceiling_a_message_must_be_confirmed() -> None:
    world = World(scenario=replace(PLAN, ceilings={"EUR": 150_00})).add(
        invoice(amount=150_00), invoice("F-2", amount=500_00, currency="USD")
    )
    assert [due.confirm for due in world.decide(FIRST).due] == [False, False]
    world.add(invoice("F-3", amount=1))
    assert {due.currency: due.confirm for due in world.decide(FIRST).due} == {
        "EUR": True,
        "USD": False,
    }


def test_d25_the_ceiling_of_a_notice_is_measured_on_its_own_total() -> None:
    plan = replace(scenario(NOTICE, R1), ceilings={"EUR": 150_00})
    on = DUE + 2 * DAY
    world = World(scenario=plan).add(invoice(amount=900_00), invoice("F-2", due=on + 8 * DAY))
    assert [due.confirm for due in world.decide(on).due] == [False]
    world.add(invoice("F-3", due=on + 8 * DAY))
    assert [due.confirm for due in world.decide(on).due] == [True]


def test_d25_what_is_asked_for_is_measured_less_the_ceilings_credits() -> None:
    world = World(scenario=replace(PLAN, ceilings={"EUR": 150_00})).add(
        invoice(amount=200_00), credit(amount=50_00)
    )
    assert [due.confirm for due in world.decide(FIRST).due] == [False]


def test_d25_below_the_tolerance_is_skipped_and_equal_is_not() -> None:
    world = World(scenario=PLAN).add(invoice(amount=5_00))
    world.rules = replace(world.rules, default_tolerance=5_01)
    assert world.held(FIRST)["F-1"].hold is Hold.BELOW_THRESHOLD
    world.rules = replace(world.rules, default_tolerance=5_00)
    assert len(world.decide(FIRST).due) == 1


def _stale(world: World, synced: date) -> World:
    world.rules = replace(world.rules, freshness_days=3)
    world.synced_on = synced
    return world


def test_d32_on_an_old_ledger_what_leaves_by_itself_waits() -> None:
    paid = invoice("F-2", residual=0, paid_on=FIRST - 8 * DAY, settled_on=FIRST - 8 * DAY)
    plan = scenario(NOTICE, R1, THANKS)
    for item in (invoice(), invoice(due=FIRST + 8 * DAY), paid):
        world = _stale(World(scenario=plan).add(item), FIRST - 4 * DAY)
        (held,) = world.decide(FIRST).held
        assert (held.hold, held.until) == (Hold.STALE_LEDGER, FIRST + DAY), item
        world.synced_on = FIRST - 3 * DAY
        assert len(world.decide(FIRST).due) == 1, item


def test_d32_tasks_and_confirmations_do_not_wait_for_a_ledger() -> None:
    call = reminder(StepKey.R1, 8, channel=Channel.CALL)
    for step in (call, replace(R1, automatic=False)):
        world = _stale(World(scenario=scenario(step)).add(invoice()), FIRST - 40 * DAY)
        assert len(world.decide(FIRST).due) == 1
    by_hand = scenario(replace(NOTICE, automatic=False), R1)
    world = _stale(World(scenario=by_hand).add(invoice(due=FIRST + 8 * DAY)), FIRST - 40 * DAY)
    assert [due.confirm for due in world.decide(FIRST).due] == [True]


def test_d32_without_a_limit_no_ledger_is_too_old() -> None:
    world = World(scenario=PLAN, synced_on=DUE - 300 * DAY).add(invoice())
    assert len(world.decide(FIRST).due) == 1


def test_c9_a_pause_ends_by_itself_on_its_day() -> None:
    world = World(scenario=PLAN).add(invoice())
    world.rules = replace(world.rules, paused=True, resume_on=FIRST + 5 * DAY)
    held = world.held(FIRST)["F-1"]
    assert (held.hold, held.until) == (Hold.TENANT_PAUSED, FIRST + 5 * DAY)
    assert world.decide(FIRST).next_date == FIRST + 5 * DAY
    assert len(world.decide(FIRST + 5 * DAY).due) == 1


def test_c9_a_paused_thank_you_goes_when_the_pause_ends() -> None:
    paid = invoice(residual=0, paid_on=FIRST - 8 * DAY, settled_on=FIRST - 8 * DAY)
    world = World(scenario=scenario(R1, THANKS)).add(paid)
    world.rules = replace(world.rules, paused=True, resume_on=FIRST + 5 * DAY)
    assert world.held(FIRST)["F-1"].until == FIRST + 5 * DAY
    assert len(world.decide(FIRST + 5 * DAY).due) == 1


def test_c9_a_pause_without_an_end_waits_for_someone() -> None:
    world = World(scenario=PLAN).add(invoice(), done(invoice("F-2"), StepKey.R1, DUE))
    world.rules = replace(world.rules, paused=True)
    assert world.decide(FIRST).next_date is None
