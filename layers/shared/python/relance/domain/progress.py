"""How far items are, derived from the actions that concern them (D11, D16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.items import LevelSet
from relance.domain.scenario import StepKey


@dataclass(slots=True, init=False)
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

    level: int
    completions: dict[int, date]
    pending: Action | None
    notified: bool
    thanked: date | None
    told: date | None
    cycles: dict[StepKey, int]
    began: bool
    deadline: date | None

    def __init__(self, level: int = 0) -> None:
        self.level = level
        self.completions = {}
        self.pending = None
        self.notified = False
        self.thanked = None
        self.told = None
        self.cycles = {}
        self.began = False
        self.deadline = None

    def last_completion(self, up_to: int) -> date | None:
        """Return the day of the last dated reminder at or below level `up_to` (D16)."""
        completions = self.completions
        if up_to in completions:
            return completions[up_to]
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
        completes, day = action.state.completes, completion_day(action)
        more = action.deadline is not None
        for send in action.sends:
            item, key, level = send.item, send.step, send.step.level
            progress = found.get(item)
            if progress is None:
                progress = found[item] = Progress()
            if send.cycle >= progress.cycles.get(key, 0):
                progress.cycles[key] = send.cycle + 1
            if not (completes and level):
                more = True
                continue
            progress.began = True
            if sets and _is_overruled(level, day or action.day, sets.get(item)):
                continue
            if level > progress.level:
                progress.level = level
            if day is not None and day > progress.completions.get(level, _NEVER):
                progress.completions[level] = day
        if more:
            _note_more(action, found)
    return found


def _note_more(action: Action, found: Mapping[str, Progress]) -> None:
    """Note what an action means beyond a reminder done, for each of its items."""
    state, deadline = action.state, action.deadline
    for send in action.sends:
        progress, key = found[send.item], send.step
        if state.completes and not key.level:
            _complete_beside(progress, key, completion_day(action) or action.day)
        elif state.completes and deadline is not None and state is not ActionState.SKIPPED:
            progress.deadline = max(deadline, progress.deadline or deadline)
        elif state.pending and not key.is_beside_the_plan:
            progress.pending = _graver(progress.pending, action)


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
