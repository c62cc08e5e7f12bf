"""A task says that the plan of an item is finished (D15)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.decision import Hold
from relance.domain.items import ItemStatus, PaymentMethod
from relance.domain.scenario import StepKey
from tests.unit.domain.follow_ups import (
    FINISHED,
    LATE,
    NOTICE,
    R1,
    R2,
    Answer,
    close,
    finished,
    items_of,
    skip,
    tasks_of,
    the_follow_up,
)
from tests.unit.domain.world import DAY, DUE, World, done, invoice
from tests.unit.domain.world import scenario as plan


@pytest.mark.parametrize("on", [LATE, LATE + DAY])
def test_d15_the_end_of_the_plan_is_told_the_day_after_the_last_step(on: date) -> None:
    world = finished()
    assert len(world.decide(on).follow_ups) == (on > LATE)
    assert world.decide(LATE).next_date == LATE + DAY


def test_d15_items_that_end_together_or_later_share_the_open_task() -> None:
    world = finished("F-1", "F-2")
    later = invoice("F-3")
    world.add(later, done(later, StepKey.R1, LATE + 5 * DAY))
    world.night(LATE + DAY)
    (task,) = tasks_of(world, FINISHED)
    assert items_of(task) == ["C-F-1", "C-F-2"]
    world.night(LATE + 6 * DAY)
    (task,) = tasks_of(world, FINISHED)
    assert items_of(task) == ["C-F-1", "C-F-2", "C-F-3"]


@pytest.mark.parametrize("answer", [close, skip])
def test_d15_it_is_told_once(answer: Answer) -> None:
    world = finished()
    world.night(LATE + DAY)
    answer(world, FINISHED, LATE + DAY)
    for number in range(2, 40):
        assert world.night(LATE + number * DAY) == []
    assert world.held(LATE + 40 * DAY)["F-1"].hold is Hold.FINISHED
    assert world.decide(LATE + 40 * DAY).next_date is None


def test_d15_what_is_paid_leaves_the_task_item_by_item() -> None:
    world = finished("F-1", "F-2")
    world.night(LATE + DAY)
    world.pay("F-1", on=LATE + 2 * DAY)
    world.night(LATE + 2 * DAY)
    (task,) = tasks_of(world, FINISHED)
    assert items_of(task) == ["C-F-2"]
    world.pay("F-2", on=LATE + 3 * DAY)
    world.night(LATE + 3 * DAY)
    assert tasks_of(world, FINISHED) == []


def test_d15_a_plan_whose_steps_left_were_switched_off_has_ended_too() -> None:
    world = finished()
    world.scenario = plan(R1, R2)
    assert world.decide(LATE + DAY).follow_ups == ()
    world.scenario = plan(R1, replace(R2, active=False))
    assert the_follow_up(world, LATE + DAY).step.key is FINISHED


def test_d15_a_plan_that_goes_on_after_all_takes_the_task_off() -> None:
    world = finished()
    world.night(LATE + DAY)
    world.scenario = plan(R1, R2)
    began = world.night(LATE + 8 * DAY)
    assert [action.step for action in began] == [StepKey.R2]
    assert tasks_of(world, FINISHED) == []
    world.night(LATE + 9 * DAY)
    assert [task.day for task in tasks_of(world, FINISHED)] == [LATE + 9 * DAY]


def test_d15_a_step_more_after_a_closed_task_is_another_end() -> None:
    world = finished()
    world.night(LATE + DAY)
    close(world, FINISHED, LATE + DAY)
    world.scenario = plan(R1, R2)
    world.night(LATE + 8 * DAY)
    world.night(LATE + 9 * DAY)
    assert [task.day for task in tasks_of(world, FINISHED)] == [LATE + 9 * DAY]


def test_d15_a_plan_of_a_notice_only_ends_when_the_item_is_overdue() -> None:
    item = invoice()
    world = World(scenario=plan(NOTICE)).add(item, done(item, StepKey.PRE_DUE, DUE - 8 * DAY))
    assert world.decide(DUE).follow_ups == ()
    assert the_follow_up(world, DUE + DAY).step.key is FINISHED


def test_d15_an_item_that_the_plan_never_touched_is_no_end_of_it() -> None:
    world = World(scenario=plan(NOTICE)).add(invoice())
    assert world.held(LATE)["F-1"].hold is Hold.FINISHED
    assert world.decide(LATE).follow_ups == ()


@pytest.mark.parametrize(
    "change",
    [
        {"residual": 0},
        {"status": ItemStatus.WRITTEN_OFF},
        {"method": PaymentMethod.DIRECT_DEBIT},
        {"due": None},
        {"due": LATE + 60 * DAY},
        {"residual": 4_99},
    ],
    ids=str,
)
def test_d15_only_what_would_be_chased_is_told(change: dict[str, object]) -> None:
    world = finished()
    world.rules = replace(world.rules, default_tolerance=5_00)
    world.night(LATE + DAY)
    world.add(replace(world.items["C-F-1"], **change))  # type: ignore[arg-type]
    world.night(LATE + 2 * DAY)
    assert tasks_of(world, FINISHED) == []


def test_d33_a_payment_undone_tells_of_the_finished_plan_again() -> None:
    world = finished()
    world.night(LATE + DAY)
    close(world, FINISHED, LATE + DAY)
    item = world.items["C-F-1"]
    world.pay("F-1", on=LATE + 2 * DAY)
    undone = LATE + 20 * DAY
    world.add(replace(item, reopened_on=undone))
    world.night(undone)
    (task,) = tasks_of(world, FINISHED)
    assert [send.cycle for send in task.sends] == [1]
    close(world, FINISHED, undone)
    assert world.night(undone + DAY) == []


def test_a_follow_up_tells_those_whom_the_last_reminder_names() -> None:
    world = finished()
    assert the_follow_up(world, LATE + DAY).step.responsible == ()
    world.scenario = plan(replace(R1, responsible=("anna@example.com",)))
    assert the_follow_up(world, LATE + DAY).step.responsible == ("anna@example.com",)
