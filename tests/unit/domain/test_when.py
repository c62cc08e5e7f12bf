"""When a step may go (D1, D2, D3, D5, D10, D11, D12, D14, D15, D16)."""

from dataclasses import replace
from datetime import date

from relance.domain.actions import ActionState
from relance.domain.decision import Hold
from relance.domain.plan import plan_of
from relance.domain.progress import Progress
from relance.domain.scenario import Anchor, Channel, StepKey
from relance.domain.schedule import step_day
from relance.domain.terms import Terms
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
    standard,
)

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER)
R3 = reminder(StepKey.R3, 8, after=Anchor.PREVIOUS_REMINDER)


def _steps(world: World, on: date) -> list[StepKey]:
    return [send.step for due in world.decide(on).due for send in due.sends]


def test_d1_d2_a_missed_night_is_caught_up_not_lost() -> None:
    world = World(scenario=scenario(R1)).add(invoice())
    for on in days(DUE + 8 * DAY, DUE + 20 * DAY):
        assert _steps(world, on) == [StepKey.R1]


def test_d2_nothing_goes_a_day_early() -> None:
    world = World(scenario=scenario(R1)).add(invoice())
    held = world.held(DUE + 7 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.NOT_YET, DUE + 8 * DAY)


def test_d3_the_due_day_itself_is_not_late() -> None:
    world = World(scenario=scenario(reminder(StepKey.R1, 1))).add(invoice())
    held = world.held(DUE)["F-1"]
    assert (held.hold, held.until) == (Hold.NOTHING_DUE, DUE + DAY)
    assert _steps(world, DUE + DAY) == [StepKey.R1]


def test_d3_offset_nought_means_on_the_due_day() -> None:
    world = World(scenario=scenario(reminder(StepKey.R1, 0))).add(invoice())
    assert _steps(world, DUE - DAY) == []
    assert _steps(world, DUE) == [StepKey.R1]


def test_d5_an_issue_date_anchor_waits_until_the_item_is_overdue() -> None:
    step = reminder(StepKey.R1, 3, after=Anchor.ISSUE_DATE)
    world = World(scenario=scenario(step)).add(invoice(issued=DUE - 20 * DAY))
    assert _steps(world, DUE) == []
    assert _steps(world, DUE + DAY) == [StepKey.R1]


def test_d10_an_offset_may_be_rounded_to_the_end_of_the_month() -> None:
    world = World(scenario=scenario(replace(R1, end_of_month=True))).add(invoice())
    assert world.held(DUE + 8 * DAY)["F-1"].until == date(2025, 3, 31)


def test_d10_a_named_reminder_is_counted_from_whatever_came_between() -> None:
    third = replace(R3, anchor=Anchor.NAMED_REMINDER, anchor_step=StepKey.R1, offset_days=16)
    item = invoice()
    world = World(scenario=scenario(R1, R2, third)).add(
        item, done(item, StepKey.R1, date(2025, 3, 9)), done(item, StepKey.R2, date(2025, 3, 20))
    )
    assert world.held(date(2025, 3, 21))["F-1"].until == date(2025, 3, 25)


def test_d11_only_what_left_or_was_done_completes_a_step() -> None:
    item, on = invoice(), date(2025, 3, 30)
    for state in ActionState:
        world = World(scenario=scenario(R1, R2)).add(
            item, done(item, StepKey.R1, date(2025, 3, 9), state=state)
        )
        reached_second = _steps(world, on) == [StepKey.R2]
        assert reached_second is state.completes, state


def test_d11_what_waits_failed_or_bounced_completes_nothing() -> None:
    completing = {"sent", "done", "skipped", "delivered", "complained"}
    assert {state.value for state in ActionState if state.completes} == completing


def test_d11_a_skip_counts_as_completed_on_its_day() -> None:
    item = invoice()
    skipped = done(item, StepKey.R1, date(2025, 3, 9), state=ActionState.SKIPPED)
    world = World(scenario=scenario(R1, R2)).add(item, replace(skipped, completed_on=DUE + 9 * DAY))
    assert world.held(DUE + 10 * DAY)["F-1"].until == DUE + 17 * DAY


def test_d11_work_of_a_day_counts_from_the_next_run() -> None:
    soon = replace(R2, offset_days=1)
    world = World(scenario=scenario(R1, soon)).add(invoice())
    on = DUE + 8 * DAY
    world.night(on)
    assert _steps(world, on) == []
    assert _steps(world, on + DAY) == [StepKey.R2]


