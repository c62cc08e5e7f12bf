"""The dates besides a step's own that let it go no earlier (D14, D28-D31, D33, D37)."""

from datetime import date, timedelta

from relance.domain.blocking import NOTHING_BLOCKS, Blocking, latest
from relance.domain.calendar import reckonable
from relance.domain.items import Item, PaymentMethod
from relance.domain.plan import Plan
from relance.domain.progress import Progress
from relance.domain.schedule import DAY


def postponed(
    day: date,
    item: Item,
    progress: Progress,
    blocking: Blocking,
    plan: Plan,
    *,
    due: date,
    gap: timedelta,
) -> tuple[date, str]:
    """Return the earliest day of a reminder whose own dates allow `day`, and what set it if not.

    `due` is the effective due date; `gap` is what the plan leaves before this reminder, counted
    anew when something restarted it: a dispute resolved, a promise kept, a payment undone.
    """
    why = ""
    restart = latest(blocking.restarts.get(item.id), item.reopened_on)
    if restart is not None:
        day, why = _later(day, why, restart + gap, f"its gap counts anew from {restart}")
    if item.rejected_on is not None and item.method is not PaymentMethod.MANUAL:
        counted = item.rejected_on + plan.first_offset
        day, why = _later(day, why, counted, f"its debit was rejected on {item.rejected_on}")
    if item.due_was is not None and item.due is not None and item.due > item.due_was:
        moved = f"its due date was moved from {item.due_was}"
        day, why = _later(day, why, due + plan.first_offset, moved)
    if progress.deadline is not None:
        named = f"the last message gives time until {progress.deadline}"
        day, why = _later(day, why, progress.deadline + DAY, named)
    return _after_floors(day, why, item, blocking)


def notice_postponed(day: date, item: Item, blocking: Blocking) -> date:
    """Return the earliest day of a pre-due notice whose own dates allow `day`.

    It has no gap of its own: what restarts one holds it for a day.
    """
    restart = latest(blocking.restarts.get(item.id), item.reopened_on)
    if restart is not None:
        day = max(day, restart + DAY)
    return _after_floors(day, "", item, blocking)[0]


def _after_floors(day: date, why: str, item: Item, blocking: Blocking) -> tuple[date, str]:
    floor = blocking.floor_of(item.id)
    if floor is not None:
        day, why = _later(day, why, floor, "a stop or a promise ended the day before")
    if item.not_before is not None:
        set_day = reckonable(item.not_before)
        day, why = _later(day, why, set_day, "a person set that date")
    return day, why


def _later(day: date, why: str, other: date, reason: str) -> tuple[date, str]:
    return (other, reason) if other > day else (day, why)


def can_be_postponed(item: Item, progress: Progress, blocking: Blocking) -> bool:
    """Tell whether there is anything that could let a reminder go later; mostly there isn't."""
    return not (
        blocking is NOTHING_BLOCKS
        and progress.deadline is None
        and item.reopened_on is None
        and item.rejected_on is None
        and item.due_was is None
        and item.not_before is None
    )
