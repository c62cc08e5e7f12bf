"""The first wave: items that were overdue already when the first ledger came (D13)."""

from collections.abc import Sequence
from datetime import date

from relance.domain.decision import Decision, Hold
from relance.domain.dispatch import Dispatch
from relance.domain.facts import Facts
from relance.domain.grouping import Draft
from relance.domain.items import Item, LevelSet
from relance.domain.plan import Way
from relance.domain.schedule import DAY
from relance.domain.situation import Case, Situation, case_of, effective_dues, situation_of
from relance.domain.tenant_rules import Entry


def entered(item: Item, due: date | None, entries: Sequence[Entry], *, on: date) -> LevelSet | None:
    """Return at which level an item of the first sync of tenant day `on` enters, None at none.

    Entering at reminder n means that n is the next step and those below are done without a date.
    """
    if due is None or due >= on or item.kind.is_credit:
        return None
    age = (on - due).days
    level = max((entry.level for entry in entries if entry.days <= age), default=1)
    if level <= 1:
        return None
    reason = f"{age} days overdue on the first sync: enters at reminder {level}"
    return LevelSet(level=level - 1, on=on, reason=reason)


def in_first_wave(case: Case) -> bool:
    """Tell whether an item came overdue with the first sync and no step of it completed since."""
    item, due = case.item, case.due
    return (
        item.first_sync
        and not case.progress.began
        and due is not None
        and item.seen_on is not None
        and due < item.seen_on
    )


def hold_back(outgoing: Dispatch, situation: Situation) -> None:
    """Keep back what the day has no room for, of the messages newly put up by the wave alone.

    Oldest due first. What joins a message that waits already, or goes with items that are not of
    the wave, puts up no message of the wave's own.
    """
    room = situation.facts.wave_room
    if room is None:
        return
    fresh = [draft for draft in outgoing.leaving if _is_new_wave(draft)]
    for draft in sorted(fresh, key=_oldest)[room:]:
        outgoing.leaving.remove(draft)
        detail = "the first wave is put up for confirmation a bounded number a day"
        outgoing.held += draft.held(Hold.FIRST_WAVE, detail, situation.on + DAY)


def newly_put_up(decision: Decision, facts: Facts, *, on: date) -> frozenset[str]:
    """Return the ids of the messages that a decision on these facts puts up for the wave alone."""
    fresh = [due for due in decision.due if due.confirm and due.joins is None]
    if not fresh:
        return frozenset()
    situation = situation_of(facts, on=on)
    wave = {
        item.id
        for item in situation.items
        if item.first_sync and in_first_wave(case_of(item, situation))
    }
    return frozenset(due.id for due in fresh if all(send.item in wave for send in due.sends))


def waiting_since(decision: Decision, facts: Facts) -> date | None:
    """Return the oldest due date of what the decision keeps back for want of room, None if nothing.

    The day's room goes to customers in the order of these dates.
    """
    waiting = [held.item for held in decision.held if held.hold is Hold.FIRST_WAVE]
    if not waiting:
        return None
    dues = effective_dues(facts)
    return min(due for item in waiting if (due := dues[item]) is not None)


def _is_new_wave(draft: Draft) -> bool:
    if draft.way is not Way.CONFIRM or draft.joins is not None:
        return False
    return all(in_first_wave(case) for case in draft.cases)


def _oldest(draft: Draft) -> tuple[date, str, str]:
    return min(case.due or date.max for case in draft.cases), draft.currency, draft.step.key
