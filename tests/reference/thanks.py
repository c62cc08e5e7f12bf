"""Thank-yous (D34)."""

from datetime import date

from relance.domain.decision import Hold
from relance.domain.facts import Action, ActionState, Facts, Item, ItemStatus, PaymentMethod
from relance.domain.scenario import Channel, Step, StepKey
from tests.reference.account import account_of
from tests.reference.blocks import is_stopped
from tests.reference.days import DAY, is_open
from tests.reference.drafts import Draft, Held, Way, way_of
from tests.reference.holds import action_hold, is_paused
from tests.reference.outcome import Message
from tests.reference.past import COMPLETED, past_of
from tests.reference.wave import is_stale

_MONTH = 30 * DAY


def is_settled(item: Item, facts: Facts) -> bool:
    """Tell whether nothing more is to be paid: matched, and zero or below the tolerance."""
    if item.residual == 0:
        return True
    tolerance = account_of(facts, item.currency, item.issued).tolerance
    small = not item.kind.is_credit and item.residual < tolerance
    return small and item.settled_on is not None and item.status is ItemStatus.ACTIVE


def thanks_day(item: Item, step: Step) -> date | None:
    """Return the day from which an item's payer may be thanked, None for never."""
    if item.kind.is_credit or item.status is not ItemStatus.ACTIVE:
        return None
    if item.method is not PaymentMethod.MANUAL and item.rejected_on is None:
        return None
    if item.settled_on is None or item.paid_on is None:
        return None
    if item.first_sync and item.seen_on is not None and item.settled_on <= item.seen_on:
        return None
    day = item.paid_on + step.offset_days * DAY
    if item.settled_on > day:
        return item.settled_on if item.settled_on - item.paid_on <= _MONTH else None
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
        if not is_settled(item, facts):
            continue
        dead = item.kind.is_credit or item.status is not ItemStatus.ACTIVE
        under_way = None if dead else _under_way(item, facts, on)
        if under_way is not None:
            held[item.id] = under_way, None
            continue
        day = thanks_day(item, step) if step else None
        if step is None or day is None or on > last_day(item, step) or _thanked(item, facts):
            settled.add(item.id)
            continue
        why = _waits(item, step, day, facts, on, leaving)
        if why is not None:
            held[item.id] = why
        elif _thanked_lately(facts, on):
            settled.add(item.id)
        else:
            ready.append(item)
    if step is None:
        return []
    return [_message(step, currency, ready, facts, on) for currency in _currencies(ready)]


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
    """Tell whether this settlement was thanked for: a thank-you since it was settled."""
    day = past_of(item, facts.actions).done.get(StepKey.THANK_YOU)
    return day is not None and item.settled_on is not None and day >= item.settled_on


def _waits(
    item: Item, step: Step, day: date, facts: Facts, on: date, leaving: list[Draft]
) -> tuple[Hold, date | None] | None:
    if on < day:
        return Hold.NOTHING_DUE, None
    if is_paused(facts, on):
        return Hold.TENANT_PAUSED, None
    if facts.customer.incomplete_since is not None:
        return Hold.INCOMPLETE_LEDGER, None
    if is_stopped(item, facts, on):
        return Hold.STOPPED, None
    if action_hold(item, facts.actions, on) is Hold.IN_DOUBT:
        return Hold.IN_DOUBT, None
    if _another_at_three(facts) or any(draft.way is Way.SENT for draft in leaving):
        return Hold.GROUPED_LATER, None
    if way_of(step) is not Way.CONFIRMED and not is_open(step.channel, on, facts):
        return Hold.WINDOW_CLOSED, None
    if way_of(step) is Way.SENT and is_stale(facts, on):
        return Hold.STALE_LEDGER, None
    return None


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


def _another_at_three(facts: Facts) -> bool:
    return any(
        past_of(item, facts.actions).level >= 3
        for item in facts.items
        if item.residual > 0 and not item.kind.is_credit and item.status is ItemStatus.ACTIVE
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
    day = thanks_day(item, step) if step and is_settled(item, facts) else None
    return day is not None and not is_stopped(item, facts, on)
