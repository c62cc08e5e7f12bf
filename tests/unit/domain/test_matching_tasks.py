"""A task says that open credits cover what is overdue: match them (D22)."""

from dataclasses import replace

import pytest

from relance.domain.actions import ActionState
from relance.domain.decision import Hold
from relance.domain.follow_ups import MOST_ITEMS
from relance.domain.scenario import Channel, StepKey
from tests.unit.domain.follow_ups import (
    LATE,
    MATCHING,
    R1,
    Answer,
    close,
    covered,
    items_of,
    skip,
    tasks_of,
    the_follow_up,
)
from tests.unit.domain.world import DAY, DUE, World, credit, invoice
from tests.unit.domain.world import scenario as plan


def test_d22_open_credits_that_cover_what_is_overdue_ask_for_a_matching() -> None:
    task = the_follow_up(covered(), LATE)
    assert (task.step.key, task.step.channel, task.joins) == (MATCHING, Channel.TASK, None)
    assert [send.item for send in task.sends] == ["C-A-1", "C-F-1"]
    assert (task.listed, task.credits, task.net) == (("C-F-1",), ("C-A-1",), 0)


def test_d22_the_matching_is_asked_for_from_the_first_overdue_day_on() -> None:
    world = covered()
    assert world.decide(DUE).follow_ups == ()
    assert world.decide(DUE).next_date == DUE + DAY
    assert len(world.decide(DUE + DAY).follow_ups) == 1


def test_d22_a_net_at_the_tolerance_is_a_case_for_matching_and_one_above_is_not() -> None:
    world = World(scenario=plan(R1)).add(invoice(), credit(amount=95_00))
    world.rules = replace(world.rules, default_tolerance=5_00)
    assert len(world.decide(LATE).follow_ups) == 1
    world.add(credit(amount=94_99))
    assert world.decide(LATE).follow_ups == ()


def test_d22_without_credits_or_without_overdue_items_there_is_nothing_to_match() -> None:
    for world in (
        World(scenario=plan(R1)).add(invoice()),
        World(scenario=plan(R1)).add(invoice(due=LATE + DAY), credit(amount=100_00)),
        World(scenario=plan(R1)).add(credit(amount=100_00)),
    ):
        assert world.decide(LATE).follow_ups == ()


def test_d20_each_currency_has_its_own_matching() -> None:
    world = covered().add(
        invoice("F-2", currency="USD"),
        credit("A-2", amount=900_00, currency="USD"),
        invoice("F-3", currency="CHF"),
    )
    tasks = world.decide(LATE).follow_ups
    assert [task.currency for task in tasks] == ["EUR", "USD"]
    assert [due.currency for due in world.decide(LATE).due] == ["CHF"]


def test_d22_while_the_situation_lasts_the_task_stays_one() -> None:
    world = covered()
    for number in range(30):
        world.night(LATE + number * DAY)
    (task,) = tasks_of(world, MATCHING)
    assert task.day == LATE
    assert world.decide(LATE + 30 * DAY).next_date is None


def test_d22_what_else_becomes_overdue_joins_the_open_task() -> None:
    world = covered().add(invoice("F-2", due=LATE + 3 * DAY, amount=1_00))
    world.add(credit(amount=200_00))
    world.night(LATE)
    assert world.decide(LATE).next_date == LATE + 4 * DAY
    world.night(LATE + 4 * DAY)
    (task,) = tasks_of(world, MATCHING)
    assert sorted(items_of(task)) == ["C-A-1", "C-F-1", "C-F-2"]


def test_d22_what_is_paid_leaves_the_task_and_the_rest_stays() -> None:
    world = covered().add(invoice("F-2", amount=1_00), credit(amount=200_00))
    world.night(LATE)
    world.pay("F-2", on=LATE + DAY)
    world.night(LATE + DAY)
    (task,) = tasks_of(world, MATCHING)
    assert items_of(task) == ["C-A-1", "C-F-1"]


