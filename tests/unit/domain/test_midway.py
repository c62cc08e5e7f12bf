"""Plans that change on the way, and steps that wait or come again (D14, D15, D33, D35-D38)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.actions import ActionState
from relance.domain.contacts import may_be_made_from
from relance.domain.decision import Hold
from relance.domain.explain import explanation, next_event
from relance.domain.items import LevelSet
from relance.domain.presets import preset
from relance.domain.repeats import repeat_day
from relance.domain.scenario import Anchor, Channel, Interval, Repeat, Scenario, StepKey
from relance.domain.scenario_check import problems
from relance.domain.standing import standings
from relance.domain.terms import Terms
from tests.unit.domain.world import (
    DAY,
    DUE,
    ISSUED,
    World,
    days,
    done,
    invoice,
    reminder,
    scenario,
    standard,
)

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 10, after=Anchor.PREVIOUS_REMINDER)
R3 = reminder(StepKey.R3, 12, after=Anchor.PREVIOUS_REMINDER)
NOTICE = reminder(StepKey.PRE_DUE, -8)
PLAN = scenario(R1, R2, R3)
FIRST = DUE + 8 * DAY
DAILY = Repeat(count=2, every=14)
MONTHLY = Repeat(count=3, every=1, unit=Interval.MONTHS)


def _steps(world: World, on: date) -> list[StepKey]:
    return [send.step for due in world.decide(on).due for send in due.sends]


def _until(world: World, on: date) -> date | None:
    held = world.held(on)["F-1"]
    assert held.hold is Hold.NOT_YET
    return held.until


def test_d33_a_payment_undone_reopens_at_the_next_step_after_its_gap() -> None:
    item = invoice(reopened_on=FIRST + 60 * DAY)
    world = World(scenario=PLAN).add(item, done(item, StepKey.R1, FIRST))
    assert _until(world, FIRST + 60 * DAY) == FIRST + 70 * DAY
    assert _steps(world, FIRST + 70 * DAY) == [StepKey.R2]


def test_d33_reopened_before_its_first_reminder_it_waits_for_that_ones_offset() -> None:
    world = World(scenario=PLAN).add(invoice(reopened_on=FIRST + 60 * DAY))
    assert _until(world, FIRST + 60 * DAY) == FIRST + 68 * DAY


def test_d14_the_next_step_waits_for_the_deadline_that_a_message_named() -> None:
    item = invoice()
    named = done(item, StepKey.R1, FIRST, deadline=FIRST + 30 * DAY)
    world = World(scenario=PLAN).add(item, named)
    assert _until(world, FIRST + DAY) == FIRST + 31 * DAY
    assert "gives time" in world.held(FIRST + DAY)["F-1"].detail
    world.add(replace(named, state=ActionState.SKIPPED))
    assert _until(world, FIRST + DAY) == FIRST + 10 * DAY


def test_d14_a_walked_formal_notice_is_not_followed_within_its_deadline() -> None:
    world = World(scenario=scenario(replace(R1, deadline_days=20), R2)).add(invoice())
    left = [(day - DUE).days for day, _, _ in world.walk(DUE, DUE + 60 * DAY)]
    assert left == [8, 29]


def test_d14_a_date_that_a_person_set_is_waited_for() -> None:
    world = World(scenario=scenario(NOTICE, R1)).add(invoice(not_before=FIRST + 5 * DAY))
    assert _until(world, FIRST) == FIRST + 5 * DAY
    assert "person" in world.held(FIRST)["F-1"].detail
    world.add(invoice(not_before=DUE - 2 * DAY))
    assert _steps(world, DUE - 3 * DAY) == []
    assert _steps(world, DUE - 2 * DAY) == [StepKey.PRE_DUE]


def test_d14_a_task_shows_from_when_the_delay_lets_it_be_made() -> None:
    item, delay = invoice(), 5 * DAY
    task = done(item, StepKey.R2, FIRST, state=ActionState.OPEN, channel=Channel.CALL, id="C-task")

    def since(*days_before: int, channel: Channel = Channel.EMAIL) -> int:
        contacts = [
            done(item, StepKey.R1, FIRST - count * DAY, channel=channel, id=f"C-{count}")
            for count in days_before
        ]
        return (may_be_made_from(task, [task, *contacts], delay=delay) - FIRST).days

    assert since() == since(9) == 0
    assert since(2) == 3
    assert since(-9) == 5
    assert since(0) == 0  # a message of the night it opened
    assert since(2, channel=Channel.TASK) == 0


def test_d15_the_last_reminder_repeats_as_often_as_it_says() -> None:
    world = World(scenario=scenario(R1, replace(R2, repeat=DAILY))).add(invoice())
    left = [((day - DUE).days, step) for day, step, _ in world.walk(DUE, DUE + 200 * DAY)]
    assert left == [
        (8, StepKey.R1),
        (18, StepKey.R2),
        (32, StepKey.R2),
        (46, StepKey.R2),
    ]
    assert world.held(DUE + 200 * DAY)["F-1"].hold is Hold.FINISHED
    assert any(action.step is StepKey.PLAN_FINISHED for action in world.actions.values())
    sends = [send for action in world.actions.values() for send in action.sends]
    assert len(sends) == len(set(sends))


def test_d15_a_repeat_counts_from_the_real_completion_before() -> None:
    item = invoice()
    world = World(scenario=scenario(replace(R1, repeat=DAILY))).add(
        item,
        done(item, StepKey.R1, FIRST),
        done(item, StepKey.R1, FIRST + 20 * DAY, id="C-second"),
    )
    assert _until(world, FIRST + 21 * DAY) == FIRST + 34 * DAY


def test_d15_d4_months_between_repeats_do_not_drift() -> None:
    went = [date(2025, 1, 31)]
    for expected in (date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)):
        assert repeat_day(MONTHLY, went) == expected
        went.append(expected)
    assert repeat_day(MONTHLY, went) is None
    assert repeat_day(MONTHLY, [date(2025, 1, 31), date(2025, 3, 3)]) == date(2025, 4, 3)


def test_d15_a_bounced_repeat_is_tried_again_and_not_counted() -> None:
    item = invoice()
    world = World(scenario=scenario(replace(R1, repeat=replace(DAILY, count=1)))).add(
        item,
        done(item, StepKey.R1, FIRST),
        done(item, StepKey.R1, FIRST + 14 * DAY, state=ActionState.BOUNCED, id="C-bounced"),
    )
    assert _steps(world, FIRST + 15 * DAY) == [StepKey.R1]


@pytest.mark.parametrize(
    ("plan", "pointer"),
    [
        (scenario(replace(R1, repeat=DAILY), R2), "/steps/0/repeat"),
        (scenario(replace(NOTICE, repeat=DAILY), R1), "/steps/0/repeat"),
        (scenario(replace(R1, repeat=replace(DAILY, count=0))), "/steps/0/repeat/count"),
        (scenario(replace(R1, repeat=replace(DAILY, count=99))), "/steps/0/repeat/count"),
        (scenario(replace(R1, repeat=replace(DAILY, every=1))), "/steps/0/repeat/every"),
        (scenario(replace(R1, repeat=replace(MONTHLY, every=0))), "/steps/0/repeat/every"),
        (scenario(replace(R1, deadline_days=0)), "/steps/0/deadline_days"),
        (scenario(replace(NOTICE, deadline_days=8), R1), "/steps/0/deadline_days"),
        (replace(PLAN, ceilings={"EUR": -1}), "/ceilings/EUR"),
        (replace(PLAN, minimums={"EUR": 9}, ceilings={"EUR": 8}), "/ceilings/EUR"),
        (replace(PLAN, usual_term=-1), "/usual_term"),
    ],
)
def test_d15_s9_a_scenario_that_would_go_on_for_ever_is_refused(
    plan: Scenario, pointer: str
) -> None:
    assert pointer in [where for where, _ in problems(plan)]


def test_d15_a_bounded_repeat_can_be_saved() -> None:
    last = replace(R2, repeat=MONTHLY, deadline_days=8)
    assert problems(replace(scenario(R1, last), ceilings={"EUR": 9}, usual_term=60)) == ()
    off = replace(R3, active=False)
    assert problems(scenario(R1, last, off)) == ()


def test_d35_done_steps_stay_done_under_a_new_version() -> None:
    item = invoice()
    old = done(item, StepKey.R1, FIRST, scenario="test", scenario_version=1)
    edited = replace(scenario(R1, replace(R2, offset_days=30)), version=2)
    world = World(scenario=edited).add(item, old)
    assert _until(world, FIRST + DAY) == FIRST + 30 * DAY


def test_d36_a_change_of_profile_keeps_the_level() -> None:
    item = invoice()
    world = World(scenario=standard()).add(
        item,
        done(item, StepKey.R1, FIRST, scenario="standard-with-email", scenario_version=1),
        done(item, StepKey.R2, FIRST + 8 * DAY, scenario="standard-with-email"),
    )
    world.scenario = preset("export")[0]
    assert _steps(world, FIRST + 40 * DAY) == [StepKey.R3]
    world.scenario = preset("standard")[1]
    assert _steps(world, FIRST + 40 * DAY) == [StepKey.R3]


def test_d36_past_the_new_plans_end_it_is_finished() -> None:
    item = invoice()
    world = World(scenario=preset("regular")[0]).add(item, done(item, StepKey.R2, FIRST))
    assert world.held(FIRST + 90 * DAY)["F-1"].hold is Hold.FINISHED


@pytest.mark.parametrize(
    ("level", "step", "day"),
    [
        (0, StepKey.R1, FIRST),  # from the due date, long past
        (1, StepKey.R2, FIRST + 10 * DAY),  # from the first reminder, which keeps its day
        (2, StepKey.R3, FIRST + 22 * DAY),  # from the second, which keeps its day
    ],
)
def test_d36_a_person_sets_an_items_level(level: int, step: StepKey, day: date) -> None:
    put = LevelSet(level=level, on=FIRST + 11 * DAY, reason="agreed with sales", author="anna")
    item = invoice(level_set=put)
    world = World(scenario=PLAN).add(
        item, done(item, StepKey.R1, FIRST), done(item, StepKey.R2, FIRST + 10 * DAY)
    )
    if day > put.on:
        assert _until(world, put.on) == day
    assert _steps(world, max(day, put.on)) == [step]


def test_d36_reminders_passed_over_by_a_level_are_done_without_a_date() -> None:
    put = LevelSet(level=2, on=DUE + DAY, reason="came from another tool")
    world = World(scenario=PLAN).add(invoice(level_set=put))
    assert _until(world, DUE + DAY) == DUE + 12 * DAY


def test_d36_what_is_done_after_a_level_was_set_counts() -> None:
    put = LevelSet(level=0, on=FIRST, reason="start again")
    item = invoice(level_set=put)
    before, after = done(item, StepKey.R3, FIRST, id="C-b"), done(item, StepKey.R1, FIRST + DAY)
    world = World(scenario=PLAN).add(item, before, after)
    assert _until(world, FIRST + DAY) == FIRST + 11 * DAY


def test_d36_a_task_of_another_level_is_taken_off() -> None:
    call = reminder(StepKey.R1, 8, channel=Channel.CALL)
    world = World(scenario=scenario(call, R2), closes=lambda action, on: False).add(invoice())
    world.night(FIRST)
    world.add(invoice(level_set=LevelSet(level=1, on=FIRST, reason="called already")))
    assert [each.whole for each in world.decide(FIRST).withdrawals] == [True]


def test_d37_a_later_due_date_holds_the_next_step() -> None:
    moved = invoice(due=DUE + 40 * DAY, due_was=DUE)
    world = World(scenario=PLAN).add(moved, done(moved, StepKey.R1, FIRST))
    assert world.held(DUE + 30 * DAY)["F-1"].hold is Hold.NOTHING_DUE
    assert _until(world, DUE + 41 * DAY) == DUE + 48 * DAY
    assert "was moved" in world.held(DUE + 41 * DAY)["F-1"].detail
    assert _steps(world, DUE + 48 * DAY) == [StepKey.R2]


def test_d37_a_later_due_date_takes_an_open_task_back() -> None:
    call = reminder(StepKey.R2, 10, channel=Channel.CALL, after=Anchor.PREVIOUS_REMINDER)
    item = invoice()
    world = World(scenario=scenario(R1, call), closes=lambda action, on: False).add(
        item, done(item, StepKey.R1, FIRST)
    )
    world.night(FIRST + 10 * DAY)
    world.add(invoice(due=FIRST + 9 * DAY, due_was=DUE))
    assert [each.whole for each in world.decide(FIRST + 11 * DAY).withdrawals] == [True]


def test_d37_an_earlier_due_date_holds_nothing() -> None:
    moved = invoice(due=DUE, due_was=DUE + 40 * DAY)
    world = World(scenario=PLAN).add(moved, done(moved, StepKey.R1, FIRST))
    assert _until(world, FIRST + DAY) == FIRST + 10 * DAY


def test_d38_a_usual_term_moves_every_step_and_the_debit_test() -> None:
    effective = ISSUED + 60 * DAY  # 31 March
    world = World(scenario=scenario(NOTICE, R1)).add(invoice())
    world.customer = replace(world.customer, usual_term=60)
    assert _steps(world, effective - 9 * DAY) == []
    assert _steps(world, effective - 8 * DAY) == [StepKey.PRE_DUE]
    assert _until(world, effective + DAY) == effective + 8 * DAY
    overdue = standings(world.items.values(), {"C-F-1": effective}, overdue_from=effective)[
        "EUR"
    ].overdue
    assert overdue == 0


def test_d38_a_term_shorter_than_the_legal_one_changes_nothing() -> None:
    world = World(scenario=PLAN).add(invoice())
    world.customer = replace(world.customer, usual_term=10)
    assert _until(world, FIRST - DAY) == FIRST
    assert _steps(world, FIRST) == [StepKey.R1]


def test_d38_the_scenarios_term_is_for_customers_without_their_own() -> None:
    world = World(scenario=replace(PLAN, usual_term=60)).add(invoice())
    assert _steps(world, FIRST) == []
    world.customer = replace(world.customer, usual_term=0)
    assert _steps(world, FIRST) == [StepKey.R1]


def test_d38_what_nobody_can_date_has_no_usual_term_either() -> None:
    world = World(scenario=PLAN).add(invoice(due=None))
    world.customer = replace(world.customer, usual_term=60)
    assert world.held(FIRST)["F-1"].hold is Hold.NO_DUE_DATE
    world.customer = replace(world.customer, terms=Terms(30))
    assert _until(world, ISSUED + 61 * DAY) == ISSUED + 68 * DAY


def test_c7_the_explanation_tells_when_something_happens_next() -> None:
    world = World(scenario=PLAN).add(invoice())
    world.customer = replace(world.customer, usual_term=30)
    assert next_event(world.facts, DUE - 20 * DAY) == FIRST
    assert next_event(world.facts, FIRST + DAY) == FIRST + DAY
    (told,) = explanation(world.facts, DUE + DAY)
    assert (told.until, told.level, told.next_step) == (FIRST, 0, StepKey.R1)
    for on in days(DUE - 5 * DAY, FIRST - DAY):
        assert world.decide(on).due == ()


def test_c7_nothing_is_promised_when_nothing_will_happen() -> None:
    assert next_event(World(scenario=PLAN).facts, DUE) is None
    world = World(scenario=None).add(invoice())
    assert next_event(world.facts, DUE) is None


def test_d15_d36_a_plan_that_ends_anew_after_a_level_was_set_is_told_again() -> None:
    put = LevelSet(level=3, on=FIRST + 40 * DAY, reason="go on from there")
    item = invoice(level_set=put)
    world = World(scenario=PLAN).add(
        item,
        done(item, StepKey.R3, FIRST),
        done(item, StepKey.PLAN_FINISHED, FIRST + 9 * DAY, channel=Channel.TASK),
    )
    assert world.decide(FIRST + 50 * DAY).follow_ups == ()
    world.add(done(item, StepKey.R1, FIRST + 20 * DAY))
    assert len(world.decide(FIRST + 50 * DAY).follow_ups) == 1


def test_d5_d15_a_repeat_on_the_due_day_counts_what_is_due_today() -> None:
    item = invoice(due=DUE)
    on_the_day = replace(reminder(StepKey.R1, 0), repeat=Repeat(count=1, every=7))
    world = World(scenario=scenario(on_the_day)).add(item, done(item, StepKey.R1, DUE - 10 * DAY))
    assert _steps(world, DUE) == [StepKey.R1]


def test_d17_a_thank_you_joins_only_what_is_of_its_kind() -> None:
    paid = [invoice(number, residual=0, paid_on=DUE, settled_on=DUE) for number in ("F-1", "F-2")]
    waiting = done(
        paid[0], StepKey.THANK_YOU, DUE, state=ActionState.TO_CONFIRM, channel=Channel.LETTER
    )
    for channel, automatic, joins in (
        (Channel.TASK, False, None),
        (Channel.EMAIL, True, None),
        (Channel.LETTER, False, waiting.id),
    ):
        thanks = reminder(StepKey.THANK_YOU, 0, channel=channel, after=Anchor.PAYMENT_DATE)
        plan = scenario(R1, replace(thanks, automatic=automatic))
        (due,) = World(scenario=plan).add(*paid, waiting).decide(DUE).due
        assert due.joins == joins, channel
