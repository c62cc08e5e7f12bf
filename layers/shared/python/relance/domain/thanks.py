"""Thank-yous: once per settlement, never in a bad moment (D34)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from relance.domain.actions import Action, ActionState
from relance.domain.blocking import last_day
from relance.domain.calendar import reckonable
from relance.domain.decision import Held, Hold
from relance.domain.dispatch import stale_since
from relance.domain.items import Item, ItemStatus
from relance.domain.scenario import Step, StepKey
from relance.domain.schedule import DAY, thanks_day
from relance.domain.situation import Situation

# A payment older than this is not acknowledged any more, unless the step's own offset is longer.
FRESH = timedelta(days=30)
# No customer is thanked twice within as many days.
APART = timedelta(days=30)
# From this level on the tone is no longer one in which to thank.
_SERIOUS_LEVEL = 3


@dataclass(slots=True)
class Thanks:
    """The outcome for settled items: due tonight by currency, held, or nothing more to decide.

    `open` are those not paid to the last cent, with the day on which their thank-you may go: they
    are held as debts, or due, but never settled.
    """

    due: dict[str, list[Item]] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    open: dict[str, date | None] = field(default_factory=dict)

    def settle(self, item: Item) -> None:
        """Say that nothing more is to be sent about an item."""
        if item.residual <= 0:
            self.settled.append(item.id)

    def hold(self, held: Held, item: Item) -> None:
        """Say what holds an item's thank-you."""
        if item.residual <= 0:
            self.held.append(held)
        else:
            self.open[item.id] = held.until

    @property
    def by_currency(self) -> list[list[Item]]:
        """The items to thank for, those of one message together."""
        return [items for _, items in sorted(self.due.items())]


def thanks(items: Iterable[Item], situation: Situation, *, reminded: bool) -> Thanks:
    """Decide on every settled item; `reminded` says that a reminder goes to the customer tonight.

    An item waits under the name of what holds it, and is settled once it was thanked for or is
    not to be.
    """
    found = Thanks()
    items = tuple(items)
    if not items:
        return found
    serious = _serious(situation)
    reminded = reminded or _approved_reminder_leaves(situation)
    for item in items:
        pending = _under_way(item, situation)
        if pending is not None:
            found.hold(_pending(item, pending, situation), item)
            continue
        step = _step_for(item, situation)
        if step is None or item.paid_on is None:
            found.settle(item)
            continue
        _place(
            item,
            step,
            reckonable(item.paid_on),
            found,
            situation,
            reminded=reminded,
            serious=bool(serious - {item.id}),
        )
    return found


def still_wanted(item: Item, situation: Situation) -> bool:
    """Tell whether a thank-you that waits for a person still stands for this item."""
    if item.residual > 0 and not is_nearly_paid(item, situation):
        return False
    stopped = situation.blocking.stop_on(item.id) is not None
    return not stopped and _step_for(item, situation) is not None


def is_nearly_paid(item: Item, situation: Situation) -> bool:
    """Tell whether a payment brought an open debt below the tolerance, which settles it (D34)."""
    return item.paid_on is not None and (
        0 < item.residual < situation.facts.rules.tolerance(item.currency)
    )


def _place(
    item: Item,
    step: Step,
    paid_on: date,
    found: Thanks,
    situation: Situation,
    *,
    reminded: bool,
    serious: bool,
) -> None:
    on = situation.on
    planned = thanks_day(step, paid_on)
    # A match that comes late lets it go on that day.
    day = max(planned, reckonable(item.settled_on or planned))
    opens = situation.next_open(step.channel, day)
    last = max(situation.next_open(step.channel, planned), paid_on + FRESH)
    if on > last or (day > last):
        found.settle(item)
        return
    waits = _stopped(item, situation, day) or _waits(
        step, situation, day=day, opens=opens, reminded=reminded, serious=serious
    )
    if waits is None and _thanked_lately(item, situation):
        found.settle(item)
    elif waits is None:
        found.due.setdefault(item.currency, []).append(item)
        if item.residual > 0:
            found.open[item.id] = None
    else:
        hold, detail, until = waits
        until = min(until or last + DAY, last + DAY)
        found.hold(Held(item=item.id, hold=hold, detail=detail, until=until), item)


def _stopped(item: Item, situation: Situation, day: date) -> tuple[Hold, str, date | None] | None:
    """D28: nothing goes by itself to a stopped customer or about a stopped item."""
    stop = situation.blocking.stop_on(item.id)
    facts = situation.facts
    rests = facts.rules.is_paused(situation.on) or facts.customer.incomplete_since is not None
    if stop is None or rests or situation.on < day:
        return None
    last = last_day(stop)
    return Hold.STOPPED, f"it is stopped: {stop.reason}", last + DAY if last else None


