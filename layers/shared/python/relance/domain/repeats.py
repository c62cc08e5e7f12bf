"""The last reminder again, as often as its scenario says (D15)."""

from collections.abc import Iterable
from datetime import date, timedelta

from relance.domain.actions import Action
from relance.domain.calendar import add_months
from relance.domain.items import Item
from relance.domain.plan import Plan
from relance.domain.progress import Progress, completion_day
from relance.domain.scenario import Interval, Repeat, StepKey

# Item ids to the days on which the last reminder completed.
Rounds = dict[str, list[date]]


def rounds_of(key: StepKey, actions: Iterable[Action]) -> Rounds:
    """Return on which days this reminder completed, by item."""
    found: Rounds = {}
    for action in actions:
        if action.state.completes:
            for send in action.sends:
                if send.step is key:
                    day = completion_day(action) or action.day
                    found.setdefault(send.item, []).append(day)
    return found


def next_round(
    item: Item, progress: Progress, plan: Plan, rounds: Rounds
) -> tuple[date, timedelta] | None:
    """Return when the last reminder goes to this item again and its gap, None when it doesn't.

    A level set to the last reminder counts as a round of the day it was set on.
    """
    last = plan.last
    if last is None or last.repeat is None or progress.level != last.key.level:
        return None
    days = rounds.get(item.id, [])
    if item.level_set is not None:
        days = [day for day in days if day > item.level_set.on]
        if item.level_set.level == progress.level:
            days.append(item.level_set.on)
    day = repeat_day(last.repeat, days)
    return None if day is None else (day, day - max(days))


def repeat_day(repeat: Repeat, days: list[date]) -> date | None:
    """Return when a reminder completed on `days` goes again, None when it went often enough.

    Months are counted without drift: a round put earlier by a short month's end does not pull the
    later ones forward (D4).
    """
    if not 0 < len(days) <= repeat.count:
        return None
    first, last = min(days), max(days)
    if repeat.unit is Interval.DAYS:
        return last + timedelta(days=repeat.every)
    gone = (last.year - first.year) * 12 + last.month - first.month
    if add_months(first, gone) == last:
        return add_months(first, gone + repeat.every)
    return add_months(last, repeat.every)
