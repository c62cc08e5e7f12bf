"""When the customer was last contacted, and until when that holds the next (D14)."""

from collections.abc import Iterable
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.facts import Facts
from relance.domain.scenario import Channel, StepKey
from tests.reference.days import DAY

_TAKEN = (
    ActionState.RESERVED,
    ActionState.IN_DOUBT,
    ActionState.TO_POST,
    ActionState.SENT,
    ActionState.DONE,
    ActionState.DELIVERED,
    ActionState.COMPLAINED,
)


def last_contact(facts: Facts, actions: Iterable[Action], on: date, *, notice: bool) -> date | None:
    """Return the day of the last contact that a reminder, or a pre-due notice, waits for (D14)."""
    days = []
    for action in actions:
        key = action.step
        if key is StepKey.THANK_YOU or key.is_follow_up or (key is StepKey.PRE_DUE and not notice):
            continue
        called = action.channel is Channel.CALL and action.state is ActionState.DONE
        if called or (action.channel.is_message and action.state in _TAKEN):
            day = action.completed_on or action.day
            letter = action.channel in (Channel.LETTER, Channel.REGISTERED_LETTER)
            if day == on and letter and action.day < on:
                day = action.day
            if day < on:
                days.append(day)
    return max(days, default=None)


def waits_until(facts: Facts, actions: Iterable[Action], on: date, *, notice: bool) -> date | None:
    """Return the day until which the minimum contact delay holds the customer (D14)."""
    delay = facts.scenario.min_contact_delay if facts.scenario else 0
    last = last_contact(facts, actions, on, notice=notice)
    return None if not delay or last is None else last + delay * DAY
