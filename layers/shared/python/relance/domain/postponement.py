"""The dates besides a step's own that let it go no earlier (D14, D28-D31, D33, D37)."""

from collections.abc import Callable
from datetime import date, timedelta

from relance.domain.blocking import NOTHING_BLOCKS, Blocking, latest
from relance.domain.facts import Item, PaymentMethod
from relance.domain.progress import Progress
from relance.domain.schedule import DAY, Plan


def postponed(
    day: date,
    item: Item,
    progress: Progress,
    blocking: Blocking,
    plan: Plan,
    *,
    due: date,
    gap: Callable[[], timedelta],
) -> date:
    """Return the earliest day of a reminder whose own dates allow `day`.

    `due` is the effective due date; `gap` is asked for only when something restarted it: a dispute
    resolved, a promise kept, a payment undone.
    """
    if blocking is NOTHING_BLOCKS and not _has_dates(item) and progress.deadline is None:
        return day
    restart = latest(blocking.restarts.get(item.id), item.reopened_on)
    if restart is not None:
        day = max(day, restart + gap())
    if item.rejected_on is not None and item.method is not PaymentMethod.MANUAL:
        day = max(day, item.rejected_on + plan.first_offset)
    if item.due_was is not None and item.due is not None and item.due > item.due_was:
        day = max(day, due + plan.first_offset)
    if progress.deadline is not None:
        day = max(day, progress.deadline + DAY)
    return _after_floors(day, item, blocking)


def _has_dates(item: Item) -> bool:
    """Tell whether an item has a date of its own that can let it go later; most have none."""
    return not (
        item.reopened_on is None
        and item.rejected_on is None
        and item.due_was is None
        and item.not_before is None
    )


def notice_postponed(day: date, item: Item, blocking: Blocking) -> date:
    """Return the earliest day of a pre-due notice whose own dates allow `day`.

    It has no gap of its own: what restarts one holds it for a day.
    """
    restart = latest(blocking.restarts.get(item.id), item.reopened_on)
    if restart is not None:
        day = max(day, restart + DAY)
    return _after_floors(day, item, blocking)


def _after_floors(day: date, item: Item, blocking: Blocking) -> date:
    floor = latest(blocking.floor_of(item.id), item.not_before)
    return day if floor is None else max(day, floor)
