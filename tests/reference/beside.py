"""Tasks beside the plan: match open credits (D22), the plan is finished (D15, D33)."""

from dataclasses import replace
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.facts import Facts
from relance.domain.items import Item
from relance.domain.scenario import REMINDERS, Channel, StepKey
from tests.reference.account import account_of, overdue_debts
from tests.reference.blocks import grace_end, is_kept, promises_of, undisputed
from tests.reference.days import DAY, is_open
from tests.reference.holds import action_hold, is_paused, outside_hold
from tests.reference.past import next_reminder, past_of

FollowUps = frozenset[tuple[str, StepKey, frozenset[str], str | None]]
Withdrawn = set[tuple[str, frozenset[str], bool]]
_CLOSED = (ActionState.DONE, ActionState.SKIPPED)


def to_match(facts: Facts, currency: str, on: date) -> set[str]:
    """Return the overdue debts and open credits of a currency that a person is to match."""
    account = account_of(facts, currency, on)
    overdue = {item.id for item in overdue_debts(facts, currency, on)}
    if facts.scenario is None or account.overdue == 0 or not account.in_credit:
        return set()
    return overdue | set(account.credits)


def finished(facts: Facts, currency: str, on: date) -> set[str]:
    """Return the items of a currency whose plan has ended."""
    return {
        item.id for item in facts.items if item.currency == currency and _ended(item, facts, on)
    }


def _ended(item: Item, facts: Facts, on: date) -> bool:
    resting = replace(
        facts,
        customer=replace(facts.customer, incomplete_since=None),
        rules=replace(facts.rules, paused=False),
    )
    if facts.scenario is None or outside_hold(item, resting, on) is not None:
        return False
    if undisputed(item, facts, on) < account_of(facts, item.currency, on).tolerance:
        return False
    mine = [action for action in facts.actions if item.id in _items(action)]
    if action_hold(item, mine, on) is not None:
        return False
    steps = _steps(item, facts)
    if not steps or next_reminder(past_of(item, facts.actions), facts.scenario) is not None:
        return False
    return all(day is None or day < on for day in steps)


def _steps(item: Item, facts: Facts) -> list[date | None]:
    """Return the days of the plan's steps done, a thank-you of an earlier settlement left out."""
    done = past_of(item, facts.actions).done
    if item.level_set is not None and item.level_set.level > 0:
        done = {**dict.fromkeys(REMINDERS[: item.level_set.level]), **done}
    return [day for key, day in done.items() if key is not StepKey.THANK_YOU]


def answered(key: StepKey, items: set[str], facts: Facts, on: date) -> bool:
    """Tell whether a person has closed or skipped such a task about all of these already."""
    closed = [action for action in facts.actions if action.step is key and action.state in _CLOSED]
    if key is StepKey.MATCHING:
        return any(items <= _items(action) for action in closed)
    return all(_told(item, closed, facts, on) for item in facts.items if item.id in items)


def _told(item: Item, closed: list[Action], facts: Facts, on: date) -> bool:
    days = [
        action.completed_on
        for action in closed
        if item.id in _items(action) and action.completed_on is not None
    ]
    broken = [
        grace_end(promise, facts) + DAY
        for promise in promises_of(item, facts, on)
        if grace_end(promise, facts) < on and not is_kept(promise, facts, on)
    ]
    done = past_of(item, facts.actions).done
    reminded = [day for key, day in done.items() if key.is_reminder]
    news = (*reminded, item.reopened_on, *broken)
    since = [day for day in news if day is not None]
    return bool(days) and (not since or max(days) >= max(since))


def follow_ups(facts: Facts, on: date) -> FollowUps:
    """Return the tasks to open or to add to tonight."""
    if is_paused(facts, on) or facts.customer.incomplete_since is not None:
        return frozenset()
    found = set()
    for currency in sorted({item.currency for item in facts.items}):
        for key, wanted in _wanted(facts, currency, on).items():
            if answered(key, wanted, facts, on):
                continue
            joined = _open_task(facts, key, currency)
            new = wanted - _items(joined) if joined else wanted
            if new and (joined or is_open(Channel.TASK, on, facts)):
                found.add((currency, key, frozenset(new), joined.id if joined else None))
    return frozenset(found)


def _wanted(facts: Facts, currency: str, on: date) -> dict[StepKey, set[str]]:
    ended = finished(facts, currency, on)
    return {
        StepKey.MATCHING: to_match(facts, currency, on),
        StepKey.PLAN_FINISHED: {
            item for item in ended if not answered(StepKey.PLAN_FINISHED, {item}, facts, on)
        },
    }


def _open_task(facts: Facts, key: StepKey, currency: str) -> Action | None:
    for action in facts.actions:
        if (action.step, action.currency, action.state) == (key, currency, ActionState.OPEN):
            return action
    return None


def _items(action: Action) -> set[str]:
    return {send.item for send in action.sends}


def fallen_of(action: Action, facts: Facts, on: date) -> frozenset[str]:
    """Return the items that no longer belong on an open task beside the plan."""
    wanted = _wanted(facts, action.currency, on)[action.step]
    if answered(action.step, wanted, facts, on):
        return frozenset(_items(action))
    return frozenset(_items(action) - wanted)