def _waits(
    step: Step, situation: Situation, *, day: date, opens: date, reminded: bool, serious: bool
) -> tuple[Hold, str, date | None] | None:
    on, facts = situation.on, situation.facts
    if on < day:
        return Hold.NOTHING_DUE, f"it is paid; the thank-you is planned for {opens}", opens
    if facts.rules.is_paused(on):
        return Hold.TENANT_PAUSED, "everything is paused", facts.rules.resume_on
    if facts.customer.incomplete_since is not None:
        return Hold.INCOMPLETE_LEDGER, "the account is known only in part", None
    if situation.contacts.doubt is not None:
        return Hold.IN_DOUBT, "it is not known whether an earlier message left", None
    if serious:
        return Hold.GROUPED_LATER, "another item is at level 3 or above", None
    if reminded:
        return Hold.GROUPED_LATER, "a reminder goes on the same day", on + DAY
    by_a_person = step.channel.is_message and not step.automatic
    if not by_a_person and not situation.is_open(step.channel, on):
        opens = situation.next_open(step.channel, on)
        return Hold.WINDOW_CLOSED, f"it leaves on {opens}", opens
    if step.automatic and situation.is_stale:
        return Hold.STALE_LEDGER, stale_since(situation), on + DAY
    return None


def _step_for(item: Item, situation: Situation) -> Step | None:
    """The thank-you this settlement is to get, None when it gets none."""
    if situation.plan is None or item.kind.is_credit or item.status is not ItemStatus.ACTIVE:
        return None
    if item.paid_on is None or _settled_from_the_first(item) or not situation.is_chased(item):
        return None
    thanked = situation.progress_of(item.id).thanked
    # A settlement that was undone and came again is another one.
    if thanked is not None and thanked >= (item.reopened_on or date.min):
        return None
    return situation.plan.thanks


def _settled_from_the_first(item: Item) -> bool:
    if not item.first_sync:
        return False
    settled = item.settled_on or (item.paid_on if item.residual > 0 else None)
    return settled is None or item.seen_on is None or settled <= item.seen_on


def _thanked_lately(item: Item, situation: Situation) -> bool:
    last = situation.contacts.thanks
    if last is not None and situation.on - last <= APART:
        return True
    left = situation.contacts.left_today.get(item.currency, ())
    return any(action.step is StepKey.THANK_YOU for action in left)


def _approved_reminder_leaves(situation: Situation) -> bool:
    """Tell whether a reminder that somebody said yes to may leave today (D17)."""
    contact, plan = situation.contacts.reminder, situation.plan
    if plan is None or (contact is not None and situation.on < contact + plan.delay):
        return False
    return any(
        action.state is ActionState.TO_CONFIRM
        and action.approved_on is not None
        and action.step.is_reminder
        and situation.is_open(action.channel, situation.on)
        for action in situation.facts.actions
    )


def _under_way(item: Item, situation: Situation) -> Action | None:
    """Return the action that holds a thank-you for this item.

    A reminder that failed is no concern of an item that is paid; what lies behind it may be.
    """
    pending = situation.progress_of(item.id).pending
    if pending is None or not _is_past(pending):
        return pending
    return next(
        (
            action
            for action in situation.facts.actions
            if action.state.pending
            and action.step is StepKey.THANK_YOU
            and any(send.item == item.id for send in action.sends)
        ),
        None,
    )


def _is_past(pending: Action) -> bool:
    return pending.state is ActionState.FAILED and pending.step is not StepKey.THANK_YOU


def _serious(situation: Situation) -> frozenset[str]:
    """Return the customer's open debts, in whatever currency, at level 3 or above."""
    return frozenset(
        item.id
        for item in situation.items
        if situation.progress_of(item.id).level >= _SERIOUS_LEVEL
        and item.residual > 0
        and not item.kind.is_credit
        and item.status is ItemStatus.ACTIVE
    )


def _pending(item: Item, pending: Action, situation: Situation) -> Held:
    match pending.state:
        case ActionState.RESERVED | ActionState.IN_DOUBT:
            leaving = pending.state is ActionState.RESERVED and pending.day == situation.on
            until = situation.on + DAY if leaving else None
            return Held(
                item=item.id, hold=Hold.IN_DOUBT, detail="its message is leaving", until=until
            )
        case ActionState.FAILED:
            return Held(item=item.id, hold=Hold.FAILED, detail=pending.reason or "")
        case _:
            waiting = pending.state.replace("_", " ")
            return Held(
                item=item.id,
                hold=Hold.OPEN_ACTION,
                detail=f"{pending.step_name} is {waiting}",
            )
