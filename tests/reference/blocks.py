"""What people wrote down that holds items: stops, disputes, promises (D28, D29, D30)."""

from datetime import date

from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.facts import Facts
from relance.domain.items import Item
from tests.reference.days import DAY, working_days_after


def stops_of(item: Item, facts: Facts) -> list[Stop]:
    """Return the stops of the customer and of the item."""
    return [stop for stop in facts.stops if stop.item in (None, item.id)]


def stop_end(stop: Stop) -> date | None:
    """Return the last day of a stop, None while it is open-ended."""
    days = [stop.until] if stop.until is not None else []
    if stop.ended_on is not None:
        days.append(stop.ended_on - DAY)
    return min(days, default=None)


def is_stopped(item: Item, facts: Facts, on: date) -> bool:
    """A stop holds until its end date inclusive (D28)."""
    return any(
        stop.since <= on and ((end := stop_end(stop)) is None or on <= end)
        for stop in stops_of(item, facts)
    )


def is_open_dispute(dispute: Dispute, on: date) -> bool:
    """Open from its day until the day of its resolution."""
    return dispute.opened <= on and (dispute.resolved_on is None or on < dispute.resolved_on)


def disputed(item: Item, facts: Facts, on: date) -> int:
    """Return how much of what is open of an item is disputed (D29)."""
    total = sum(
        item.residual if dispute.amount is None else dispute.amount
        for dispute in facts.disputes
        if dispute.item == item.id and is_open_dispute(dispute, on)
    )
    return min(total, item.residual)


def undisputed(item: Item, facts: Facts, on: date) -> int:
    """Return what is open of an item and not disputed."""
    return item.residual - disputed(item, facts, on)


def was_whole(item: Item, facts: Facts, resolved: date) -> bool:
    """Tell whether all that is open of an item was disputed until a resolution (D29)."""
    total = sum(
        item.residual if dispute.amount is None else dispute.amount
        for dispute in facts.disputes
        if dispute.item == item.id
        and dispute.opened <= resolved
        and (dispute.resolved_on is None or dispute.resolved_on >= resolved)
    )
    return total >= item.residual


def grace_end(promise: Promise, facts: Facts) -> date:
    """Return the second working day after the day promised (D30)."""
    return working_days_after(promise.due, 2, facts)


def promises_of(item: Item, facts: Facts, on: date) -> list[Promise]:
    """Return the promises about an item that were not taken back."""
    return [
        promise
        for promise in facts.promises
        if item.id in promise.items
        and promise.made_on <= on
        and (promise.cancelled_on is None or on < promise.cancelled_on)
    ]


def is_kept(promise: Promise, facts: Facts, on: date) -> bool:
    """Kept when what was promised is matched by the end of the grace."""
    kept = promise.kept_on
    return kept is not None and kept <= on and kept <= grace_end(promise, facts)


def is_promised(item: Item, facts: Facts, on: date) -> bool:
    """A promise holds its items through the grace, unless it is kept before (D30)."""
    return any(
        on <= grace_end(promise, facts) and not is_kept(promise, facts, on)
        for promise in promises_of(item, facts, on)
    )
