"""A thousand failures and more, at random: `python -m tests.crash.soak` prints what came of them.

Several workers are struck at the same time. Messages that come again are struck again, and some
are handed to two workers at once, as a queue may do.
"""

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.crash.company import Message, Stage, running_stage
from tests.crash.harm import CELLS, Cell, Point
from tests.crash.lane import Lane
from tests.crash.run import (
    LATER,
    Result,
    hand_out,
    lanes,
    looked_at,
    pump,
    recover,
    set_up,
    strike_all,
)

_LANES = 6
# Of the messages that come again so many are struck again, and so many given out twice.
_AGAIN, _TWICE = 0.4, 0.2


@dataclass(frozen=True)
class Soak:
    """What came of it: each message's end, how many calls were struck, what is left of queues."""

    results: list[Result]
    struck: int
    dead_letters: int

    @property
    def wrong(self) -> list[str]:
        """Messages that left twice, or got lost."""
        return [str(each) for each in self.results if not each.outcome.is_right]

    @property
    def ends(self) -> Counter[str]:
        return Counter(str(each.outcome) for each in self.results)


def soak(messages: int, *, seed: int = 39) -> Soak:
    """Strike so many messages and more, let time pass, and count."""
    chance = random.Random(seed)  # noqa: S311 - the same failures each time
    cells = [chance.choice(CELLS) for _ in range(messages)]
    with running_stage() as stage:
        cases = set_up(stage, cells)
        with lanes(stage, _LANES) as workers:
            struck = strike_all(stage, workers, cases)
            again = 0
            for _ in range(3):
                stage.clock.move_to(stage.clock.now() + LATER)
                again += _strike_again(stage, workers, chance)
            recover(stage, workers)
        found = looked_at(stage, cases, struck)
        return Soak(found, sum(struck.values()) + again, stage.dead_letters())


def _strike_again(stage: Stage, workers: Sequence[Lane], chance: random.Random) -> int:
    """Deliver what came again: some struck once more, some to two workers at once."""
    pump(stage, workers, ["plan"], Lane.deliver)
    given: list[tuple[Message, Cell | None]] = []
    for queue in ("email", "sms", "letter"):
        cells = [
            each for each in CELLS if each.way.channel == queue and each.point is not Point.QUEUE
        ]
        for message in stage.shown(queue):
            struck = chance.random() < _AGAIN
            given.append((message, chance.choice(cells) if struck else None))
            if chance.random() < _TWICE:
                given.append((message, None))
    counted = Counter[str]()

    def one(lane: Lane, gift: tuple[Message, Cell | None]) -> None:
        message, cell = gift
        if cell is None:
            lane.deliver(message)
        else:
            counted["struck"] += lane.strike(message, cell)

    hand_out(workers, given, one)
    return counted["struck"]


def main() -> None:
    """Print the counts of a soak of so many messages."""
    went = soak(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    print(f"{len(went.results)} messages, {went.struck} calls struck")  # noqa: T201
    print(dict(went.ends))  # noqa: T201
    print(f"{len(went.wrong)} wrong, {went.dead_letters} dead letters")  # noqa: T201
    print("\n".join(went.wrong))  # noqa: T201


if __name__ == "__main__":
    main()
