"""Strike each cell once, let time pass as it would, and look at what became of it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import SimpleQueue

from tests.crash.company import START, Message, Stage
from tests.crash.harm import Cell, Point
from tests.crash.lane import Lane
from tests.crash.outcome import Outcome, outcome

LANES = 6
# Beyond the longest visibility of a queue and the longest wait for another try.
LATER = timedelta(minutes=13)
_PUMPS = 3
_PACE, _PLANNED_WITHIN = timedelta(seconds=10), timedelta(minutes=30)
NIGHTS = 3
_CHANNELS = ("email", "sms", "letter")


@dataclass(frozen=True)
class Case:
    """A cell, and the one customer on whom it is tried; `tenant` is its own for planning cells."""

    cell: Cell
    tenant: str
    customer: str


@dataclass(frozen=True)
class Result:
    """What came of a case; `struck` is how many calls failed."""

    case: Case
    struck: int
    outcome: Outcome


@contextmanager
def lanes(stage: Stage, count: int = LANES) -> Iterator[Sequence[Lane]]:
    """Run workers for the length of a test."""
    made = [Lane(stage, number) for number in range(count)]
    try:
        yield made
    finally:
        for lane in made:
            lane.stop()


def results(stage: Stage, cells: Iterable[Cell]) -> list[Result]:
    """Try these cells, each on a customer of its own."""
    cases = set_up(stage, cells)
    with lanes(stage) as workers:
        struck = strike_all(stage, workers, cases)
        recover(stage, workers)
    return looked_at(stage, cases, struck)


def set_up(stage: Stage, cells: Iterable[Cell]) -> list[Case]:
    """Give each cell its customer; a tenant for each way, and one for each planning cell."""
    cases, tenants = [], set[str]()
    for number, cell in enumerate(cells):
        tenant = f"{cell}-{number}" if cell.point is Point.QUEUE else cell.way.value
        if tenant not in tenants:
            stage.sign_up(tenant, cell.way)
            tenants.add(tenant)
        cases.append(Case(cell, tenant, stage.add_debtor(tenant, number)))
    return cases


def looked_at(stage: Stage, cases: Iterable[Case], struck: Mapping[Case, int]) -> list[Result]:
    """Return what became of each case."""
    return [
        Result(each, struck[each], outcome(stage, each.tenant, each.customer, each.cell.way))
        for each in cases
    ]


def strike_all(stage: Stage, workers: Sequence[Lane], cases: list[Case]) -> dict[Case, int]:
    """Plan the night and hand each job to a worker under its failure."""
    by_tenant = {each.tenant: each for each in cases if each.cell.point is Point.QUEUE}
    by_customer = {each.customer: each for each in cases if each.cell.point is not Point.QUEUE}
    struck: dict[Case, int] = {}

    def one(lane: Lane, message: Message) -> None:
        body = json.loads(message.body)
        if message.queue == "plan":
            case = by_tenant.get(body["tenant"])
        else:
            case = by_customer.get(body["customer"])
        if case is None or case in struck:
            lane.deliver(message)
        else:
            struck[case] = lane.strike(message, case.cell)

    workers[0].start_night()
    # Jobs are shown at a pace, and the rest of a night with them.
    while len(struck) < len(cases) and stage.clock.now() < START + _PLANNED_WITHIN:
        pump(stage, workers, ["plan"], one)
        pump(stage, workers, _CHANNELS, one)
        stage.clock.move_to(stage.clock.now() + _PACE)
    return struck


def pump(
    stage: Stage,
    workers: Sequence[Lane],
    queues: Iterable[str],
    one: Callable[[Lane, Message], object],
) -> None:
    """Hand out what the queues show now, each message to the next free worker, to the last."""
    while shown := [each for queue in queues for each in stage.shown(queue)]:
        hand_out(workers, shown, one)


def hand_out[T](
    workers: Sequence[Lane], things: Iterable[T], one: Callable[[Lane, T], object]
) -> None:
    """Give each thing to the next free worker."""
    free: SimpleQueue[Lane] = SimpleQueue()
    for lane in workers:
        free.put(lane)

    def give(thing: T) -> None:
        lane = free.get()
        try:
            one(lane, thing)
        finally:
            free.put(lane)

    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(give, things))


def recover(stage: Stage, workers: Sequence[Lane], *, nights: int = NIGHTS) -> None:
    """Let time pass without failures: queues show again what was not done, and nights come."""
    for _ in range(_PUMPS):
        stage.clock.move_to(stage.clock.now() + LATER)
        deliver_all(stage, workers)
    for _ in range(nights):
        stage.clock.move_to(_next_night(stage.clock.now()))
        workers[0].start_night()
        deliver_all(stage, workers)
        # The hours at which text messages may leave.
        stage.clock.move_to(stage.clock.now().replace(hour=9))
        deliver_all(stage, workers)


def deliver_all(stage: Stage, workers: Sequence[Lane]) -> None:
    """Deliver all that is shown now, plans first."""
    pump(stage, workers, ["plan"], Lane.deliver)
    pump(stage, workers, _CHANNELS, Lane.deliver)


def _next_night(now: datetime) -> datetime:
    return (now + timedelta(days=1)).replace(hour=1, minute=0, second=0, microsecond=0)