def test_d12_after_an_outage_one_step_then_the_gaps_again() -> None:
    world = World(scenario=standard()).add(invoice(due=date(2024, 6, 1)))
    began = [(on, step) for on, step, _ in world.walk(date(2025, 3, 3), date(2025, 6, 30))]
    assert began == [
        (date(2025, 3, 3), StepKey.R1),
        (date(2025, 3, 11), StepKey.R2),
        (date(2025, 3, 19), StepKey.R3),
        (date(2025, 3, 27), StepKey.R4),
        (date(2025, 4, 4), StepKey.R5),
    ]


def test_d14_the_contact_delay_pushes_a_step_and_what_follows() -> None:
    steps = (
        reminder(StepKey.R1, 0),
        reminder(StepKey.R2, 4),
        reminder(StepKey.R3, 8),
    )
    world = World(scenario=scenario(*steps, delay=5)).add(invoice())
    left = [(day - DUE).days for day, _, _ in world.walk(DUE, DUE + 40 * DAY)]
    assert left == [0, 5, 10]


def test_d14_a_gap_of_three_days_is_five_with_that_delay() -> None:
    second = replace(R2, offset_days=3)
    world = World(scenario=scenario(R1, second, delay=5)).add(invoice())
    left = [(day - DUE).days for day, _, _ in world.walk(DUE, DUE + 40 * DAY)]
    assert left == [8, 13]


def test_d14_a_date_already_past_becomes_the_gap_after_the_last_completion() -> None:
    second = reminder(StepKey.R2, 20)
    item = invoice()
    late = done(item, StepKey.R1, DUE + 40 * DAY)
    world = World(scenario=scenario(R1, second)).add(item, late)
    assert world.held(DUE + 41 * DAY)["F-1"].until == DUE + 52 * DAY


def test_d14_the_gap_is_at_least_a_day() -> None:
    item = invoice()
    world = World(scenario=scenario(R1, reminder(StepKey.R2, 2))).add(
        item, done(item, StepKey.R1, DUE + 8 * DAY)
    )
    assert world.held(DUE + 8 * DAY)["F-1"].until == DUE + 9 * DAY


def test_d14_calls_made_are_contacts_and_tasks_skips_and_bounces_are_not() -> None:
    other, item, on = invoice("F-2"), invoice(), DUE + 8 * DAY
    cases = {
        (Channel.CALL, ActionState.DONE): False,
        (Channel.EMAIL, ActionState.DELIVERED): False,
        (Channel.LETTER, ActionState.TO_POST): False,
        (Channel.TASK, ActionState.DONE): True,
        (Channel.CALL, ActionState.SKIPPED): True,
        (Channel.EMAIL, ActionState.SKIPPED): True,
        (Channel.EMAIL, ActionState.BOUNCED): True,
        (Channel.EMAIL, ActionState.TO_CONFIRM): True,
    }
    for (channel, state), free in cases.items():
        before = done(other, StepKey.R1, on - 2 * DAY, state=state, channel=channel)
        world = World(scenario=scenario(R1, R2, delay=5)).add(item, other, before)
        assert ("F-1" not in world.held(on)) is free, (channel, state)


def test_d14_the_delay_holds_across_currencies() -> None:
    dollars = invoice("F-2", currency="USD", due=DUE + 2 * DAY)
    world = World(scenario=scenario(R1, delay=5)).add(invoice(), dollars)
    left = {(day - DUE).days for day, _, _ in world.walk(DUE, DUE + 40 * DAY)}
    assert left == {8, 13}


def test_d14_a_letter_delays_from_its_posting_not_from_its_printing() -> None:
    other, item = invoice("F-2"), invoice()
    posted = done(
        other,
        StepKey.R1,
        DUE + 2 * DAY,
        state=ActionState.DONE,
        channel=Channel.LETTER,
        completed_on=DUE + 6 * DAY,
    )
    world = World(scenario=scenario(R1, R2, delay=5)).add(item, other, posted)
    assert world.held(DUE + 8 * DAY)["F-1"].until == DUE + 11 * DAY


def test_d15_after_the_last_step_the_plan_is_finished() -> None:
    item = invoice()
    world = World(scenario=scenario(R1)).add(item, done(item, StepKey.R1, DUE + 8 * DAY))
    held = world.held(DUE + 300 * DAY)["F-1"]
    assert (held.hold, held.until) == (Hold.FINISHED, None)
    world.night(DUE + 300 * DAY)
    assert world.decide(DUE + 300 * DAY).next_date is None


