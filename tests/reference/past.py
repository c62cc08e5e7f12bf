"""What the actions so far say (D11, D14, D16, D36): levels and days of completion."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Promise
from relance.domain.facts import Facts
from relance.domain.items import Item
from relance.domain.scenario import Anchor, Interval, Scenario, Step, StepKey
from tests.reference.blocks import grace_end, is_kept, promises_of, stop_end, stops_of, was_whole
from tests.reference.days import DAY, due_day, goes_on_due_day, months_after, moved

# Done as the rules count it: taken by the provider, posted, closed or passed over (D11).
COMPLETED = (
    ActionState.SENT,
    ActionState.DONE,
    ActionState.SKIPPED,
    ActionState.DELIVERED,
    ActionState.COMPLAINED,
)


@dataclass(frozen=True, slots=True)
class Past:
    """What one item has been through.

    `done` is the day of each completed step, None when without one; `rounds` the days on which each
    was done since the level was set; `level` the number of the last completed reminder, `entered`
    when it was set to it; `deadline` the latest day up to which a message gave the debtor time.
    """

    done: dict[StepKey, date | None]
    rounds: dict[StepKey, list[date]]
    level: int
    entered: bool
    began: bool
    deadline: date | None

    def reminded_on(self, *, up_to: int) -> date | None:
        """Return the day of the nearest completed reminder that has one, up to this level (D16)."""
        for level in range(up_to, 0, -1):
            for key, day in self.done.items():
                if key.level == level and day is not None:
                    return day
        return None


def past_of(item: Item, actions: Iterable[Action]) -> Past:
    """Return what this item has been through."""
    done: dict[StepKey, date | None] = {}
    rounds: dict[StepKey, list[date]] = {}
    deadlines, began = [], False
    for action in actions:
        for send in action.sends:
            key, day = send.step, action.completed_on
            if send.item != item.id or action.state not in COMPLETED or key.is_beside_the_plan:
                continue
            left = action.state is not ActionState.SKIPPED
            if action.deadline is not None and key.is_reminder and left:
                deadlines.append(action.deadline)
            began = began or (key.is_reminder and day is not None)
            if _is_overruled(key, day or action.day, item):
                continue
            before = done.get(key)
            done[key] = max(before, day) if before and day else before or day
            if day is not None and (item.level_set is None or day > item.level_set.on):
                rounds.setdefault(key, []).append(day)
    level = _level(item, done)
    return Past(
        done,
        {key: sorted(days) for key, days in rounds.items()},
        level,
        item.level_set is not None and item.level_set.level == level,
        began,
        max(deadlines, default=None),
    )


def _is_overruled(key: StepKey, day: date, item: Item) -> bool:
    """What was done above a level before it was set counts no more (D36)."""
    return (
        item.level_set is not None and key.level > item.level_set.level and day <= item.level_set.on
    )


def _level(item: Item, done: dict[StepKey, date | None]) -> int:
    """A level that was set stands for all that was done up to its day (D13, D36)."""
    if item.level_set is None:
        return max((key.level for key in done), default=0)
    since = [key.level for key, day in done.items() if day is not None and day > item.level_set.on]
    return max([item.level_set.level, *since])


def next_reminder(past: Past, scenario: Scenario) -> Step | None:
    """Return the first active reminder above the item's level, or the last one's repeat (D15)."""
    above = [step for step in scenario.reminders if step.key.level > past.level]
    if above:
        return above[0]
    return _repeated(past, scenario)


def _repeated(past: Past, scenario: Scenario) -> Step | None:
    last = scenario.reminders[-1] if scenario.reminders else None
    if last is None or last.repeat is None or past.level != last.key.level:
        return None
    done = len(past.rounds.get(last.key, [])) + past.entered
    return last if done <= last.repeat.count else None


def nominal_day(step: Step, item: Item, due: date, scenario: Scenario) -> date:
    """Return the day on which a step would go if every step were done on its day (D14)."""
    start = due
    if step.anchor is Anchor.ISSUE_DATE:
        start = item.issued
    elif step.anchor in (Anchor.PREVIOUS_REMINDER, Anchor.NAMED_REMINDER):
        highest = step.key.level - 1
        if step.anchor is Anchor.NAMED_REMINDER and step.anchor_step is not None:
            highest = step.anchor_step.level
        before = [each for each in scenario.reminders if each.key.level <= highest]
        if before:
            start = nominal_day(before[-1], item, due, scenario)
    return moved(start, step)


def gap(step: Step, item: Item, due: date, scenario: Scenario) -> timedelta:
    """Return the days between a step and the active reminder before it, at least one (D14)."""
    before = [each for each in scenario.reminders if each.key.level < step.key.level]
    if not before:
        return max(DAY, step.offset_days * DAY)
    mine = nominal_day(step, item, due, scenario)
    return max(DAY, mine - nominal_day(before[-1], item, due, scenario))


def own_day(step: Step, item: Item, past: Past, facts: Facts, on: date) -> date:
    """Return the day from which a reminder may go, the contact delay left out (D14)."""
    scenario, due = facts.scenario, due_day(item, facts)
    assert scenario is not None
    assert due is not None
    between = gap(step, item, due, scenario)
    last = past.reminded_on(up_to=step.key.level - 1)
    if step.key.level <= past.level:
        rounds = past.rounds.get(step.key) or [item.level_set.on if item.level_set else due]
        day = _repeat_day(step, rounds)
        between = day - rounds[-1]
    else:
        day = moved(_anchor_day(step, item, past) or due, step)
        if last is not None and day <= last:
            day = last + between
    days = [day, due if goes_on_due_day(step) else due + DAY]
    if past.deadline is not None:
        days.append(past.deadline + DAY)
    return max([*days, *_set_by_facts(item, due, between, facts, on)])


def _anchor_day(step: Step, item: Item, past: Past) -> date | None:
    if step.anchor is Anchor.ISSUE_DATE:
        return item.issued
    if step.anchor is Anchor.PREVIOUS_REMINDER:
        return past.reminded_on(up_to=step.key.level - 1)
    if step.anchor is Anchor.NAMED_REMINDER and step.anchor_step is not None:
        return past.reminded_on(up_to=step.anchor_step.level)
    return None


def _repeat_day(step: Step, rounds: list[date]) -> date:
    """Months are counted from the first round while the rounds stay on its day (D4, D15)."""
    assert step.repeat is not None
    every, last = step.repeat.every, rounds[-1]
    if step.repeat.unit is Interval.DAYS:
        return last + every * DAY
    start = 0
    for index in range(1, len(rounds)):
        if rounds[index] != months_after(rounds[start], every * (index - start)):
            start = index
    return months_after(rounds[start], every * (len(rounds) - start))


def _set_by_facts(
    item: Item, due: date, between: timedelta, facts: Facts, on: date
) -> Iterator[date]:
    """Yield the days before which stops, promises, disputes and people let nothing go (D14)."""
    yield from after_blocks(item, between, facts, on)
    if item.rejected_on is not None:
        yield item.rejected_on + first_offset(facts)
    if item.due_was is not None and item.due is not None and item.due > item.due_was:
        yield due + first_offset(facts)


def after_blocks(item: Item, between: timedelta, facts: Facts, on: date) -> Iterator[date]:
    """Yield what holds a reminder, with its gap, and a notice, with one day."""
    if item.not_before is not None:
        yield item.not_before
    if item.reopened_on is not None:
        yield item.reopened_on + between
    for stop in stops_of(item, facts):
        end = stop_end(stop)
        if end is not None and stop.since <= end < on:
            yield end + DAY
    for dispute in facts.disputes:
        resolved = dispute.resolved_on
        if dispute.item == item.id and resolved is not None and resolved <= on:
            yield from [resolved + between] if was_whole(item, facts, resolved) else []
    for promise in promises_of(item, facts, on):
        yield from _after_promise(promise, between, facts, on)


def _after_promise(promise: Promise, between: timedelta, facts: Facts, on: date) -> Iterator[date]:
    if is_kept(promise, facts, on) and promise.kept_on is not None:
        yield promise.kept_on + between
    elif grace_end(promise, facts) < on:
        yield grace_end(promise, facts) + DAY


def first_offset(facts: Facts) -> timedelta:
    """Return the offset of the first active reminder, which stands for R1's (D31, D37)."""
    assert facts.scenario is not None
    return facts.scenario.reminders[0].offset_days * DAY
