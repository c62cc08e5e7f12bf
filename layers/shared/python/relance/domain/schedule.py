"""When an item's next step may go (D10, D11, D14, D16)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from relance.domain.calendar import days, month_end
from relance.domain.progress import Progress
from relance.domain.scenario import REMINDERS, Anchor, Scenario, Step, StepKey

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario read once for a decision: its active steps by place.

    `following[level]` is the reminder that comes after that level, None past the last.
    `begins_on_due_day` tells that the first reminder goes on the due day itself (D3); `delay` is
    the minimum contact delay; `first_offset` is the first reminder's, which rejected debits and
    later due dates count from (D31, D37).
    """

    scenario: Scenario
    reminders: Mapping[StepKey, Step]
    following: tuple[Step | None, ...]
    last: Step | None
    notice: Step | None
    thanks: Step | None
    begins_on_due_day: bool
    delay: timedelta
    first_offset: timedelta


def plan_of(scenario: Scenario) -> Plan:
    """Return the scenario's plan, read once for all the customers that it is given with."""
    plan = _PLANS.get(id(scenario))
    if plan is None:
        if len(_PLANS) >= _MOST_PLANS:
            _PLANS.clear()
        plan = _PLANS[id(scenario)] = _read(scenario)
    return plan


# By identity: a plan keeps its scenario, so that no other can be given the same id meanwhile.
_PLANS: dict[int, Plan] = {}
_MOST_PLANS = 256


def _read(scenario: Scenario) -> Plan:
    active = {step.key: step for step in scenario.steps if step.active}
    reminders = {key: active[key] for key in REMINDERS if key in active}
    ordered = tuple(reminders.values())
    following = tuple(
        next((step for step in ordered if step.key.level > level), None) for level in range(6)
    )
    return Plan(
        scenario=scenario,
        reminders=reminders,
        following=following,
        last=ordered[-1] if ordered else None,
        notice=active.get(StepKey.PRE_DUE),
        thanks=active.get(StepKey.THANK_YOU),
        begins_on_due_day=bool(ordered) and _on_due_day(ordered[0]),
        delay=timedelta(days=scenario.min_contact_delay),
        first_offset=timedelta(days=ordered[0].offset_days if ordered else 0),
    )


def first_chaseable_day(step: Step, due: date) -> date:
    """Return the first day on which the item counts as overdue for this step (D3, D5)."""
    return due if step.offset_days == 0 and _on_due_day(step) else due + DAY


def step_day(step: Step, plan: Plan, progress: Progress, *, due: date, issued: date) -> date:
    """Return when a reminder's own dates let it go, the minimum contact delay left out (D14).

    The latest of anchor + offset and the day the item is overdue; when anchor + offset is not
    later than the completion of the reminder before, that completion + the gap instead.
    """
    before = progress.last_completion(step.key.level - 1)
    day = _shifted(step, _anchor(step, progress, before, due=due, issued=issued))
    if before is not None and day <= before:
        day = before + gap(step, plan, due=due, issued=issued)
    return max(day, first_chaseable_day(step, due))


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
    return _shifted(step, issued if step.anchor is Anchor.ISSUE_DATE else due)


def thanks_day(step: Step, paid_on: date) -> date:
    """Return the day that a thank-you's offset from the payment names (D34)."""
    return _shifted(step, paid_on)


def _on_due_day(step: Step) -> bool:
    return step.anchor is Anchor.DUE_DATE and step.offset_days == 0


def _anchor(
    step: Step, progress: Progress, before: date | None, *, due: date, issued: date
) -> date:
    """Where the offset counts from; a reminder that was never completed is transparent (D16).

    `before` is when the reminder before the step completed.
    """
    anchor = step.anchor
    if anchor is Anchor.PREVIOUS_REMINDER:
        return before or due
    if anchor is Anchor.NAMED_REMINDER:
        return progress.last_completion(_named_level(step)) or due
    return issued if anchor is Anchor.ISSUE_DATE else due


def _nominal(step: Step, plan: Plan, *, due: date, issued: date) -> date:
    """The day this step would fall on if every step before it went on its own day."""
    match step.anchor:
        case Anchor.ISSUE_DATE:
            anchor = issued
        case Anchor.PREVIOUS_REMINDER:
            anchor = _nominal_up_to(plan, step.key.level - 1, due=due, issued=issued)
        case Anchor.NAMED_REMINDER:
            anchor = _nominal_up_to(plan, _named_level(step), due=due, issued=issued)
        case _:
            anchor = due
    return _shifted(step, anchor)


def _nominal_up_to(plan: Plan, level: int, *, due: date, issued: date) -> date:
    before = _active_before(plan, level)
    return _nominal(before, plan, due=due, issued=issued) if before else due


def _named_level(step: Step) -> int:
    """The level of the reminder that the anchor names, always below the step's own."""
    named = step.anchor_step.level if step.anchor_step else 0
    return min(named, step.key.level - 1)


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
