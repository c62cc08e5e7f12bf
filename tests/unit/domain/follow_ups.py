"""Customers for whom a task beside the plan is due, and how people answer it."""

from collections.abc import Callable
from datetime import date

from relance.domain import lifecycle
from relance.domain.actions import Action, ActionState
from relance.domain.decision import DueAction
from relance.domain.scenario import StepKey
from tests.unit.domain.world import DAY, DUE, PERSON, World, credit, done, invoice, reminder
from tests.unit.domain.world import scenario as plan

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 16)
NOTICE = reminder(StepKey.PRE_DUE, -8)
LATE = DUE + 8 * DAY
Answer = Callable[[World, StepKey, date], None]
MATCHING, FINISHED = StepKey.MATCHING, StepKey.PLAN_FINISHED


def covered() -> World:
    """An invoice overdue since LATE - 8 days that an open receipt covers."""
    return World(scenario=plan(R1, R2), closes=lambda action, on: False).add(
        invoice(), credit(amount=100_00)
    )


def finished(*numbers: str) -> World:
    """Items whose only reminder was sent on LATE."""
    world = World(scenario=plan(R1), closes=lambda action, on: False)
    for number in numbers or ("F-1",):
        item = invoice(number)
        world.add(item, done(item, StepKey.R1, LATE))
    return world


def tasks_of(world: World, key: StepKey, *, state: ActionState = ActionState.OPEN) -> list[Action]:
    """Return the tasks of this kind that are in a state, open unless said."""
    return [each for each in world.actions.values() if each.step is key and each.state is state]


def items_of(action: Action) -> list[str]:
    """Return the ids of the items that an action is about."""
    return [send.item for send in action.sends]


def close(world: World, key: StepKey, on: date) -> None:
    """A person did the one open task of this kind."""
    (task,) = tasks_of(world, key)
    world.add(lifecycle.complete(task, on=on, author=PERSON, result=lifecycle.Result.DONE))


def skip(world: World, key: StepKey, on: date) -> None:
    """A person passed over the one open task of this kind."""
    (task,) = tasks_of(world, key)
    world.add(lifecycle.skip(task, on=on, author=PERSON, reason="vu"))


def the_follow_up(world: World, on: date) -> DueAction:
    """Decide, and return the one follow-up that is due."""
    (found,) = world.decide(on).follow_ups
    return found
