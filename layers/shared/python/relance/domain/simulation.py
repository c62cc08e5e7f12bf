"""What the days to come would bring one customer, and what another scenario would change (S10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from relance.domain.facts import Facts
from relance.domain.scenario import Scenario
from relance.domain.walk import SimulatedAction, Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """One customer's next days as they are to be, and as they would be under another scenario."""

    on: date
    before: tuple[SimulatedAction, ...]
    after: tuple[SimulatedAction, ...]

    @property
    def moves(self) -> bool:
        """Whether anything else would happen, or on another day."""
        return [_shape(each) for each in self.before] != [_shape(each) for each in self.after]

    @property
    def contacted_tonight(self) -> bool:
        """Whether a message leaves by itself on day `on` only because of the other scenario."""
        return _leaves_on(self.on, self.after) and not _leaves_on(self.on, self.before)


def simulate(facts: Facts, *, first: date, days: int) -> tuple[SimulatedAction, ...]:
    """Return what would be sent and done from tenant day `first` on, over `days` days, in order.

    Every step is taken as completed on its day: messages are accepted and approved, letters
    posted, tasks done, what waits already on the first day that lets it be done. Nobody pays, no
    other fact changes; ledgers keep coming, so that they are fresh from the second day on (D32).
    What failed or is in doubt stays so. `facts.wave_room` is the room of each night (D13).
    """
    walk = Walk(facts, first)
    return tuple(walk.through(first + timedelta(days=days - 1)))


def impact(facts: Facts, other: Scenario | None, *, on: date, days: int = 30) -> Impact:
    """Return what changes from tenant day `on` over `days` days if `other` were the scenario (D35).

    The same assumptions as `simulate`, on both sides.
    """
    return Impact(
        on=on,
        before=simulate(facts, first=on, days=days),
        after=simulate(replace(facts, scenario=other), first=on, days=days),
    )


def _leaves_on(on: date, actions: Iterable[SimulatedAction]) -> bool:
    return any(each.by_itself and each.begun == each.day == on for each in actions)


def _shape(action: SimulatedAction) -> Sequence[object]:
    return action.day, action.currency, action.step, action.channel, action.items
