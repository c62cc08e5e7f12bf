"""Pre-due notices: messages of their own that give way to reminders (D5, D18, D25)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from relance.domain.decision import Held, Hold
from relance.domain.dispatch import Dispatch, stale_since
from relance.domain.grouping import Draft, drafts_of, in_turn
from relance.domain.plan import Plan, Way
from relance.domain.scenario import StepKey
from relance.domain.schedule import DAY
from relance.domain.situation import Case, Situation


@dataclass(slots=True)
class Notices:
    """The notices that leave tonight, and the items whose notice is held."""

    leaving: list[Draft] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)


def notices(
    cases: Iterable[Case],
    small: Iterable[Case],
    reminders: Dispatch,
    situation: Situation,
    plan: Plan,
) -> Notices:
    """Decide which of the notices that are due leave tonight, one message a currency.

    `small` are items below the tolerance, listed only. `reminders` are what tonight's reminders
    came to.
    """
    found = Notices()
    small = [case for case in small if case.notice]
    by_currency: dict[str, list[Case]] = {}
    for case in cases:
        by_currency.setdefault(case.item.currency, []).append(case)
    for currency, members in by_currency.items():
        listed = [case for case in small if case.item.currency == currency]
        ceiling = situation.ceiling(currency)
        every = (*members, *listed)
        high = ceiling is not None and _total(every, situation) > ceiling
        confirm = {case.item.id for case in every} if high else ()
        for draft in in_turn(drafts_of(members, listed, situation, plan, confirm=confirm)):
            refused = _refusal(draft, reminders, situation, plan)
            if refused is None:
                found.leaving.append(draft)
                continue
            hold, detail, until = refused
            found.held += (_held(case, hold, detail, until) for case in draft.cases)
    return found


def _refusal(
    draft: Draft, reminders: Dispatch, situation: Situation, plan: Plan
) -> tuple[Hold, str, date] | None:
    on, channel = situation.on, draft.step.channel
    if _total((*draft.cases, *draft.small), situation) < situation.threshold(draft.currency):
        return Hold.BELOW_THRESHOLD, "the notice's total is below the threshold", on + DAY
    if plan.delay:
        if reminders.reminds or situation.contacts.reminder_left_today():
            return Hold.NOT_YET, "a reminder goes on the same day", on + plan.delay
        if reminders.waits_until is not None:
            until = reminders.waits_until
            return Hold.GROUPED_LATER, f"a reminder leaves first, on {until}", until
    if draft.joins is None and channel.is_message and _left_today(draft, situation):
        until = on + max(DAY, plan.delay)
        return Hold.GROUPED_LATER, "a notice of today already left", until
    waits = draft.joins is None and draft.way is not Way.CONFIRM
    if waits and not situation.is_open(channel, on):
        until = situation.next_open(channel, on)
        return Hold.WINDOW_CLOSED, f"it leaves on {until}", until
    if draft.way is Way.MESSAGE and situation.is_stale:
        return Hold.STALE_LEDGER, stale_since(situation), on + DAY
    return None


def _total(cases: Iterable[Case], situation: Situation) -> int:
    """What a notice of these items asks for in all (D25)."""
    return sum(situation.asked(case.item) for case in cases)


def _left_today(draft: Draft, situation: Situation) -> bool:
    left = situation.contacts.left_today.get(draft.currency, ())
    return any(action.step is StepKey.PRE_DUE for action in left)


def _held(case: Case, hold: Hold, detail: str, until: date) -> Held:
    """A notice that would come too late is dropped; then the next to look at is the due day."""
    if case.overdue_on is not None:
        until = min(until, case.overdue_on)
    return Held(item=case.item.id, hold=hold, detail=detail, until=until)
