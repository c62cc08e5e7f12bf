"""Tasks beside the plan: match open credits (D22), the plan is finished (D15)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from relance.domain import lifecycle
from relance.domain.decision import DueAction, Hold
from relance.domain.explain import explanation
from relance.domain.facts import Action, ActionState, ItemStatus, PaymentMethod
from relance.domain.follow_ups import MOST_ITEMS, STEPS
from relance.domain.scenario import Channel, StepKey
from relance.domain.windows import Windows
from tests.unit.domain.world import DAY, DUE, PERSON, World, credit, done, invoice, reminder
from tests.unit.domain.world import scenario as plan

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 16)
NOTICE = reminder(StepKey.PRE_DUE, -8)
LATE = DUE + 8 * DAY
Answer = Callable[[World, StepKey, date], None]
MATCHING, FINISHED = StepKey.MATCHING, StepKey.PLAN_FINISHED


def _covered() -> World:
    """An invoice overdue since LATE - 8 days that an open receipt covers."""
    return World(scenario=plan(R1, R2), closes=lambda action, on: False).add(
        invoice(), credit(amount=100_00)
    )


def _finished(*numbers: str) -> World:
    """Items whose only reminder was sent on LATE."""
    world = World(scenario=plan(R1), closes=lambda action, on: False)
    for number in numbers or ("F-1",):
        item = invoice(number)
        world.add(item, done(item, StepKey.R1, LATE))
    return world


def _tasks(world: World, key: StepKey, *, state: ActionState = ActionState.OPEN) -> list[Action]:
    return [each for each in world.actions.values() if each.step is key and each.state is state]


def _items(action: Action) -> list[str]:
    return [send.item for send in action.sends]


def _close(world: World, key: StepKey, on: date) -> None:
    (task,) = _tasks(world, key)
    world.add(lifecycle.complete(task, on=on, author=PERSON, result=lifecycle.Result.DONE))


def _skip(world: World, key: StepKey, on: date) -> None:
    (task,) = _tasks(world, key)
    world.add(lifecycle.skip(task, on=on, author=PERSON, reason="vu"))


def _follow_up(world: World, on: date) -> DueAction:
    (found,) = world.decide(on).follow_ups
    return found


def test_d22_open_credits_that_cover_what_is_overdue_ask_for_a_matching() -> None:
    task = _follow_up(_covered(), LATE)
    assert (task.step.key, task.step.channel, task.joins) == (MATCHING, Channel.TASK, None)
    assert [send.item for send in task.sends] == ["C-A-1", "C-F-1"]
    assert (task.listed, task.credits, task.net) == (("C-F-1",), ("C-A-1",), 0)


def test_d22_the_matching_is_asked_for_from_the_first_overdue_day_on() -> None:
    world = _covered()
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
    world = _covered().add(
        invoice("F-2", currency="USD"),
        credit("A-2", amount=900_00, currency="USD"),
        invoice("F-3", currency="CHF"),
    )
    tasks = world.decide(LATE).follow_ups
    assert [task.currency for task in tasks] == ["EUR", "USD"]
    assert [due.currency for due in world.decide(LATE).due] == ["CHF"]


def test_d22_while_the_situation_lasts_the_task_stays_one() -> None:
    world = _covered()
    for number in range(30):
        world.night(LATE + number * DAY)
    (task,) = _tasks(world, MATCHING)
    assert task.day == LATE
    assert world.decide(LATE + 30 * DAY).next_date is None


def test_d22_what_else_becomes_overdue_joins_the_open_task() -> None:
    world = _covered().add(invoice("F-2", due=LATE + 3 * DAY, amount=1_00))
    world.add(credit(amount=200_00))
    world.night(LATE)
    assert world.decide(LATE).next_date == LATE + 4 * DAY
    world.night(LATE + 4 * DAY)
    (task,) = _tasks(world, MATCHING)
    assert sorted(_items(task)) == ["C-A-1", "C-F-1", "C-F-2"]


def test_d22_what_is_paid_leaves_the_task_and_the_rest_stays() -> None:
    world = _covered().add(invoice("F-2", amount=1_00), credit(amount=200_00))
    world.night(LATE)
    world.pay("F-2", on=LATE + DAY)
    world.night(LATE + DAY)
    (task,) = _tasks(world, MATCHING)
    assert _items(task) == ["C-A-1", "C-F-1"]


def test_d22_the_task_is_withdrawn_when_the_account_is_in_debit_again() -> None:
    world = _covered().add(invoice("F-2", due=LATE + 3 * DAY))
    world.night(LATE)
    (withdrawal,) = world.decide(LATE + 4 * DAY).withdrawals
    assert withdrawal.whole
    world.night(LATE + 4 * DAY)
    assert _tasks(world, MATCHING) == []


def test_d22_the_task_is_withdrawn_when_the_credit_was_matched() -> None:
    world = _covered()
    world.night(LATE)
    world.pay("A-1", "F-1", on=LATE + DAY)
    world.night(LATE + DAY)
    assert _tasks(world, MATCHING) == []
    assert len(_tasks(world, MATCHING, state=ActionState.CANCELLED)) == 1


def test_d22_the_same_situation_once_withdrawn_may_be_asked_about_again() -> None:
    world = _covered()
    world.night(LATE)
    world.pay("A-1", on=LATE + DAY)
    world.night(LATE + DAY)
    world.add(credit(amount=100_00))
    world.night(LATE + 2 * DAY)
    assert [task.day for task in _tasks(world, MATCHING)] == [LATE + 2 * DAY]


@pytest.mark.parametrize("answer", [_close, _skip])
def test_d22_what_a_person_closed_or_skipped_does_not_come_back(answer: Answer) -> None:
    world = _covered()
    world.night(LATE)
    answer(world, MATCHING, LATE)
    for number in range(30):
        world.night(LATE + number * DAY)
    assert _tasks(world, MATCHING) == []
    assert world.held(LATE + 30 * DAY)["F-1"].hold is Hold.NO_DEBIT_BALANCE


def test_d22_a_new_credit_after_a_closed_task_is_a_new_one() -> None:
    world = _covered()
    world.night(LATE)
    _close(world, MATCHING, LATE)
    world.add(credit("A-2", amount=5_00))
    world.night(LATE + DAY)
    (task,) = _tasks(world, MATCHING)
    assert _items(task) == ["C-A-1", "C-A-2", "C-F-1"]
    # D39: the sends of the closed task are not sent again, these are of another cycle.
    assert {send.item: send.cycle for send in task.sends} == {"C-A-1": 1, "C-A-2": 0, "C-F-1": 1}


def test_d22_less_to_match_than_a_person_closed_is_nothing_new() -> None:
    world = _covered().add(invoice("F-2", amount=1_00), credit(amount=200_00))
    world.night(LATE)
    _close(world, MATCHING, LATE)
    world.pay("F-2", on=LATE + DAY)
    world.night(LATE + DAY)
    assert _tasks(world, MATCHING) == []


def test_d22_the_task_goes_when_only_what_a_person_closed_is_left_of_it() -> None:
    world = _covered().add(credit(amount=200_00))
    world.night(LATE)
    _close(world, MATCHING, LATE)
    world.add(invoice("F-2", amount=1_00))
    world.night(LATE + DAY)
    assert len(_tasks(world, MATCHING)) == 1
    world.pay("F-2", on=LATE + 2 * DAY)
    world.night(LATE + 2 * DAY)
    assert _tasks(world, MATCHING) == []


def test_d14_a_follow_up_is_no_contact() -> None:
    world = _covered()
    world.scenario = plan(R1, delay=5)
    world.add(invoice("F-2", currency="USD"))
    world.night(LATE - DAY)
    _close(world, MATCHING, LATE - DAY)
    assert [due.currency for due in world.decide(LATE).due] == ["USD"]


def test_d22_the_matching_holds_no_item_and_completes_none() -> None:
    world = _covered()
    world.night(LATE)
    assert world.held(LATE)["F-1"].hold is Hold.NO_DEBIT_BALANCE
    # Without the credit's cover the reminder goes, in the same night.
    world.add(credit(amount=10_00))
    began = world.night(LATE)
    assert [(action.step, _items(action)) for action in began] == [(StepKey.R1, ["C-F-1"])]


def test_c7_an_item_under_a_follow_up_is_explained_by_what_holds_it() -> None:
    told = {each.number: each for each in explanation(_covered().facts, LATE)}
    assert (told["F-1"].rule, told["F-1"].next_step, told["F-1"].level) == ("D22", StepKey.R1, 0)
    assert told["A-1"].rule == "D23"


@pytest.mark.parametrize("on", [LATE, LATE + DAY])
def test_d15_the_end_of_the_plan_is_told_the_day_after_the_last_step(on: date) -> None:
    world = _finished()
    assert len(world.decide(on).follow_ups) == (on > LATE)
    assert world.decide(LATE).next_date == LATE + DAY


def test_d15_items_that_end_together_or_later_share_the_open_task() -> None:
    world = _finished("F-1", "F-2")
    later = invoice("F-3")
    world.add(later, done(later, StepKey.R1, LATE + 5 * DAY))
    world.night(LATE + DAY)
    (task,) = _tasks(world, FINISHED)
    assert _items(task) == ["C-F-1", "C-F-2"]
    world.night(LATE + 6 * DAY)
    (task,) = _tasks(world, FINISHED)
    assert _items(task) == ["C-F-1", "C-F-2", "C-F-3"]


@pytest.mark.parametrize("answer", [_close, _skip])
def test_d15_it_is_told_once(answer: Answer) -> None:
    world = _finished()
    world.night(LATE + DAY)
    answer(world, FINISHED, LATE + DAY)
    for number in range(2, 40):
        assert world.night(LATE + number * DAY) == []
    assert world.held(LATE + 40 * DAY)["F-1"].hold is Hold.FINISHED
    assert world.decide(LATE + 40 * DAY).next_date is None


def test_d15_what_is_paid_leaves_the_task_item_by_item() -> None:
    world = _finished("F-1", "F-2")
    world.night(LATE + DAY)
    world.pay("F-1", on=LATE + 2 * DAY)
    world.night(LATE + 2 * DAY)
    (task,) = _tasks(world, FINISHED)
    assert _items(task) == ["C-F-2"]
    world.pay("F-2", on=LATE + 3 * DAY)
    world.night(LATE + 3 * DAY)
    assert _tasks(world, FINISHED) == []


def test_d15_a_plan_whose_steps_left_were_switched_off_has_ended_too() -> None:
    world = _finished()
    world.scenario = plan(R1, R2)
    assert world.decide(LATE + DAY).follow_ups == ()
    world.scenario = plan(R1, replace(R2, active=False))
    assert _follow_up(world, LATE + DAY).step.key is FINISHED


def test_d15_a_plan_that_goes_on_after_all_takes_the_task_off() -> None:
    world = _finished()
    world.night(LATE + DAY)
    world.scenario = plan(R1, R2)
    began = world.night(LATE + 8 * DAY)
    assert [action.step for action in began] == [StepKey.R2]
    assert _tasks(world, FINISHED) == []
    world.night(LATE + 9 * DAY)
    assert [task.day for task in _tasks(world, FINISHED)] == [LATE + 9 * DAY]


def test_d15_a_step_more_after_a_closed_task_is_another_end() -> None:
    world = _finished()
    world.night(LATE + DAY)
    _close(world, FINISHED, LATE + DAY)
    world.scenario = plan(R1, R2)
    world.night(LATE + 8 * DAY)
    world.night(LATE + 9 * DAY)
    assert [task.day for task in _tasks(world, FINISHED)] == [LATE + 9 * DAY]


def test_d15_a_plan_of_a_notice_only_ends_when_the_item_is_overdue() -> None:
    item = invoice()
    world = World(scenario=plan(NOTICE)).add(item, done(item, StepKey.PRE_DUE, DUE - 8 * DAY))
    assert world.decide(DUE).follow_ups == ()
    assert _follow_up(world, DUE + DAY).step.key is FINISHED


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
    world = _finished()
    world.rules = replace(world.rules, default_tolerance=5_00)
    world.night(LATE + DAY)
    world.add(replace(world.items["C-F-1"], **change))  # type: ignore[arg-type]
    world.night(LATE + 2 * DAY)
    assert _tasks(world, FINISHED) == []


def test_d33_a_payment_undone_tells_of_the_finished_plan_again() -> None:
    world = _finished()
    world.night(LATE + DAY)
    _close(world, FINISHED, LATE + DAY)
    item = world.items["C-F-1"]
    world.pay("F-1", on=LATE + 2 * DAY)
    undone = LATE + 20 * DAY
    world.add(replace(item, reopened_on=undone))
    world.night(undone)
    (task,) = _tasks(world, FINISHED)
    assert [send.cycle for send in task.sends] == [1]
    _close(world, FINISHED, undone)
    assert world.night(undone + DAY) == []


def test_a_follow_up_tells_those_whom_the_last_reminder_names() -> None:
    world = _finished()
    assert _follow_up(world, LATE + DAY).step.responsible == ()
    world.scenario = plan(replace(R1, responsible=("anna@example.com",)))
    assert _follow_up(world, LATE + DAY).step.responsible == ("anna@example.com",)


def _pause(world: World) -> None:
    world.rules = replace(world.rules, paused=True)


def _know_in_part(world: World) -> None:
    world.customer = replace(world.customer, incomplete_since="import-7")


def _lose_the_plan(world: World) -> None:
    world.scenario = None


@pytest.mark.parametrize("make", [_covered, _finished])
@pytest.mark.parametrize("change", [_pause, _know_in_part, _lose_the_plan])
def test_l4_c9_s1_none_begins_while_paused_or_known_in_part_or_without_a_plan(
    make: Callable[[], World], change: Callable[[World], None]
) -> None:
    world = make()
    assert len(world.decide(LATE + DAY).follow_ups) == 1
    change(world)
    assert world.decide(LATE + DAY).follow_ups == ()


@pytest.mark.parametrize("make", [_covered, _finished])
def test_a_pause_leaves_follow_ups_on_the_list(make: Callable[[], World]) -> None:
    world = make()
    world.night(LATE + DAY)
    world.rules = replace(world.rules, paused=True)
    assert world.decide(LATE + 2 * DAY).withdrawals == ()


@pytest.mark.parametrize("make", [_covered, _finished])
def test_without_a_plan_any_more_follow_ups_are_withdrawn(make: Callable[[], World]) -> None:
    world = make()
    world.night(LATE + DAY)
    world.scenario = None
    assert [each.whole for each in world.decide(LATE + 2 * DAY).withdrawals] == [True]


def test_d6_follow_ups_open_on_working_days() -> None:
    world = _covered()
    world.rules = replace(world.rules, windows=Windows())
    sunday = date(2025, 3, 9)
    assert sunday == LATE
    assert world.decide(sunday).follow_ups == ()
    assert world.decide(sunday).next_date == sunday + DAY
    assert len(world.decide(sunday + DAY).follow_ups) == 1


def test_d17_a_notice_that_is_a_task_never_joins_a_follow_up() -> None:
    call = replace(NOTICE, channel=Channel.CALL, automatic=False, script="Bonjour ?")
    world = _covered()
    world.scenario = plan(call, R1)
    world.night(LATE)
    world.add(invoice("F-2", due=LATE + 9 * DAY, amount=500_00))
    (due,) = world.decide(LATE + DAY).due
    assert (due.step.key, due.joins) == (StepKey.PRE_DUE, None)


def test_an_account_of_many_thousands_gets_a_task_that_can_be_kept() -> None:
    world = World(scenario=plan(R1), closes=lambda action, on: False)
    world.add(credit(amount=10**9), *(invoice(f"F-{number}") for number in range(MOST_ITEMS + 10)))
    world.night(LATE)
    (task,) = _tasks(world, MATCHING)
    assert len(task.sends) == MOST_ITEMS
    assert world.night(LATE + DAY) == []
    _close(world, MATCHING, LATE + DAY)
    assert world.night(LATE + 2 * DAY) == []


def test_every_follow_up_has_a_name_and_a_script_for_people() -> None:
    for key, step in STEPS.items():
        assert key.is_follow_up
        assert not key.is_reminder
        assert (step.channel, step.automatic) == (Channel.TASK, False)
        assert step.name
        assert step.script
