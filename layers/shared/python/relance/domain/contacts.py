"""When the customer was last contacted, and what already left today (D14, D18, D34)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from relance.domain.actions import Action, ActionState
from relance.domain.progress import completion_day
from relance.domain.scenario import Channel, StepKey

_IN_FLIGHT = {ActionState.RESERVED, ActionState.IN_DOUBT, ActionState.TO_POST}
# A message in one of these reached the debtor, or may have.
_REACHING = _IN_FLIGHT | {state for state in ActionState if state.completes} - {ActionState.SKIPPED}


@dataclass(slots=True)
class Contacts:
    """What earlier days' and today's actions mean for new contacts of one customer.

    `reminder` is the day of the last contact that delays a reminder; `any` also counts pre-due
    notices, which delay each other; `thanks` is the last thank-you. All three lie before the run's
    day: work done on a day counts from the next run (D11). `left_today` are messages of the run's
    own day, by currency, which a second decision of that day must see. `doubt` is the action that
    holds the whole customer (D39). `under_way` tells that any action is still to end.
    """

    reminder: date | None = None
    any: date | None = None
    thanks: date | None = None
    left_today: dict[str, list[Action]] = field(default_factory=dict)
    doubt: Action | None = None
    under_way: bool = False

    def reminder_left_today(self) -> bool:
        """Tell whether a reminder message of today already went, or is in flight."""
        return bool(self.left_today) and any(
            action.step.is_reminder for left in self.left_today.values() for action in left
        )


def contacts_of(actions: Iterable[Action], *, on: date) -> Contacts:
    """Return what is known of contacts on tenant day `on`; `actions` come in order."""
    found = Contacts()
    for action in actions:
        state, by_message = action.state, action.channel.is_message
        if state.pending:
            found.under_way = True
            if found.doubt is None and _in_doubt(action, on):
                found.doubt = action
        if not _counts(action):
            continue
        day = action.completed_on if state.completes else None
        # What completed today still counts as dispatched; a call has no dispatch and counts then.
        if day is None or (by_message and day >= on):
            day = action.day
        if day < on:
            _note(found, action.step, day)
        if by_message and action.day == on:
            found.left_today.setdefault(action.currency, []).append(action)
    return found


def may_be_made_from(task: Action, actions: Iterable[Action], *, delay: timedelta) -> date:
    """Return the day from which the minimum contact delay lets an open task be made (D14).

    At the earliest its opening, at the latest its opening + the delay. Messages of the night it
    opened do not move it; `actions` are the customer's.
    """
    days = (
        completion_day(action) or action.day
        for action in actions
        if _counts(action)
        and action.step not in (StepKey.THANK_YOU, StepKey.PRE_DUE)
        and not (action.channel.is_message and action.day == task.day)
    )
    last = max(days, default=None)
    if last is None:
        return task.day
    return min(max(task.day, last + delay), task.day + delay)


def _note(found: Contacts, key: StepKey, day: date) -> None:
    if key is StepKey.THANK_YOU:
        found.thanks = max(day, found.thanks or day)
        return
    if found.any is None or day > found.any:
        found.any = day
    if key is not StepKey.PRE_DUE and (found.reminder is None or day > found.reminder):
        found.reminder = day


def _in_doubt(action: Action, on: date) -> bool:
    """In doubt, or reserved by a run before today's and never heard of again.

    A campaign is on no plan, so it holds none (D39, D44).
    """
    if action.step is StepKey.CAMPAIGN:
        return False
    return action.state is ActionState.IN_DOUBT or (
        action.state is ActionState.RESERVED and action.day < on
    )


def _counts(action: Action) -> bool:
    """A message that a provider took or that is in flight, or a call made; not a skip or task."""
    if action.channel.is_message:
        return action.state in _REACHING
    return action.channel is Channel.CALL and action.state is ActionState.DONE
