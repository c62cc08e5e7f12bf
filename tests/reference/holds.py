"""Why an open item may not go tonight: the rules asked one after the other (D45)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.decision import Hold
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus, PaymentMethod
from relance.domain.scenario import StepKey
from tests.reference.account import account_of
from tests.reference.blocks import is_promised, is_stopped, undisputed
from tests.reference.contacts import waits_until
from tests.reference.days import due_day, goes_on_due_day
from tests.reference.past import next_reminder, own_day, past_of

_WAITING = (ActionState.OPEN, ActionState.TO_CONFIRM, ActionState.TO_POST)


def outside_hold(item: Item, facts: Facts, on: date) -> Hold | None:
    """Return what holds an item whatever its step: what it is and whose (D45)."""
    if item.kind.is_credit:
        return Hold.CREDIT
    if item.status is not ItemStatus.ACTIVE:
        return Hold.EXCLUDED
    if item.residual <= 0 or not _may_be_late(item, facts, on):
        return Hold.NOTHING_DUE
    return standing_hold(item, facts, on)


def _may_be_late(item: Item, facts: Facts, on: date) -> bool:
    """Overdue, or due today when its own step goes on the due day (D3, D5)."""
    due = due_day(item, facts)
    if due is None or on > due:
        return True
    step = next_reminder(past_of(item, facts.actions), facts.scenario) if facts.scenario else None
    return on == due and step is not None and goes_on_due_day(step)


def standing_hold(item: Item, facts: Facts, on: date) -> Hold | None:
    """Return what holds an item that is owed, due or not: how it is paid, who may be reminded."""
    if item.method is not PaymentMethod.MANUAL and item.rejected_on is None:
        return Hold.DIRECT_DEBIT
    if due_day(item, facts) is None:
        return Hold.NO_DUE_DATE
    if facts.scenario is None:
        return Hold.NO_SCENARIO
    if is_paused(facts, on):
        return Hold.TENANT_PAUSED
    if facts.customer.incomplete_since is not None:
        return Hold.INCOMPLETE_LEDGER
    return block_hold(item, facts, on)


def is_paused(facts: Facts, on: date) -> bool:
    """Everything of the tenant rests until it resumes (C9)."""
    resume = facts.rules.resume_on
    return facts.rules.paused and (resume is None or on < resume)


def block_hold(item: Item, facts: Facts, on: date) -> Hold | None:
    """Return what people wrote down that holds an item (D28, D29, D30)."""
    if is_stopped(item, facts, on):
        return Hold.STOPPED
    if item.residual > 0 and undisputed(item, facts, on) == 0:
        return Hold.DISPUTED
    if is_promised(item, facts, on):
        return Hold.PROMISED
    return None


def action_hold(item: Item, actions: Iterable[Action], on: date) -> Hold | None:
    """Return what holds an item because of actions under way (D39, D40, D17)."""
    actions = [action for action in actions if not action.step.is_beside_the_plan]
    mine = [action for action in actions if item.id in {send.item for send in action.sends}]
    for action in actions:
        if action.state is ActionState.IN_DOUBT:
            return Hold.IN_DOUBT
        if action.state is ActionState.RESERVED and (action.day < on or action in mine):
            return Hold.IN_DOUBT
    if any(action.state is ActionState.FAILED for action in mine):
        return Hold.FAILED
    if any(action.state in _WAITING for action in mine):
        return Hold.OPEN_ACTION
    return None


def money_hold(item: Item, facts: Facts, on: date) -> Hold | None:
    """Return what holds a reminder because of the amounts (D22, D24, D25)."""
    account = account_of(facts, item.currency, on)
    if account.in_credit or account.covered:
        return Hold.NO_DEBIT_BALANCE
    if account.net < account.threshold or undisputed(item, facts, on) < account.tolerance:
        return Hold.BELOW_THRESHOLD
    return None


def reminder_hold(
    item: Item, facts: Facts, actions: tuple[Action, ...], on: date
) -> tuple[Hold, date | None] | None:
    """Return the first rule that holds an item's reminder, up to the thresholds, and its date."""
    hold = outside_hold(item, facts, on) or action_hold(item, actions, on)
    if hold is not None:
        return hold, None
    past = past_of(item, actions)
    assert facts.scenario is not None
    step = next_reminder(past, facts.scenario)
    if step is None:
        return Hold.FINISHED, None
    day = own_day(step, item, past, facts, on)
    contact = waits_until(facts, actions, on, notice=False)
    eligible = max(day, contact) if contact is not None else day
    if on < eligible:
        return Hold.NOT_YET, eligible
    money = money_hold(item, facts, on)
    return None if money is None else (money, None)


def stands(item: Item, step: StepKey, facts: Facts, actions: tuple[Action, ...], on: date) -> bool:
    """Tell whether an item still belongs on its waiting reminder (D17).

    An account known in part says nothing about the debtor, and the contact delay takes nothing off.
    """
    known = replace(facts, customer=replace(facts.customer, incomplete_since=None))
    if outside_hold(item, known, on) is not None:
        return False
    if action_hold(item, actions, on) not in (None, Hold.OPEN_ACTION):
        return False
    past = past_of(item, actions)
    assert facts.scenario is not None
    mine = next_reminder(past, facts.scenario)
    if mine is None or mine.key is not step or on < own_day(mine, item, past, facts, on):
        return False
    return money_hold(item, facts, on) is None
