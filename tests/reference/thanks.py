"""Thank-yous (D34)."""

from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.decision import Hold
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus, PaymentMethod
from relance.domain.scenario import Channel, Step, StepKey
from tests.reference.account import account_of, tolerance_of
from tests.reference.blocks import is_stopped
from tests.reference.contacts import waits_until
from tests.reference.days import DAY, is_open
from tests.reference.drafts import Draft, Held, Way, way_of
from tests.reference.holds import action_hold, is_paused
from tests.reference.outcome import Message
from tests.reference.past import COMPLETED, past_of
from tests.reference.wave import is_stale

_MONTH = 30 * DAY


def is_settled(item: Item) -> bool:
    """Tell whether nothing of it is open any more."""
    return item.residual == 0


def is_nearly_paid(item: Item, facts: Facts) -> bool:
    """Tell whether a payment brought a debt below the tolerance: thanked for, and still a debt."""
    return item.paid_on is not None and 0 < item.residual < tolerance_of(facts, item.currency)


def thanks_day(item: Item, step: Step) -> date | None:
    """Return the day from which an item's payer may be thanked, None for never."""
    if item.kind.is_credit or item.status is not ItemStatus.ACTIVE:
        return None
    if item.method is not PaymentMethod.MANUAL and item.rejected_on is None:
        return None
    settled = item.settled_on or (item.paid_on if item.residual > 0 else None)
    if settled is None or item.paid_on is None:
        return None
    if item.first_sync and item.seen_on is not None and settled <= item.seen_on:
        return None
    day = item.paid_on + step.offset_days * DAY
    if settled > day:
        return settled if settled - item.paid_on <= _MONTH else None
    return day


def last_day(item: Item, step: Step) -> date:
    """Return the last day on which an item's payer may be thanked."""
    assert item.paid_on is not None
    return item.paid_on + max(_MONTH, step.offset_days * DAY)


def thanks_messages(
    facts: Facts, on: date, leaving: list[Draft], held: Held, settled: set[str]
) -> list[Message]:
    """Return tonight's thank-yous; `settled` gains what is never to be thanked for (any more)."""
    step = facts.scenario.step(StepKey.THANK_YOU) if facts.scenario else None
    ready: list[Item] = []
    for item in facts.items:
        if not is_settled(item) and not is_nearly_paid(item, facts):
            continue
        hold = _hold(item, step, facts, on, leaving)
        if hold is not None:
            # What is not paid to the last cent stays a debt, with a debt's reason.
            held[item.id] = held.get(item.id, (hold, None))[0], None
        elif step is None or _is_dropped(item, step, facts, on):
            settled |= {item.id} if is_settled(item) else set()
        else:
            ready.append(item)
            held.pop(item.id, None)
    if step is None:
        return []
    return [_message(step, currency, ready, facts, on) for currency in _currencies(ready)]


def _hold(
    item: Item, step: Step | None, facts: Facts, on: date, leaving: list[Draft]
) -> Hold | None:
    """Return what a thank-you waits for, None when it leaves or is never to leave."""
    dead = item.kind.is_credit or item.status is not ItemStatus.ACTIVE
    under_way = None if dead else _under_way(item, facts, on)
    day = thanks_day(item, step) if step else None
    if under_way is not None or step is None or day is None:
        return under_way
    if on > last_day(item, step) or _thanked(item, facts):
        return None
    return _waits(item, step, day, facts, on, leaving)


def _is_dropped(item: Item, step: Step, facts: Facts, on: date) -> bool:
    """Tell whether a thank-you that waits for nothing is never to leave."""
    if thanks_day(item, step) is None or _thanked(item, facts):
        return True
    return on > last_day(item, step) or _thanked_lately(facts, on)


def _currencies(items: list[Item]) -> list[str]:
    return sorted({item.currency for item in items})


def _message(step: Step, currency: str, ready: list[Item], facts: Facts, on: date) -> Message:
    account = account_of(facts, currency, on)
    mine = [item.id for item in ready if item.currency == currency]
    return Message(
        currency=currency,
        step=step.key,
        advancing=frozenset((item, step.key) for item in mine),
        listed=frozenset(mine),
        credits=frozenset(),
        net=account.owed - account.credit,
        confirm=way_of(step) is Way.CONFIRMED,
        joins=_joined(step, currency, facts),
    )


