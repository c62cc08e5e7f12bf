"""What shares a message and what waits (D6, D17, D18, D32)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.actions import ActionState
from relance.domain.decision import Decision, Hold
from relance.domain.items import Item
from relance.domain.planning import reconsider
from relance.domain.scenario import Anchor, Channel, Grouping, Scenario, StepKey
from relance.domain.tenant_rules import TenantRules
from relance.domain.windows import Windows
from tests.unit.domain.world import (
    DAY,
    DUE,
    World,
    credit,
    done,
    invoice,
    reminder,
    scenario,
    standard,
)

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER)
R3 = reminder(StepKey.R3, 8, after=Anchor.PREVIOUS_REMINDER)
CALL = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER, channel=Channel.CALL)
LATE = DUE + 30 * DAY
SATURDAY, MONDAY = date(2025, 3, 29), date(2025, 3, 31)


def _two_levels(plan: Scenario, *more: Item) -> World:
    """An item F-1 due for R1, and F-2, longer overdue, due for R2."""
    older = invoice("F-2", due=DUE - 30 * DAY)
    world = World(scenario=plan).add(invoice(due=DUE + 10 * DAY), older, *more)
    return world.add(done(older, StepKey.R1, DUE - 20 * DAY))


def _messages(decision: Decision) -> list[tuple[StepKey, list[str]]]:
    return [(due.step.key, [send.item for send in due.sends]) for due in decision.due]


def test_d18_customer_mode_makes_one_message_at_the_highest_step() -> None:
    (due,) = _two_levels(scenario(R1, R2, R3)).decide(LATE).due
    assert due.step.key is StepKey.R2
    assert due.listed == ("C-F-2", "C-F-1")  # oldest due first
    assert {send.item: send.step for send in due.sends} == {
        "C-F-1": StepKey.R1,
        "C-F-2": StepKey.R2,
    }


def test_d18_items_not_yet_eligible_are_not_listed_in_customer_mode() -> None:
    world = _two_levels(scenario(R1, R2, R3), invoice("F-3", due=LATE - 2 * DAY))
    assert world.decide(LATE).due[0].listed == ("C-F-2", "C-F-1")


@pytest.mark.parametrize(
    "second",
    [
        replace(R2, channel=Channel.REGISTERED_LETTER),
        replace(R2, channel=Channel.LETTER, formal_notice=True),
    ],
)
def test_d18_a_registered_letter_or_formal_notice_carries_only_its_own_items(
    second: object,
) -> None:
    world = _two_levels(scenario(R1, second, R3))  # type: ignore[arg-type]
    assert _messages(world.decide(LATE)) == [
        (StepKey.R2, ["C-F-2"]),
        (StepKey.R1, ["C-F-1"]),
    ]


def test_d18_the_last_reminder_carries_only_its_own_items() -> None:
    world = _two_levels(scenario(R1, R2))
    assert len(world.decide(LATE).due) == 2
    assert len(world.night(LATE)) == 2
    assert world.decide(LATE).due == ()


def test_d18_with_a_contact_delay_the_message_due_longest_goes_and_the_rest_waits() -> None:
    world = _two_levels(scenario(R1, R2, delay=5))
    decision = world.decide(LATE)
    assert _messages(decision) == [(StepKey.R2, ["C-F-2"])]
    (held,) = decision.held
    assert (held.item, held.hold, held.until) == ("C-F-1", Hold.GROUPED_LATER, LATE + 5 * DAY)
    world.night(LATE)
    assert world.decide(LATE).due == ()
    assert world.held(LATE + 4 * DAY)["F-1"].hold is Hold.NOT_YET
    assert _messages(world.decide(LATE + 5 * DAY)) == [(StepKey.R1, ["C-F-1"])]


def test_d18_level_mode_makes_one_message_a_level() -> None:
    world = _two_levels(scenario(R1, R2, R3, grouping=Grouping.LEVEL))
    assert _messages(world.decide(LATE)) == [(StepKey.R2, ["C-F-2"]), (StepKey.R1, ["C-F-1"])]


def test_d18_account_mode_lists_the_whole_account_for_information() -> None:
    coming = invoice("F-3", due=LATE + 9 * DAY)
    world = _two_levels(scenario(R1, R2, R3, grouping=Grouping.ACCOUNT), coming)
    (due,) = world.decide(LATE).due
    assert due.listed == ("C-F-2", "C-F-1", "C-F-3")
    assert len(due.sends) == 2


def test_d18_in_reference_mode_the_oldest_carries_the_plan_until_it_is_paid() -> None:
    world = _two_levels(scenario(R1, R2, R3, grouping=Grouping.REFERENCE_ITEM))
    decision = world.decide(LATE)
    assert _messages(decision) == [(StepKey.R2, ["C-F-2"])]
    assert decision.due[0].listed == ("C-F-2", "C-F-1")
    world.pay("F-2", on=LATE)
    # The next takes over at its own level.
    assert _messages(world.decide(LATE)) == [(StepKey.R1, ["C-F-1"])]


def test_d18_in_reference_mode_the_larger_of_two_as_old_carries() -> None:
    plan = scenario(R1, grouping=Grouping.REFERENCE_ITEM)
    world = World(scenario=plan).add(invoice(), invoice("F-2", amount=300_00))
    assert _messages(world.decide(LATE)) == [(StepKey.R1, ["C-F-2"])]


def test_d18_in_reference_mode_a_finished_item_hands_the_plan_on() -> None:
    world = _two_levels(scenario(R1, grouping=Grouping.REFERENCE_ITEM))
    assert _messages(world.decide(LATE)) == [(StepKey.R1, ["C-F-1"])]


def test_d17_calls_of_one_customer_and_currency_are_one_task() -> None:
    first_call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = _two_levels(scenario(first_call, CALL), invoice("F-9", due=LATE + DAY))
    (due,) = world.decide(LATE).due
    assert due.step.key is StepKey.R2
    assert len(due.sends) == 2
    assert due.listed == ("C-F-2", "C-F-1", "C-F-9")  # the rest is for information


def test_d17_what_comes_due_joins_the_open_task_at_its_own_step() -> None:
    first_call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(scenario=scenario(first_call, CALL), closes=lambda action, on: False)
    world.add(invoice(), invoice("F-2", due=DUE + 3 * DAY))
    (task,) = world.night(DUE + 8 * DAY)
    assert world.decide(DUE + 10 * DAY).due == ()
    (joining,) = world.decide(DUE + 11 * DAY).due
    assert joining.joins == task.id
    assert [send.item for send in joining.sends] == ["C-F-2"]
    world.night(DUE + 11 * DAY)
    assert [action.state for action in world.actions.values()] == [ActionState.OPEN]


def test_d17_what_joins_keeps_the_highest_step_of_the_task() -> None:
    first_call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    older = invoice("F-2", due=DUE - 30 * DAY)
    open_call = done(
        older, StepKey.R2, DUE, state=ActionState.OPEN, channel=Channel.CALL, id="C-task"
    )
    world = World(scenario=scenario(first_call, CALL)).add(
        invoice(), older, done(older, StepKey.R1, DUE - 20 * DAY), open_call
    )
    (joining,) = world.decide(DUE + 8 * DAY).due
    assert (joining.joins, joining.step.key) == ("C-task", StepKey.R2)


def test_d17_a_task_holds_its_own_items_only_and_absorbs_no_message() -> None:
    world = _two_levels(scenario(R1, CALL, R3))
    world.closes = lambda action, on: False
    assert {action.channel for action in world.night(LATE)} == {Channel.CALL, Channel.EMAIL}
    later = LATE + 60 * DAY
    assert world.held(later)["F-2"].hold is Hold.OPEN_ACTION


def test_d17_an_open_task_is_withdrawn_item_by_item_when_paid() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(scenario=scenario(call), closes=lambda action, on: False)
    world.add(invoice(), invoice("F-2"))
    (task,) = world.night(LATE)
    world.pay("F-1", on=LATE)
    (part,) = world.decide(LATE + DAY).withdrawals
    assert (part.action, part.items, part.whole) == (task.id, ("C-F-1",), False)
    assert part.reason == "it is paid"
    world.pay("F-2", on=LATE)
    (whole,) = world.decide(LATE + DAY).withdrawals
    assert whole.whole


@pytest.mark.parametrize(
    "change",
    [
        lambda world: world.add(credit(amount=500_00)),
        lambda world: setattr(world, "rules", replace(world.rules, paused=True)),
        lambda world: setattr(world, "scenario", None),
        lambda world: world.add(replace(world.items["C-F-1"], due=LATE + 90 * DAY)),
        lambda world: world.add(done(world.items["C-F-1"], StepKey.R1, LATE, id="C-x")),
    ],
    ids=["credit", "pause", "no scenario", "due later", "step done otherwise"],
)
def test_d17_an_open_task_is_withdrawn_when_another_rule_holds_its_item(change: object) -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(scenario=scenario(call, R2), closes=lambda action, on: False).add(invoice())
    world.night(LATE)
    change(world)  # type: ignore[operator]
    assert [each.whole for each in world.decide(LATE + DAY).withdrawals] == [True]


def test_d17_a_contact_or_a_partial_import_takes_nothing_off_the_list() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(scenario=scenario(call, delay=5), closes=lambda action, on: False)
    world.add(invoice())
    world.night(LATE)
    world.add(done(invoice("F-2"), StepKey.R1, LATE + DAY))
    world.customer = replace(world.customer, incomplete_since="import-1")
    assert world.decide(LATE + 2 * DAY).withdrawals == ()


def test_d17_a_withdrawn_step_opens_again_as_another_action() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(scenario=scenario(call), closes=lambda action, on: False).add(invoice())
    (task,) = world.night(LATE)
    world.add(credit(amount=500_00))
    world.night(LATE + DAY)
    world.add(credit(amount=0))
    (again,) = world.night(LATE + 2 * DAY)
    assert again.id != task.id
    assert world.actions[task.id].state is ActionState.CANCELLED


def test_d32_a_printed_letter_is_withdrawn_whole_and_what_stands_is_due_again() -> None:
    letter = replace(R1, channel=Channel.LETTER)
    world = World(scenario=scenario(letter, R2), posts=False).add(invoice(), invoice("F-2"))
    (printed,) = world.night(LATE)
    world.pay("F-1", on=LATE)
    decision = world.decide(LATE + DAY)
    assert [(each.action, each.whole) for each in decision.withdrawals] == [(printed.id, True)]
    assert _messages(decision) == [(StepKey.R1, ["C-F-2"])]
    (again,) = world.night(LATE + DAY)
    assert again.id == decision.due[0].id != printed.id


def test_d17_a_manual_message_waits_for_a_yes_and_is_joined_by_what_comes_due() -> None:
    manual = replace(R1, automatic=False)
    world = World(scenario=scenario(manual, R2)).add(invoice(), invoice("F-2", due=DUE + 3 * DAY))
    (waiting,) = world.night(DUE + 8 * DAY)
    assert waiting.state is ActionState.TO_CONFIRM
    (joining,) = world.decide(DUE + 11 * DAY).due
    assert joining.joins == waiting.id


def test_d32_an_unconfirmed_message_is_decided_again_before_it_leaves() -> None:
    manual = replace(R1, automatic=False)
    world = World(scenario=scenario(manual, R2)).add(invoice(), invoice("F-2"))
    (waiting,) = world.night(LATE)
    again = reconsider(world.facts, waiting, on=LATE + DAY)
    assert again is not None
    assert again.id == waiting.id
    world.pay("F-1", on=LATE)
    less = reconsider(world.facts, waiting, on=LATE + DAY)
    assert less is not None
    assert [send.item for send in less.sends] == ["C-F-2"]
    world.pay("F-2", on=LATE)
    assert reconsider(world.facts, waiting, on=LATE + DAY) is None


def test_d6_a_closed_day_delays_the_leaving_only() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(scenario=scenario(call), rules=TenantRules()).add(invoice(due=SATURDAY - 8 * DAY))
    held = world.held(SATURDAY)["F-1"]
    assert (held.hold, held.until) == (Hold.WINDOW_CLOSED, MONDAY)
    assert len(world.decide(MONDAY).due) == 1


def test_d6_a_reminder_waiting_for_its_window_holds_the_others() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    plan = scenario(call, R2, R3, delay=5)
    older = invoice("F-2", due=DUE - 30 * DAY)
    coming = invoice("F-3", due=SATURDAY + 5 * DAY)
    notice = reminder(StepKey.PRE_DUE, -8)
    world = World(scenario=replace(plan, steps=(notice, *plan.steps)), rules=TenantRules())
    world.add(invoice(due=SATURDAY - 8 * DAY), older, coming)
    world.add(done(older, StepKey.R1, DUE - 20 * DAY))
    held = world.held(SATURDAY)
    assert held["F-1"].hold is Hold.WINDOW_CLOSED
    assert (held["F-2"].hold, held["F-2"].until) == (Hold.GROUPED_LATER, MONDAY)
    assert (held["F-3"].hold, held["F-3"].until) == (Hold.GROUPED_LATER, MONDAY)
    assert {action.channel for action in world.night(MONDAY)} == {Channel.CALL, Channel.EMAIL}


def test_d6_without_a_contact_delay_nothing_waits_for_another() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    older = invoice("F-2", due=DUE - 30 * DAY)
    world = World(scenario=scenario(call, R2, R3), rules=TenantRules())
    world.add(invoice(due=SATURDAY - 8 * DAY), older, done(older, StepKey.R1, DUE - 20 * DAY))
    assert _messages(world.decide(SATURDAY)) == [(StepKey.R2, ["C-F-2"])]


def test_d6_what_joins_an_open_task_joins_on_a_closed_day() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(
        scenario=scenario(call), rules=TenantRules(), closes=lambda action, on: False
    ).add(invoice(due=SATURDAY - 10 * DAY), invoice("F-2", due=SATURDAY - 8 * DAY))
    (task,) = world.night(SATURDAY - 2 * DAY)
    assert [due.joins for due in world.decide(SATURDAY).due] == [task.id]


def test_d6_of_two_that_are_never_open_together_the_one_due_longer_goes_first() -> None:
    windows = Windows({Channel.EMAIL: frozenset({0}), Channel.SMS: frozenset({1})})
    text = replace(R2, channel=Channel.SMS)
    older = invoice("F-2", due=DUE - 30 * DAY, currency="USD")
    world = World(scenario=scenario(R1, text, R3, delay=5), rules=TenantRules(windows=windows))
    world.add(invoice(due=DUE + 10 * DAY), older, done(older, StepKey.R1, DUE - 20 * DAY))
    left = [(day, step) for day, step, _ in world.walk(MONDAY, MONDAY + 10 * DAY)]
    assert left[1:] == [(MONDAY + DAY, StepKey.R2), (MONDAY + 7 * DAY, StepKey.R1)]


def test_messages_in_two_currencies_leave_the_same_night() -> None:
    world = World(scenario=standard()).add(invoice(), invoice("F-2", currency="USD"))
    assert len(world.night(DUE + 8 * DAY)) == 2


def test_d11_d18_in_reference_mode_the_next_takes_over_the_day_after() -> None:
    world = _two_levels(scenario(R1, R2, grouping=Grouping.REFERENCE_ITEM))
    assert [action.step for action in world.night(LATE)] == [StepKey.R2]
    assert world.held(LATE)["F-1"].until == LATE + DAY
    assert _messages(world.decide(LATE + DAY)) == [(StepKey.R1, ["C-F-1"])]


def test_d17_an_item_paid_down_below_the_tolerance_is_taken_off_its_task() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(scenario=scenario(call), closes=lambda action, on: False)
    world.rules = replace(world.rules, default_tolerance=5_00)
    world.add(invoice(), invoice("F-2"))
    world.night(LATE)
    world.add(replace(world.items["C-F-1"], residual=4_99))
    assert [each.items for each in world.decide(LATE + DAY).withdrawals] == [("C-F-1",)]


def test_an_action_never_takes_the_id_of_one_whose_items_went_to_another() -> None:
    call = replace(CALL, key=StepKey.R1, anchor=Anchor.DUE_DATE)
    world = World(scenario=scenario(call)).add(invoice(), invoice("F-2"))
    world.items.pop("C-F-2")
    (task,) = world.night(LATE)
    joined = done(invoice("F-2"), StepKey.R1, LATE, id=task.id, state=ActionState.DONE)
    world.add(replace(joined, channel=Channel.CALL))
    (again,) = world.decide(LATE + DAY).due
    assert again.id != task.id
