"""Pre-due notices (D5, D6, D13, D18, D25)."""

from dataclasses import replace
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.decision import Hold
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus
from relance.domain.scenario import Anchor, Step, StepKey
from tests.reference.account import account_of
from tests.reference.blocks import undisputed
from tests.reference.contacts import waits_until
from tests.reference.days import DAY, due_day, is_open, moved
from tests.reference.drafts import Draft, Held, Way, way_of
from tests.reference.holds import action_hold, standing_hold
from tests.reference.outcome import Message
from tests.reference.past import after_blocks, past_of
from tests.reference.wave import above_ceiling, is_stale


def notice_day(item: Item, step: Step, facts: Facts) -> date:
    """Return anchor + offset of an item's notice."""
    due = due_day(item, facts)
    assert due is not None
    return moved(item.issued if step.anchor is Anchor.ISSUE_DATE else due, step)


def first_day(item: Item, step: Step, facts: Facts) -> date:
    """Return the last open day on or before anchor + offset (D6)."""
    day = notice_day(item, step, facts)
    while not is_open(step.channel, day, facts):
        day -= DAY
    return day


def is_due(item: Item, facts: Facts, on: date) -> bool:
    """Tell whether an item's notice falls on this day, were nothing in its way."""
    scenario, due = facts.scenario, due_day(item, facts)
    step = scenario.step(StepKey.PRE_DUE) if scenario else None
    if step is None or due is None or item.kind.is_credit or item.status is not ItemStatus.ACTIVE:
        return False
    if item.residual <= 0 or on >= due or on < first_day(item, step, facts):
        return False
    done = StepKey.PRE_DUE in past_of(item, facts.actions).done
    if done or notice_day(item, step, facts) >= due or _dropped(item, step, facts):
        return False
    postponed = max([on, *after_blocks(item, DAY, facts, on)])
    if postponed >= due or on < postponed:
        return False
    if _under_way(item, facts, on):
        return True
    free = max([on, *_not_before(item, facts, on)])
    if way_of(step) is Way.CONFIRMED:
        return free < due
    return _has_open_day(step, facts, free, due)


def _under_way(item: Item, facts: Facts, on: date) -> bool:
    mine = [
        action
        for action in facts.actions
        if (item.id, StepKey.PRE_DUE) in {(send.item, send.step) for send in action.sends}
    ]
    return action_hold(item, mine, on) is not None


def _dropped(item: Item, step: Step, facts: Facts) -> bool:
    """A notice whose date lay before the first sync, or of a rejected debit (D13, D31)."""
    if item.rejected_on is not None:
        return True
    seen = item.seen_on if item.first_sync else None
    return seen is not None and notice_day(item, step, facts) < seen


def _not_before(item: Item, facts: Facts, on: date) -> list[date]:
    """Return the dates of D14 that a notice waits for; what restarts a gap holds it for one day."""
    contact = waits_until(facts, facts.actions, on, notice=True)
    return [*after_blocks(item, DAY, facts, on), *([contact] if contact else [])]


def _has_open_day(step: Step, facts: Facts, on: date, due: date) -> bool:
    day = on
    while day < due:
        if is_open(step.channel, day, facts):
            return True
        day += DAY
    return False


def stands(item: Item, facts: Facts, on: date) -> bool:
    """Tell whether an item still belongs on its waiting notice (D17)."""
    due = due_day(item, facts)
    if due is None or item.residual <= 0 or on >= due or item.status is not ItemStatus.ACTIVE:
        return False
    step = facts.scenario.step(StepKey.PRE_DUE) if facts.scenario else None
    if step is None or _dropped(item, step, facts):
        return False
    if on < max([first_day(item, step, facts), *after_blocks(item, DAY, facts, on)]):
        return False
    known = replace(facts, customer=replace(facts.customer, incomplete_since=None))
    if standing_hold(item, known, on) is not None:
        return False
    if action_hold(item, facts.actions, on) not in (None, Hold.OPEN_ACTION):
        return False
    account = account_of(facts, item.currency, on)
    return not account.covered and undisputed(item, facts, on) >= account.tolerance


