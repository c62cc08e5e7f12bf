"""How stops, disputes and promises bear on each item on a given day (D28, D29, D30)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.calendar import add_working_days, reckonable
from relance.domain.facts import Facts

DAY = timedelta(days=1)
# A promise is given until this many working days after its date, for the money to arrive (D30).
GRACE = 2


class PromiseState(StrEnum):
    """How a promise to pay stands."""

    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"
    VOID = "void"


@dataclass(slots=True)
class Blocking:
    """What the blocks of one customer come to on a day; each mapping is by item id.

    `stop` is the customer's own. `disputed` are minor units, at most the residual. `restarts` are
    the days from which a gap counts anew: a dispute of the whole item resolved, a promise kept.
    `floors` are days before which nothing goes: after a stop, or after a broken promise's grace.
    `broken` is the day from which a promise counts as broken. `changes` are later days on which a
    block begins or ends.
    """

    stop: Stop | None = None
    stops: dict[str, Stop] = field(default_factory=dict)
    disputed: dict[str, int] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    restarts: dict[str, date] = field(default_factory=dict)
    floor: date | None = None
    floors: dict[str, date] = field(default_factory=dict)
    broken: dict[str, date] = field(default_factory=dict)
    changes: list[date] = field(default_factory=list)

    def stop_on(self, item: str) -> Stop | None:
        """Return the stop that holds this item longest, its own or the customer's."""
        own = self.stops.get(item)
        return own if self.stop is None else _longer(own, self.stop)

    def floor_of(self, item: str) -> date | None:
        """Return the day before which blocks that are over let nothing go (D14)."""
        return latest(self.floor, self.floors.get(item))


NOTHING_BLOCKS = Blocking()
"""A customer that nobody wrote anything down about; shared, never written to."""


def blocking_of(facts: Facts, *, on: date) -> Blocking:
    """Read the blocks as they stand on tenant day `on`."""
    if not (facts.stops or facts.disputes or facts.promises):
        return NOTHING_BLOCKS
    found = Blocking()
    for stop in facts.stops:
        _read_stop(stop, found, on)
    _read_disputes(facts, found, on)
    for promise in facts.promises:
        _read_promise(promise, found, on, facts.closed_days)
    return found


def grace_end(promise: Promise, *, closed: frozenset[date]) -> date:
    """Return the last day on which a promise can still be kept (D30)."""
    return add_working_days(reckonable(promise.due), GRACE, closed=closed)


def promise_state(promise: Promise, *, on: date, closed: frozenset[date]) -> PromiseState:
    """Tell how a promise stands on tenant day `on` (D30)."""
    if promise.cancelled_on is not None and promise.cancelled_on <= on:
        return PromiseState.VOID
    end = grace_end(promise, closed=closed)
    if promise.kept_on is not None and promise.kept_on <= min(on, end):
        return PromiseState.KEPT
    return PromiseState.RUNNING if on <= end else PromiseState.BROKEN


def kept_and_broken(
    promises: Iterable[Promise], *, on: date, closed: frozenset[date]
) -> tuple[int, int]:
    """Count the promises kept and those broken by tenant day `on` (C5, D30)."""
    states = [promise_state(each, on=on, closed=closed) for each in promises]
    return states.count(PromiseState.KEPT), states.count(PromiseState.BROKEN)


def last_day(stop: Stop) -> date | None:
    """Return the last day on which a stop is in force, None for open-ended (D28).

    A day after it can be reckoned with, however far the stop's own end is.
    """
    until = None if stop.until is None else reckonable(stop.until)
    if stop.ended_on is None:
        return until
    lifted = stop.ended_on - DAY
    return lifted if until is None else min(until, lifted)


def latest(one: date | None, other: date | None) -> date | None:
    """Return the later of two days that may not be known."""
    if one is None or other is None:
        return one or other
    return max(one, other)


def _read_stop(stop: Stop, found: Blocking, on: date) -> None:
    last = last_day(stop)
    if last is not None and last < stop.since:
        return
    if stop.since > on:
        found.changes.append(stop.since)
    elif last is not None and last < on:
        if stop.item is None:
            found.floor = latest(found.floor, last + DAY)
        else:
            _push(found.floors, stop.item, last + DAY)
    elif stop.item is None:
        found.stop = _longer(found.stop, stop)
    else:
        found.stops[stop.item] = _longer(found.stops.get(stop.item), stop)


def _longer(one: Stop | None, other: Stop) -> Stop:
    """Return the stop in force longer; of two without an end, or with the same, the older."""
    if one is None:
        return other
    key = _place(one), _place(other)
    return one if key[0] <= key[1] else other


def _place(stop: Stop) -> tuple[int, date, str]:
    return -(last_day(stop) or date.max).toordinal(), stop.since, stop.id


def _read_disputes(facts: Facts, found: Blocking, on: date) -> None:
    residuals = {item.id: item.residual for item in facts.items}
    by_item: dict[str, list[Dispute]] = {}
    for dispute in facts.disputes:
        if dispute.opened > on:
            found.changes.append(dispute.opened)
            continue
        if dispute.resolved_on is not None and dispute.resolved_on > on:
            found.changes.append(dispute.resolved_on)
        if residuals.get(dispute.item, 0) > 0:
            by_item.setdefault(dispute.item, []).append(dispute)
    for item, disputes in by_item.items():
        residual = residuals[item]
        running = [each for each in disputes if not _resolved(each, on)]
        if running:
            found.disputed[item] = min(residual, _amount(running, residual))
        ends = (each.resolved_on for each in disputes if _resolved(each, on))
        thawed = [end for end in ends if end and _frozen_until(end, disputes, residual)]
        if thawed:
            _push(found.restarts, item, max(thawed))


def _resolved(dispute: Dispute, on: date) -> bool:
    return dispute.resolved_on is not None and dispute.resolved_on <= on


def _amount(disputes: Iterable[Dispute], residual: int) -> int:
    return sum(residual if each.amount is None else each.amount for each in disputes)


def _frozen_until(end: date, disputes: Iterable[Dispute], residual: int) -> bool:
    """Tell whether the whole of an item was disputed up to a resolution (D29)."""
    then = (
        each
        for each in disputes
        if each.opened <= end and (each.resolved_on is None or each.resolved_on >= end)
    )
    return _amount(then, residual) >= residual


def _read_promise(promise: Promise, found: Blocking, on: date, closed: frozenset[date]) -> None:
    if promise.made_on > on:
        found.changes.append(promise.made_on)
        return
    told = (promise.kept_on, promise.cancelled_on)
    found.changes += [day for day in told if day is not None and day > on]
    end = grace_end(promise, closed=closed)
    match promise_state(promise, on=on, closed=closed):
        case PromiseState.RUNNING:
            for item in promise.items:
                known = found.promises.get(item)
                if known is None or (known.due, known.id) < (promise.due, promise.id):
                    found.promises[item] = promise
        case PromiseState.KEPT:
            for item in promise.items:
                _push(found.restarts, item, promise.kept_on or on)
        case PromiseState.BROKEN:
            for item in promise.items:
                _push(found.floors, item, end + DAY)
                _push(found.broken, item, end + DAY)


def _push(days: dict[str, date], item: str, day: date) -> None:
    days[item] = max(day, days.get(item, day))


def disputed_amounts(facts: Facts, *, on: date) -> Mapping[str, int]:
    """Return what is disputed of each item on tenant day `on`, in minor units (D29)."""
    return blocking_of(facts, on=on).disputed
