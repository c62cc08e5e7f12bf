"""Giving what waits to others, putting it off, and doing so with many at once (A2, C6)."""

from typing import Annotated

from pydantic import Field

from relance.contracts.http.actions import ActionIds, Completion, Skip, SkipReason
from relance.contracts.http.texts import Day, Line, Name
from relance.contracts.http.values import Body

Responsibles = Annotated[tuple[Name, ...], Field(max_length=20)]


class Assignment(Body):
    """Who is to do an action from now on: users, groups or aliases, instead of whoever was."""

    responsible: Responsibles
    reason: Line = ""


class PuttingOff(Body):
    """Until which day an action is put off; its steps then come back, decided anew."""

    until: Day
    reason: SkipReason


class Completions(Completion):
    """Actions that all ended in one way."""

    actions: ActionIds


class Skips(Skip):
    """Actions to pass over, all for one reason."""

    actions: ActionIds


class Assignments(Assignment):
    """Actions to give to others."""

    actions: ActionIds


class PuttingsOff(PuttingOff):
    """Actions to put off, all until one day."""

    actions: ActionIds


class ActionOutcome(Body):
    """How one of many ended: `status` is what it would have been answered alone.

    503: it was not tried, as another failed.
    """

    action: str
    done: bool
    status: int
    refusal: str | None = None


class ActionOutcomes(Body):
    """How each of many ended, in the order they were named."""

    outcomes: tuple[ActionOutcome, ...]