def notice_messages(
    facts: Facts, on: date, drafts: list[Draft], leaving: list[Draft], held: Held
) -> list[Message]:
    """Return the notices of tonight and say of the others what holds them."""
    messages = []
    coming = [item for item in facts.items if is_due(item, facts, on)]
    for currency in sorted({item.currency for item in coming}):
        mine = [item for item in coming if item.currency == currency]
        messages += _of_currency(mine, currency, facts, on, (drafts, leaving), held)
    return messages


def _of_currency(
    coming: list[Item],
    currency: str,
    facts: Facts,
    on: date,
    reminders: tuple[list[Draft], list[Draft]],
    held: Held,
) -> list[Message]:
    step = facts.scenario.step(StepKey.PRE_DUE) if facts.scenario else None
    assert step is not None
    free = [item for item in coming if not _held_alone(item, facts, on, held)]
    account = account_of(facts, currency, on)
    total = sum(undisputed(item, facts, on) for item in free)
    way = way_of(step)
    if way is Way.SENT and above_ceiling(total, currency, facts, on):
        way = Way.CONFIRMED
    joined = _joined(step, way, currency, facts.actions)
    whole: Hold | None = None
    if account.covered:
        whole = Hold.NO_DEBIT_BALANCE
    elif total < account.threshold:
        whole = Hold.BELOW_THRESHOLD
    else:
        whole = _turn_hold(step, way, facts, on, reminders, joins=joined is not None)
    advancing = [item for item in free if undisputed(item, facts, on) >= account.tolerance]
    for item in free:
        small = whole is not Hold.NO_DEBIT_BALANCE and item not in advancing
        held[item.id] = Hold.BELOW_THRESHOLD if small or not whole else whole, None
    if whole or not advancing:
        return []
    for item in advancing:
        del held[item.id]
    return [
        Message(
            currency=currency,
            step=step.key,
            advancing=frozenset((item.id, step.key) for item in advancing),
            listed=frozenset(item.id for item in free),
            credits=frozenset(),
            net=account.owed - account.credit,
            confirm=way is Way.CONFIRMED,
            joins=joined.id if joined else None,
        )
    ]


def _held_alone(item: Item, facts: Facts, on: date, held: Held) -> bool:
    """Say what holds this item's notice by itself, if anything."""
    hold = standing_hold(item, facts, on) or action_hold(item, facts.actions, on)
    if hold is None and on < max([on, *_not_before(item, facts, on)]):
        hold = Hold.NOT_YET
    if hold is not None:
        held[item.id] = hold, None
    return hold is not None


def _joined(step: Step, way: Way, currency: str, actions: tuple[Action, ...]) -> Action | None:
    state = {Way.DONE: ActionState.OPEN, Way.CONFIRMED: ActionState.TO_CONFIRM}.get(way)
    for action in actions:
        if action.step is step.key and action.currency == currency and action.state is state:
            return action
    return None


def _turn_hold(
    step: Step,
    way: Way,
    facts: Facts,
    on: date,
    reminders: tuple[list[Draft], list[Draft]],
    *,
    joins: bool,
) -> Hold | None:
    """A reminder that leaves or waits for its window goes first when there is a delay (D6, D18)."""
    drafts, leaving = reminders
    delay = facts.scenario.min_contact_delay if facts.scenario else 0
    if delay and any(draft.way is Way.SENT for draft in leaving):
        return Hold.NOT_YET
    if joins:
        return None
    if delay and any(draft.waits_for_window(facts, on) for draft in drafts):
        return Hold.GROUPED_LATER
    if way is not Way.CONFIRMED and not is_open(step.channel, on, facts):
        return Hold.WINDOW_CLOSED
    return Hold.STALE_LEDGER if way is Way.SENT and is_stale(facts, on) else None
