"""How far items are, derived from the actions that concern them (D11, D16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from relance.domain.facts import Action, ActionState, LevelSet, Send
from relance.domain.scenario import StepKey


@dataclass(slots=True)
class Progress:
    """Where one item stands.

    `level` is that of its last completed reminder. `completions` are the dated ones, by level; a
    step done without a date raises the level but nothing counts from it. `pending` is the action
    under way that holds it. `notified` tells that its pre-due notice went, `thanked` the last day
    on which its payment was acknowledged, `told` the last on which a person closed the task that
    its plan is finished (D15). `cycles` count what already was of each step (D39). `began` tells
    that a reminder of it was ever completed (D13), `deadline` is the last day up to which a message
    gave it time (D14).
    """

    level: int = 0
    completions: dict[int, date] = field(default_factory=dict)
    pending: Action | None = None
    notified: bool = False
    thanked: date | None = None
    told: date | None = None
    cycles: dict[StepKey, int] = field(default_factory=dict)
    began: bool = False
    deadline: date | None = None

    def last_completion(self, up_to: int) -> date | None:
        """Return the day of the last dated reminder at or below level `up_to` (D16)."""
        completions = self.completions
        if up_to in completions:
            return completions[up_to]
        if completions:
            for level in range(up_to - 1, 0, -1):
                if level in completions:
                    return completions[level]
        return None

    def next_cycle(self, key: StepKey) -> int:
        """Return the cycle that a new send of this step would be."""
        return self.cycles.get(key, 0)


_NEVER = date.min

UNTOUCHED: Progress = Progress()
"""An item that no action concerns; shared, never written to."""


def completion_day(action: Action) -> date | None:
    """Return the tenant day on which an action completed, None when it has none.

    A step that a person passed over without a date is done without one (D16). Anything else that
    completed and lost its date counts from its run: better early than never.
    """
    if not action.state.completes:
        return None
    if action.completed_on is None and action.state is not ActionState.SKIPPED:
        return action.day
    return action.completed_on


def progress_by_item(
    actions: Iterable[Action], levels: Mapping[str, LevelSet] | None = None
) -> dict[str, Progress]:
    """Return the progress of every item that an action concerns or whose level was set.

    `actions` come in order (see `in_order`). `levels` are those set, by item id: what was completed
    up to that day counts no more, but for the days of the reminders up to the level (D36).
    """
    sets = levels or {}
    found = {item: Progress(level=each.level) for item, each in sets.items()}
    for action in actions:
        if action.state.completes:
            _complete(action, found, sets)
        else:
            _begin(action, found)
    return found


def _begin(action: Action, found: dict[str, Progress]) -> None:
    """Note an action that is under way, or came to nothing, for each of its items."""
    holds = action.state.pending
    for send in action.sends:
        progress = _counted(send, found)
        if holds and not send.step.is_beside_the_plan:
            progress.pending = _graver(progress.pending, action)


def _complete(action: Action, found: dict[str, Progress], sets: Mapping[str, LevelSet]) -> None:
    """Note an action that completed for each of its items."""
    day = completion_day(action)
    deadline = None if action.state is ActionState.SKIPPED else action.deadline
    for send in action.sends:
        progress, level = _counted(send, found), send.step.level
        if not level:
            _complete_beside(progress, send.step, day or action.day)
            continue
        progress.began = True
        if deadline is not None:
            progress.deadline = max(deadline, progress.deadline or deadline)
        if sets and _is_overruled(level, day or action.day, sets.get(send.item)):
            continue
        if level > progress.level:
            progress.level = level
        if day is not None and day > progress.completions.get(level, _NEVER):
            progress.completions[level] = day


def _counted(send: Send, found: dict[str, Progress]) -> Progress:
    """Return the progress of the send's item, its cycle counted (D39)."""
    progress = found.get(send.item)
    if progress is None:
        progress = found[send.item] = Progress()
    if send.cycle >= progress.cycles.get(send.step, 0):
        progress.cycles[send.step] = send.cycle + 1
    return progress


def _is_overruled(level: int, day: date, set_: LevelSet | None) -> bool:
    """Tell whether a level that was set later lies below what was completed (D36)."""
    return set_ is not None and level > set_.level and day <= set_.on


def _complete_beside(progress: Progress, key: StepKey, day: date) -> None:
    """Note what completed and is no reminder."""
    if key is StepKey.PRE_DUE:
        progress.notified = True
    elif key is StepKey.THANK_YOU:
        progress.thanked = max(day, progress.thanked or day)
    elif key is StepKey.PLAN_FINISHED:
        progress.told = max(day, progress.told or day)


_GRAVITY = {
    ActionState.IN_DOUBT: 3,
    ActionState.RESERVED: 2,
    ActionState.FAILED: 1,
}


def _graver(one: Action | None, other: Action) -> Action:
    """Return the action to name as what holds an item."""
    if one is None or _GRAVITY.get(other.state, 0) > _GRAVITY.get(one.state, 0):
        return other
    return one
