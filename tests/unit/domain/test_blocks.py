"""Stops, disputes, promises and debits hold what they name, and let it go again (D28-D31)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.actions import ActionState
from relance.domain.blocking import PromiseState, kept_and_broken, promise_state
from relance.domain.blocks import Block, Dispute, Promise, Stop
from relance.domain.decision import Hold
from relance.domain.items import PaymentMethod
from relance.domain.scenario import Anchor, Channel, Grouping, StepKey
from tests.unit.domain.world import (
    DAY,
    DUE,
    World,
    credit,
    days,
    done,
    invoice,
    reminder,
    scenario,
)

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER)
R3 = reminder(StepKey.R3, 8, after=Anchor.PREVIOUS_REMINDER)
CALL = reminder(StepKey.R1, 8, channel=Channel.CALL)
NOTICE = reminder(StepKey.PRE_DUE, -8)
THANKS = reminder(StepKey.THANK_YOU, 8, after=Anchor.PAYMENT_DATE)
PLAN = scenario(R1, R2, R3)
FIRST = DUE + 8 * DAY  # R1's day
MONDAY = date(2025, 3, 10)


def stop(**more: object) -> Stop:
    """Return a stop of the whole customer, open-ended."""
    plain = Stop(id="C-stop", since=DUE, reason="a call with their director", author="anna")
    return replace(plain, **more)  # type: ignore[arg-type]


def dispute(number: str = "F-1", **more: object) -> Dispute:
    """Return a dispute of a whole item."""
    plain = Dispute(id=f"C-d-{number}", item=f"C-{number}", opened=DUE, reason="wrong quantity")
    return replace(plain, **more)  # type: ignore[arg-type]


def promise(*numbers: str, **more: object) -> Promise:
    """Return a promise to pay 100.00 of these items on Monday 10 March."""
    plain = Promise(
        id="C-promise",
        items=tuple(f"C-{number}" for number in numbers or ("F-1",)),
        currency="EUR",
        amount=100_00,
        due=MONDAY,
        made_on=DUE + 2 * DAY,
        open_when_made=100_00,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def _steps(world: World, on: date) -> dict[str, StepKey]:
    return {
        world.items[send.item].number: send.step
        for due in world.decide(on).due
        for send in due.sends
    }


def test_d28_a_stop_holds_the_customer_through_its_end_date() -> None:
    world = World(scenario=PLAN).add(invoice(), invoice("F-2"), stop(until=FIRST + 3 * DAY))
    held = world.held(FIRST + 3 * DAY)
    assert {each.hold for each in held.values()} == {Hold.STOPPED}
    assert held["F-1"].until == FIRST + 4 * DAY
    assert "their director" in held["F-1"].detail
    assert set(_steps(world, FIRST + 4 * DAY)) == {"F-1", "F-2"}


def test_d28_a_stop_of_an_item_leaves_the_others() -> None:
    world = World(scenario=PLAN).add(invoice(), invoice("F-2"), stop(item="C-F-1"))
    assert set(_steps(world, FIRST)) == {"F-2"}
    assert world.held(FIRST + 900 * DAY)["F-1"].hold is Hold.STOPPED


def test_d28_an_open_ended_stop_holds_until_someone_lifts_it() -> None:
    world = World(scenario=PLAN).add(invoice(), stop())
    assert world.held(FIRST + 400 * DAY)["F-1"].until is None
    assert world.decide(FIRST + 400 * DAY).next_date is None
    world.add(stop(ended_on=FIRST + 9 * DAY))
    assert _steps(world, FIRST + 8 * DAY) == {}
    assert _steps(world, FIRST + 9 * DAY) == {"F-1": StepKey.R1}


def test_d28_a_stop_lifted_on_its_first_day_never_was() -> None:
    world = World(scenario=PLAN).add(invoice(), stop(since=FIRST, ended_on=FIRST))
    assert _steps(world, FIRST) == {"F-1": StepKey.R1}


def test_d28_of_several_stops_the_last_to_end_counts() -> None:
    world = World(scenario=PLAN).add(
        invoice(),
        stop(until=FIRST + 2 * DAY),
        stop(id="C-stop-2", item="C-F-1", until=FIRST + 6 * DAY),
    )
    assert world.held(FIRST)["F-1"].until == FIRST + 7 * DAY


@pytest.mark.parametrize(
    "far",
    [
        stop(until=date.max),
        stop(item="C-F-1", until=date.max),
        stop(until=date.max, ended_on=date.max),
        promise(due=date.max),
    ],
    ids=["a stop", "a stop of an item", "a stop to be lifted", "a promise"],
)
def test_what_holds_until_the_end_of_time_is_decided_like_anything_else(far: Block) -> None:
    world = World(scenario=PLAN).add(invoice(), far)
    held = world.held(FIRST)["F-1"]
    assert held.hold in (Hold.STOPPED, Hold.PROMISED)
    assert held.until is not None
    assert held.until > date(9000, 1, 1)


def test_d14_a_date_at_the_end_of_time_holds_its_item() -> None:
    world = World(scenario=PLAN).add(invoice(not_before=date.max))
    assert world.held(FIRST)["F-1"].hold is Hold.NOT_YET


def test_d28_a_stop_that_begins_later_is_seen_on_its_day() -> None:
    world = World(scenario=scenario(reminder(StepKey.R1, 30))).add(
        invoice(), stop(since=FIRST, until=FIRST + 90 * DAY)
    )
    assert world.decide(DUE + DAY).next_date == FIRST


def test_d28_resuming_gives_one_step_then_the_gaps() -> None:
    world = World(scenario=PLAN).add(invoice(), stop(until=DUE + 100 * DAY))
    left = [((day - DUE).days, step) for day, step, _ in world.walk(DUE, DUE + 140 * DAY)]
    assert left == [(101, StepKey.R1), (109, StepKey.R2), (117, StepKey.R3)]


def test_d28_what_waits_for_a_person_is_taken_off_by_a_stop() -> None:
    world = World(scenario=scenario(CALL, R2), closes=lambda action, on: False).add(invoice())
    (call,) = world.night(FIRST)
    world.add(stop(since=FIRST))
    (withdrawn,) = world.decide(FIRST + DAY).withdrawals
    assert (withdrawn.action, withdrawn.whole) == (call.id, True)


def test_d28_a_stop_holds_notices_and_thank_yous_too() -> None:
    paid = invoice("F-2", residual=0, paid_on=DUE - 8 * DAY, settled_on=DUE - 8 * DAY)
    world = World(scenario=scenario(NOTICE, R1, THANKS)).add(
        invoice(due=DUE + 5 * DAY), paid, stop(since=DUE - DAY, until=DUE)
    )
    assert [each.hold for each in world.held(DUE).values()] == [Hold.STOPPED, Hold.STOPPED]
    assert set(_steps(world, DUE + DAY).values()) == {StepKey.PRE_DUE, StepKey.THANK_YOU}


def test_d29_a_disputed_item_leaves_the_messages() -> None:
    world = World(scenario=replace(PLAN, grouping=Grouping.ACCOUNT)).add(
        invoice(), invoice("F-2"), dispute()
    )
    (due,) = world.decide(FIRST).due
    assert due.listed == ("C-F-2",)
    assert due.net == 100_00
    held = world.held(FIRST)["F-1"]
    assert (held.hold, held.until) == (Hold.DISPUTED, None)


def test_d29_when_all_items_are_disputed_there_is_no_message() -> None:
    world = World(scenario=PLAN).add(invoice(), invoice("F-2"), dispute(), dispute("F-2"))
    assert world.decide(FIRST).due == ()
    assert world.decide(FIRST).next_date is None


def test_d29_on_resolution_the_gap_restarts() -> None:
    item = invoice()
    world = World(scenario=PLAN).add(
        item,
        done(item, StepKey.R1, FIRST),
        dispute(opened=FIRST + DAY, resolved_on=FIRST + 30 * DAY),
    )
    assert world.held(FIRST + 29 * DAY)["F-1"].hold is Hold.DISPUTED
    held = world.held(FIRST + 30 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.NOT_YET, FIRST + 38 * DAY)
    assert "counts anew" in held.detail
    assert _steps(world, FIRST + 38 * DAY) == {"F-1": StepKey.R2}


def test_d29_a_part_dispute_does_not_freeze_the_rest() -> None:
    part = dispute(amount=40_00)
    world = World(scenario=PLAN).add(invoice(), part)
    (due,) = world.decide(FIRST).due
    assert due.net == 60_00
    world.add(replace(part, resolved_on=FIRST))
    assert _steps(world, FIRST) == {"F-1": StepKey.R1}


def test_d29_part_disputes_that_leave_nothing_freeze_the_item() -> None:
    world = World(scenario=PLAN).add(
        invoice(), dispute(amount=40_00), dispute(id="C-d-2", amount=60_00)
    )
    assert world.held(FIRST)["F-1"].hold is Hold.DISPUTED
    world.add(dispute(amount=40_00, resolved_on=FIRST))
    assert world.held(FIRST)["F-1"].until == FIRST + 8 * DAY


def test_d29_disputed_amounts_are_out_of_the_debit_test() -> None:
    world = World(scenario=PLAN).add(invoice(), invoice("F-2"), credit(amount=100_00), dispute())
    assert world.held(FIRST)["F-2"].hold is Hold.NO_DEBIT_BALANCE
    world.add(dispute(resolved_on=DUE))
    assert "F-2" in _steps(world, FIRST)


def test_d29_a_dispute_of_the_future_changes_nothing_yet() -> None:
    world = World(scenario=PLAN).add(invoice(), dispute(opened=FIRST + DAY))
    assert _steps(world, FIRST) == {"F-1": StepKey.R1}
    assert world.decide(DUE + DAY).next_date == FIRST


def test_d30_a_promise_holds_through_the_second_working_day_after_its_date() -> None:
    world = World(scenario=PLAN).add(invoice(), invoice("F-2"), promise())
    held = world.held(MONDAY + 2 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.PROMISED, MONDAY + 3 * DAY)
    assert _steps(world, MONDAY + 2 * DAY) == {"F-2": StepKey.R1}
    assert set(_steps(world, MONDAY + 3 * DAY)) == {"F-1", "F-2"}


def test_d30_the_grace_of_a_promise_passes_over_closed_days() -> None:
    friday = promise(due=date(2025, 4, 18))
    world = World(scenario=PLAN, closed_days=frozenset({date(2025, 4, 21)})).add(invoice(), friday)
    assert world.held(date(2025, 4, 18))["F-1"].until == date(2025, 4, 24)


def test_d30_a_kept_promise_releases_at_once_and_the_gap_restarts() -> None:
    item = invoice(amount=300_00, residual=200_00)
    world = World(scenario=PLAN).add(
        item,
        done(item, StepKey.R1, DUE + DAY),
        promise(kept_on=MONDAY - 3 * DAY, open_when_made=300_00),
    )
    held = world.held(MONDAY - 3 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.NOT_YET, MONDAY + 5 * DAY)
    assert _steps(world, MONDAY + 5 * DAY) == {"F-1": StepKey.R2}


def test_d30_a_promise_met_after_its_grace_is_broken() -> None:
    late = promise(kept_on=MONDAY + 3 * DAY)
    none = frozenset[date]()
    assert promise_state(late, on=MONDAY + 9 * DAY, closed=none) is PromiseState.BROKEN
    met = replace(late, kept_on=MONDAY + 2 * DAY)
    assert promise_state(met, on=MONDAY + 9 * DAY, closed=none) is PromiseState.KEPT
    assert promise_state(met, on=MONDAY + DAY, closed=none) is PromiseState.RUNNING


def test_d30_promises_kept_and_broken_are_counted() -> None:
    void = promise(cancelled_on=MONDAY)
    each = (promise(), promise(kept_on=MONDAY), promise(), void)
    assert kept_and_broken(each, on=MONDAY + 9 * DAY, closed=frozenset()) == (1, 2)
    assert kept_and_broken(each, on=MONDAY, closed=frozenset()) == (1, 0)


def test_d30_a_promise_taken_back_holds_nothing() -> None:
    world = World(scenario=PLAN).add(invoice(), promise(cancelled_on=FIRST))
    assert world.held(FIRST - DAY)["F-1"].hold is Hold.PROMISED
    assert _steps(world, FIRST) == {"F-1": StepKey.R1}


def test_d30_after_the_last_step_a_broken_promise_is_a_task() -> None:
    item = invoice()
    told = done(item, StepKey.PLAN_FINISHED, DUE + DAY, channel=Channel.TASK)
    world = World(scenario=scenario(R1)).add(
        item, done(item, StepKey.R1, DUE + DAY), told, promise()
    )
    assert world.held(MONDAY)["F-1"].hold is Hold.PROMISED
    assert world.decide(MONDAY + 2 * DAY).follow_ups == ()
    assert world.decide(MONDAY + 2 * DAY).next_date == MONDAY + 3 * DAY
    (task,) = world.decide(MONDAY + 3 * DAY).follow_ups
    assert task.step.key is StepKey.PLAN_FINISHED


@pytest.mark.parametrize("block", [stop(), dispute(), promise(due=DUE + 400 * DAY)])
def test_d15_nobody_is_told_of_a_finished_plan_while_it_is_blocked(block: Block) -> None:
    item = invoice()
    world = World(scenario=scenario(R1)).add(item, done(item, StepKey.R1, FIRST))
    assert world.decide(FIRST + 3 * DAY).follow_ups
    assert world.add(block).decide(FIRST + 3 * DAY).follow_ups == ()


@pytest.mark.parametrize("method", [PaymentMethod.DIRECT_DEBIT, PaymentMethod.CARD])
def test_d31_what_is_not_paid_by_hand_is_excluded_until_its_debit_is_rejected(
    method: PaymentMethod,
) -> None:
    world = World(scenario=PLAN).add(invoice(method=method))
    assert world.held(FIRST + 30 * DAY)["F-1"].hold is Hold.DIRECT_DEBIT
    world.add(invoice(method=method, rejected_on=FIRST + 30 * DAY))
    held = world.held(FIRST + 30 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.NOT_YET, FIRST + 38 * DAY)
    assert "rejected" in held.detail
    assert _steps(world, FIRST + 38 * DAY) == {"F-1": StepKey.R1}


def test_d31_a_rejected_debit_comes_back_at_its_next_undone_reminder() -> None:
    item = invoice(method=PaymentMethod.DIRECT_DEBIT, rejected_on=FIRST + 30 * DAY)
    world = World(scenario=PLAN).add(item, done(item, StepKey.R1, FIRST))
    assert _steps(world, FIRST + 37 * DAY) == {}
    assert _steps(world, FIRST + 38 * DAY) == {"F-1": StepKey.R2}


def test_d31_a_debit_gets_no_notice_and_no_thanks() -> None:
    paid = invoice(
        "F-2", method=PaymentMethod.CARD, residual=0, paid_on=DUE - 16 * DAY, settled_on=DUE
    )
    world = World(scenario=scenario(NOTICE, R1, THANKS)).add(
        invoice(method=PaymentMethod.DIRECT_DEBIT), paid
    )
    for on in days(DUE - 10 * DAY, DUE + DAY):
        assert world.decide(on).due == ()
    assert world.decide(DUE).settled == ("C-F-2",)


def test_d45_a_reservation_under_way_survives_a_stop() -> None:
    item = invoice()
    world = World(scenario=PLAN).add(
        item, done(item, StepKey.R1, FIRST, state=ActionState.RESERVED), stop(since=FIRST)
    )
    assert world.decide(FIRST).withdrawals == ()
    assert world.held(FIRST)["F-1"].hold is Hold.STOPPED