def _joined(step: Step, currency: str, facts: Facts) -> str | None:
    state = {Way.DONE: ActionState.OPEN, Way.CONFIRMED: ActionState.TO_CONFIRM}.get(way_of(step))
    for action in facts.actions:
        if action.step is step.key and action.currency == currency and action.state is state:
            return action.id
    return None


def _thanked(item: Item, facts: Facts) -> bool:
    """Once per settlement: again only when it was undone and came again."""
    day = past_of(item, facts.actions).done.get(StepKey.THANK_YOU)
    return day is not None and (item.reopened_on is None or day >= item.reopened_on)


def _waits(
    item: Item, step: Step, day: date, facts: Facts, on: date, leaving: list[Draft]
) -> Hold | None:
    if on < day:
        return Hold.NOTHING_DUE
    if is_paused(facts, on):
        return Hold.TENANT_PAUSED
    if facts.customer.incomplete_since is not None:
        return Hold.INCOMPLETE_LEDGER
    if is_stopped(item, facts, on):
        return Hold.STOPPED
    if action_hold(item, facts.actions, on) is Hold.IN_DOUBT:
        return Hold.IN_DOUBT
    if _another_at_three(item, facts) or any(draft.way is Way.SENT for draft in leaving):
        return Hold.GROUPED_LATER
    if _approved_leaves(facts, on):
        return Hold.GROUPED_LATER
    if way_of(step) is not Way.CONFIRMED and not is_open(step.channel, on, facts):
        return Hold.WINDOW_CLOSED
    if way_of(step) is Way.SENT and is_stale(facts, on):
        return Hold.STALE_LEDGER
    return None


def _approved_leaves(facts: Facts, on: date) -> bool:
    """Tell whether a reminder that waited for a yes, and got it, goes today."""
    until = waits_until(facts, facts.actions, on, notice=False)
    if until is not None and on < until:
        return False
    return any(
        action.state is ActionState.TO_CONFIRM
        and action.approved_on is not None
        and action.step.is_reminder
        and is_open(action.channel, on, facts)
        for action in facts.actions
    )


def _under_way(item: Item, facts: Facts, on: date) -> Hold | None:
    """A message about it that is leaving, or a thank-you not yet done, ends first.

    What failed of its reminders does not matter any more.
    """
    mine = [
        action
        for action in facts.actions
        if item.id in {send.item for send in action.sends}
        and (action.step is StepKey.THANK_YOU or action.state is not ActionState.FAILED)
    ]
    return action_hold(item, mine, on)


def _another_at_three(settled: Item, facts: Facts) -> bool:
    return any(
        past_of(item, facts.actions).level >= 3
        for item in facts.items
        if item is not settled
        and item.residual > 0
        and not item.kind.is_credit
        and item.status is ItemStatus.ACTIVE
    )


def _thanked_lately(facts: Facts, on: date) -> bool:
    """Tell whether a thank-you left within the thirty days before (D34)."""
    for action in facts.actions:
        if action.step is StepKey.THANK_YOU and _left(action):
            day = action.completed_on or action.day
            if day < on and on - day <= _MONTH:
                return True
    return False


def _left(action: Action) -> bool:
    """A skip thanks nobody, nor does a task among ourselves; a printed letter is on its way."""
    if action.channel is Channel.CALL:
        return action.state is ActionState.DONE
    going = action.state in COMPLETED or action.state is ActionState.TO_POST
    return action.channel.is_message and going and action.state is not ActionState.SKIPPED


def stands(item: Item, facts: Facts, on: date) -> bool:
    """Tell whether an item still belongs on its waiting thank-you (D17)."""
    step = facts.scenario.step(StepKey.THANK_YOU) if facts.scenario else None
    stands_paid = is_settled(item) or is_nearly_paid(item, facts)
    day = thanks_day(item, step) if step and stands_paid else None
    return day is not None and not is_stopped(item, facts, on)
