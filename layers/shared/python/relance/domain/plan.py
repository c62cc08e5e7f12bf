"""A scenario read once for all the customers that it is given with: what decisions ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from relance.domain.calendar import days
from relance.domain.scenario import REMINDERS, Anchor, Channel, Grouping, Scenario, Step, StepKey


class Way(StrEnum):
    """How what is due leaves."""

    TASK = "task"  # opened for a person
    CONFIRM = "confirm"  # a message that waits for a person's yes
    MESSAGE = "message"  # leaves by itself


# What shares a message: a way, and the one step it is confined to, if any.
Pool = tuple[Way, StepKey | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario's active steps, by place, and what follows from them alone.

    `following[level]` is the reminder that comes after that level, None past the last.
    `begins_on_due_day` tells that the first reminder goes on the due day itself (D3); `delay` is
    the minimum contact delay; `first_offset` is the first reminder's, which rejected debits and
    later due dates count from (D31, D37). By step: `counts_from` is the level of the reminder that
    its anchor means, 0 for another anchor (D10); `overdue_after` leads from the due date to the
    first day on which an item counts as overdue for it (D3, D5); `pools` say what may share its
    message, `pools_to_confirm` what may when a person has to say yes (D18).
    """

    scenario: Scenario
    steps: Mapping[StepKey, Step]
    reminders: Mapping[StepKey, Step]
    following: tuple[Step | None, ...]
    last: Step | None
    notice: Step | None
    thanks: Step | None
    begins_on_due_day: bool
    delay: timedelta
    first_offset: timedelta
    counts_from: Mapping[StepKey, int]
    overdue_after: Mapping[StepKey, timedelta]
    pools: Mapping[StepKey, Pool]
    pools_to_confirm: Mapping[StepKey, Pool]


def plan_of(scenario: Scenario, *, automatic: bool = True) -> Plan:
    """Return the scenario's plan, read once for all the customers that it is given with.

    With `automatic` False every message of it waits for a person's yes, whatever its step says
    (C10).
    """
    plan = _PLANS.get((id(scenario), automatic))
    if plan is None:
        if len(_PLANS) >= _MOST_PLANS:
            _PLANS.clear()
        plan = _PLANS[id(scenario), automatic] = _read(scenario, automatic=automatic)
    return plan


# By identity: a plan keeps its scenario, so that no other can be given the same id meanwhile.
_PLANS: dict[tuple[int, bool], Plan] = {}
_MOST_PLANS = 256


def _read(scenario: Scenario, *, automatic: bool) -> Plan:
    active = {
        step.key: step if automatic else replace(step, automatic=False)
        for step in scenario.steps
        if step.active
    }
    reminders = {key: active[key] for key in REMINDERS if key in active}
    ordered = tuple(reminders.values())
    following = tuple(
        next((step for step in ordered if step.key.level > level), None) for level in range(6)
    )
    last = ordered[-1] if ordered else None
    return Plan(
        scenario=scenario,
        steps=active,
        reminders=reminders,
        following=following,
        last=last,
        notice=active.get(StepKey.PRE_DUE),
        thanks=active.get(StepKey.THANK_YOU),
        begins_on_due_day=bool(ordered) and is_on_due_day(ordered[0]),
        delay=days(scenario.min_contact_delay),
        first_offset=days(ordered[0].offset_days if ordered else 0),
        counts_from={key: _counts_from(step) for key, step in active.items()},
        overdue_after={key: _overdue_after(step) for key, step in active.items()},
        pools={key: _pool(step, last, scenario, confirm=False) for key, step in active.items()},
        pools_to_confirm={
            key: _pool(step, last, scenario, confirm=True) for key, step in active.items()
        },
    )


def is_on_due_day(step: Step) -> bool:
    """Tell whether a step goes on the due day itself (D3)."""
    return step.anchor is Anchor.DUE_DATE and step.offset_days == 0


def goes_alone(step: Step, last: Step | None) -> bool:
    """Tell whether its message carries only items whose own step it is (D18).

    So does a registered letter, a formal notice and the plan's last reminder.
    """
    is_last = last is not None and step.key is last.key
    return step.channel is Channel.REGISTERED_LETTER or step.formal_notice or is_last


def _counts_from(step: Step) -> int:
    """The level of the reminder that a step counts from, always below its own (D10, D16)."""
    if step.anchor is Anchor.PREVIOUS_REMINDER:
        return step.key.level - 1
    if step.anchor is Anchor.NAMED_REMINDER and step.anchor_step is not None:
        return min(step.anchor_step.level, step.key.level - 1)
    return 0


def _overdue_after(step: Step) -> timedelta:
    """From the due date to the first day on which an item is overdue for this step (D3, D5)."""
    return days(0 if is_on_due_day(step) else 1)


def _pool(step: Step, last: Step | None, scenario: Scenario, *, confirm: bool) -> Pool:
    if not step.channel.is_message:
        return Way.TASK, None
    way = Way.MESSAGE if step.automatic and not confirm else Way.CONFIRM
    alone = scenario.grouping is Grouping.LEVEL or goes_alone(step, last)
    return way, step.key if alone else None
