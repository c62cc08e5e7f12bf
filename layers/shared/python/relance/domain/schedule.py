"""When an item's next step may go (D10, D11, D14, D16)."""

from datetime import date, timedelta

from relance.domain.calendar import days, month_end, reckonable
from relance.domain.plan import Plan
from relance.domain.progress import Progress
from relance.domain.scenario import REMINDERS, Anchor, Step

DAY = timedelta(days=1)


def first_chaseable_day(step: Step, plan: Plan, due: date) -> date:
    """Return the first day on which an item counts as overdue for this step (D3, D5)."""
    return due + plan.overdue_after[step.key]


def step_day(step: Step, plan: Plan, progress: Progress, due: date, issued: date) -> date:
    """Return when a reminder's own dates let it go, the minimum contact delay left out (D14).

    The latest of anchor + offset and the day the item is overdue; when anchor + offset is not
    later than the completion of the reminder before, that completion + the gap instead.
    """
    key, before, anchor = step.key, None, due
    if progress.completions:
        below, counted = key.level - 1, plan.counts_from[key]
        before = progress.last_completion(below)
        # A reminder that was never completed is transparent (D16).
        anchor = (before if counted == below else progress.last_completion(counted)) or due
    if step.anchor is Anchor.ISSUE_DATE:
        anchor = reckonable(issued)
    day = _shifted(step, anchor)
    if before is not None and day <= before:
        day = before + gap(step, plan, due=due, issued=issued)
    overdue_on = due + plan.overdue_after[key]
    return day if day > overdue_on else overdue_on


def gap(step: Step, plan: Plan, *, due: date, issued: date) -> timedelta:
    """Return the days a plan means to leave before this reminder (D14), at least one.

    From the nominal day of the active reminder before it; for the first, its own offset.
    """
    before = _active_before(plan, step.key.level - 1)
    if before is None:
        return max(DAY, days(step.offset_days))
    nominal = _nominal(step, plan, due=due, issued=issued)
    return max(DAY, nominal - _nominal(before, plan, due=due, issued=issued))


def notice_day(step: Step, *, due: date, issued: date) -> date:
    """Return the day that a pre-due notice's anchor and offset name (D10)."""
    return _shifted(step, reckonable(issued) if step.anchor is Anchor.ISSUE_DATE else due)


def thanks_day(step: Step, paid_on: date) -> date:
    """Return the day that a thank-you's offset from the payment names (D34)."""
    return _shifted(step, paid_on)


def _nominal(step: Step, plan: Plan, *, due: date, issued: date) -> date:
    """The day this step would fall on if every step before it went on its own day."""
    if step.anchor is Anchor.ISSUE_DATE:
        return _shifted(step, reckonable(issued))
    before = _active_before(plan, plan.counts_from[step.key])
    anchor = _nominal(before, plan, due=due, issued=issued) if before else due
    return _shifted(step, anchor)


def _active_before(plan: Plan, level: int) -> Step | None:
    """The highest active reminder at or below `level`."""
    for key in _DOWN[level]:
        if key in plan.reminders:
            return plan.reminders[key]
    return None


def _shifted(step: Step, anchor: date) -> date:
    day = anchor + days(step.offset_days)
    return month_end(day) if step.end_of_month else day


_DOWN = tuple(tuple(reversed(REMINDERS[:level])) for level in range(6))