def test_d16_an_inactive_step_is_transparent() -> None:
    steps = (R1, replace(R2, active=False), R3)
    item = invoice()
    world = World(scenario=scenario(*steps)).add(item, done(item, StepKey.R1, DUE + 8 * DAY))
    assert world.held(DUE + 9 * DAY)["F-1"].until == DUE + 16 * DAY


def test_d16_an_anchor_with_nothing_completed_before_counts_from_the_due_date() -> None:
    steps = (replace(R1, active=False), R2)
    notice = done(invoice(), StepKey.PRE_DUE, DUE - 8 * DAY)
    world = World(scenario=scenario(*steps)).add(invoice(), notice)
    assert world.held(DUE + DAY)["F-1"].until == DUE + 8 * DAY


def test_d16_a_step_done_without_a_date_raises_the_level_and_anchors_nothing() -> None:
    item = invoice()
    entered = done(item, StepKey.R1, DUE + 5 * DAY, state=ActionState.SKIPPED, completed_on=None)
    world = World(scenario=scenario(R1, replace(R2, offset_days=30))).add(item, entered)
    assert world.held(DUE + 6 * DAY)["F-1"].until == DUE + 30 * DAY


def test_d4_terms_date_what_the_ledger_does_not() -> None:
    world = World(scenario=scenario(R1)).add(invoice(due=None, issued=DUE - 30 * DAY))
    assert world.held(DUE + 60 * DAY)["F-1"].hold is Hold.NO_DUE_DATE
    world.rules = replace(world.rules, terms=Terms(45))
    world.customer = replace(world.customer, terms=Terms(30))
    assert world.held(DUE)["F-1"].until == DUE + 8 * DAY
    assert _steps(world, DUE + 8 * DAY) == [StepKey.R1]


def test_d42_d39_a_bounce_opens_the_step_again_as_a_new_send() -> None:
    item = invoice()
    bounced = done(item, StepKey.R1, DUE + 8 * DAY, state=ActionState.BOUNCED)
    world = World(scenario=scenario(R1, R2)).add(item, bounced)
    (due,) = world.decide(DUE + 9 * DAY).due
    assert [(send.step, send.cycle) for send in due.sends] == [(StepKey.R1, 1)]
    assert due.id not in world.actions


def test_an_empty_account_waits_for_facts() -> None:
    assert World().decide(DUE).next_date is None


def test_no_date_that_a_ledger_can_hold_stops_a_decision() -> None:
    far, first = date.max, date.min
    world = World(rules=replace(World().rules, terms=Terms(60))).add(
        invoice("F-1", due=far, issued=far),
        invoice("F-2", due=None, issued=far),
        invoice("F-3", due=first, issued=first),
        invoice("F-4", residual=0, paid_on=far, settled_on=far),
        credit(amount=1, issued=far),
    )
    (due,) = world.decide(DUE).due
    assert due.listed == ("C-F-3",)
    assert world.held(DUE)["F-1"].hold is Hold.NOTHING_DUE


def test_d14_a_step_that_falls_on_the_completion_before_it_keeps_the_gap() -> None:
    item = invoice()
    world = World(scenario=scenario(R1, reminder(StepKey.R2, 10))).add(
        item, done(item, StepKey.R1, DUE + 10 * DAY)
    )
    assert world.held(DUE + 10 * DAY)["F-1"].until == DUE + 12 * DAY


def test_d14_a_letter_posted_today_still_counts_from_its_printing() -> None:
    other, item, on = invoice("F-2"), invoice(), DUE + 8 * DAY
    letter = done(other, StepKey.R1, on - 2 * DAY, state=ActionState.DONE, channel=Channel.LETTER)
    posted = replace(letter, completed_on=on)
    world = World(scenario=scenario(R1, R2, delay=5)).add(item, other, posted)
    assert world.held(on)["F-1"].hold is Hold.NOT_YET


def test_d5_a_steps_own_day_is_never_before_the_item_is_overdue() -> None:
    step = reminder(StepKey.R1, 3, after=Anchor.ISSUE_DATE)
    issued = DUE - 20 * DAY
    day = step_day(step, plan_of(scenario(step)), Progress(), due=DUE, issued=issued)
    assert day == DUE + DAY
