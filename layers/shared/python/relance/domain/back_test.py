"""What a scenario would have sent over past ledger history (S10)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from relance.domain.calendar import reckonable
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus
from relance.domain.scenario import Scenario, StepKey
from relance.domain.schedule import DAY
from relance.domain.walk import SimulatedAction, Walk


class ClosedItemError(RuntimeError):
    """Something was planned on an item that was not open: the engine is wrong, not the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemState:
    """An item as the ledger shows it to the runs of tenant day `on` and later."""

    on: date
    item: Item


def back_test(
    facts: Facts, history: Iterable[ItemState], scenario: Scenario, *, first: date, last: date
) -> tuple[SimulatedAction, ...]:
    """Return what the scenario would have done from tenant day `first` to `last`, in order.

    `history` holds each item's states, opened, part paid, settled, in any order; `facts` the
    customer, the tenant's rules, closed days and blocks: its own items and actions are not looked
    at, nor is a pause or an account known in part that hold things today. Nothing was done before
    `first`. Every step is taken as completed on its day, every ledger as fresh, and what the debtor
    paid as paid all the same. Raises ClosedItemError rather than
    show anything planned on an item that was not open that day.
    """
    changes = _by_run(history, first)
    plain = replace(
        facts,
        customer=replace(facts.customer, incomplete_since=None),
        rules=replace(facts.rules, paused=False),
        items=(),
        actions=(),
        scenario=scenario,
        synced_on=None,
        wave_room=None,
    )
    walk = Walk(plain, None)
    known: dict[str, Item] = {}
    done: list[SimulatedAction] = []
    for begin, end in _stretches(sorted({first, *changes}), last):
        news = {state.item.id: state.item for state in changes.get(begin, ())}
        known |= news
        kept = (item for item in walk.facts.items if item.id not in news)
        walk.facts = replace(walk.facts, items=(*kept, *news.values()))
        walk.day = begin
        for action in walk.through(end):
            check_open(action, known)
            done.append(action)
    return tuple(done)


def check_open(action: SimulatedAction, items: dict[str, Item]) -> None:
    """Raise ClosedItemError when an action concerns an item that is not open, by `items`.

    A thank-you, on the contrary, is for what is paid.
    """
    for send in action.sends:
        item = items.get(send.item)
        if item is None or item.status is not ItemStatus.ACTIVE:
            raise ClosedItemError(f"{action.id}: {send.item} is not in the ledger on {action.day}")
        thanks = send.step is StepKey.THANK_YOU
        if item.residual <= 0 and not thanks:
            raise ClosedItemError(f"{action.id}: {send.item} is settled on {action.day}")
        if thanks and item.paid_on is None:
            raise ClosedItemError(f"{action.id}: {send.item} is not paid on {action.day}")


def lifetime(item: Item) -> tuple[ItemState, ...]:
    """Return an item's history as far as the item itself tells it: opened, and settled if it is.

    In between it is taken as open in full: when part of it was paid is not kept. It counts as
    known from its issue, not only from the sync that brought it.
    """
    opened = replace(
        item,
        residual=item.original,
        paid_on=None,
        settled_on=None,
        seen_on=None,
        first_sync=False,
        reopened_on=None,
        level_set=None,
        not_before=None,
    )
    start = ItemState(on=reckonable(item.issued), item=opened)
    if item.residual > 0:
        return (start,)
    end = item.settled_on or item.paid_on or item.issued
    now = replace(opened, residual=0, paid_on=item.paid_on, settled_on=item.settled_on)
    # What the sync sees on a day counts from the run after it.
    return start, ItemState(on=max(start.on, reckonable(end)) + DAY, item=now)


def _by_run(history: Iterable[ItemState], first: date) -> dict[date, list[ItemState]]:
    """Return the states by the first run that sees them, of each item the latest."""
    found: dict[date, list[ItemState]] = {}
    for state in sorted(history, key=lambda state: state.on):
        found.setdefault(max(state.on, first), []).append(state)
    return found


def _stretches(days: list[date], last: date) -> Iterable[tuple[date, date]]:
    """Return the stretches of days, up to `last`, on which no item changes."""
    ends = (*(day - DAY for day in days[1:]), last)
    return ((begin, min(end, last)) for begin, end in zip(days, ends, strict=True) if begin <= last)