def test_d22_the_task_is_withdrawn_when_the_account_is_in_debit_again() -> None:
    world = covered().add(invoice("F-2", due=LATE + 3 * DAY))
    world.night(LATE)
    (withdrawal,) = world.decide(LATE + 4 * DAY).withdrawals
    assert withdrawal.whole
    world.night(LATE + 4 * DAY)
    assert tasks_of(world, MATCHING) == []


def test_d22_the_task_is_withdrawn_when_the_credit_was_matched() -> None:
    world = covered()
    world.night(LATE)
    world.pay("A-1", "F-1", on=LATE + DAY)
    world.night(LATE + DAY)
    assert tasks_of(world, MATCHING) == []
    assert len(tasks_of(world, MATCHING, state=ActionState.CANCELLED)) == 1


def test_d22_the_same_situation_once_withdrawn_may_be_asked_about_again() -> None:
    world = covered()
    world.night(LATE)
    world.pay("A-1", on=LATE + DAY)
    world.night(LATE + DAY)
    world.add(credit(amount=100_00))
    world.night(LATE + 2 * DAY)
    assert [task.day for task in tasks_of(world, MATCHING)] == [LATE + 2 * DAY]


@pytest.mark.parametrize("answer", [close, skip])
def test_d22_what_a_person_closed_or_skipped_does_not_come_back(answer: Answer) -> None:
    world = covered()
    world.night(LATE)
    answer(world, MATCHING, LATE)
    for number in range(30):
        world.night(LATE + number * DAY)
    assert tasks_of(world, MATCHING) == []
    assert world.held(LATE + 30 * DAY)["F-1"].hold is Hold.NO_DEBIT_BALANCE


def test_d22_a_new_credit_after_a_closed_task_is_a_new_one() -> None:
    world = covered()
    world.night(LATE)
    close(world, MATCHING, LATE)
    world.add(credit("A-2", amount=5_00))
    world.night(LATE + DAY)
    (task,) = tasks_of(world, MATCHING)
    assert items_of(task) == ["C-A-1", "C-A-2", "C-F-1"]
    # D39: the sends of the closed task are not sent again, these are of another cycle.
    assert {send.item: send.cycle for send in task.sends} == {"C-A-1": 1, "C-A-2": 0, "C-F-1": 1}


def test_d22_less_to_match_than_a_person_closed_is_nothing_new() -> None:
    world = covered().add(invoice("F-2", amount=1_00), credit(amount=200_00))
    world.night(LATE)
    close(world, MATCHING, LATE)
    world.pay("F-2", on=LATE + DAY)
    world.night(LATE + DAY)
    assert tasks_of(world, MATCHING) == []


def test_d22_the_task_goes_when_only_what_a_person_closed_is_left_of_it() -> None:
    world = covered().add(credit(amount=200_00))
    world.night(LATE)
    close(world, MATCHING, LATE)
    world.add(invoice("F-2", amount=1_00))
    world.night(LATE + DAY)
    assert len(tasks_of(world, MATCHING)) == 1
    world.pay("F-2", on=LATE + 2 * DAY)
    world.night(LATE + 2 * DAY)
    assert tasks_of(world, MATCHING) == []


def test_d22_the_matching_holds_no_item_and_completes_none() -> None:
    world = covered()
    world.night(LATE)
    assert world.held(LATE)["F-1"].hold is Hold.NO_DEBIT_BALANCE
    # Without the credit's cover the reminder goes, in the same night.
    world.add(credit(amount=10_00))
    began = world.night(LATE)
    assert [(action.step, items_of(action)) for action in began] == [(StepKey.R1, ["C-F-1"])]


def test_an_account_of_many_thousands_gets_a_task_that_can_be_kept() -> None:
    world = World(scenario=plan(R1), closes=lambda action, on: False)
    world.add(credit(amount=10**9), *(invoice(f"F-{number}") for number in range(MOST_ITEMS + 10)))
    world.night(LATE)
    (task,) = tasks_of(world, MATCHING)
    assert len(task.sends) == MOST_ITEMS
    assert world.night(LATE + DAY) == []
    close(world, MATCHING, LATE + DAY)
    assert world.night(LATE + 2 * DAY) == []
