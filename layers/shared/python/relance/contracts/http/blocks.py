"""Stops, disputes and promises to pay over HTTP (C2, C4, C5)."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from relance.contracts.http.texts import Day, Line, Prose
from relance.contracts.http.values import Body, Money, MoneyWrite
from relance.domain.blocking import PromiseState
from relance.domain.blocks import Dispute, Promise, Stop

ItemId = Annotated[str, StringConstraints(min_length=1, max_length=700)]
MOST_PROMISED = 1000
Reason = Annotated[Prose, Field(min_length=1, description="why, for whoever reads it later")]


class StopWrite(Body):
    """Stop a customer, or one `item` of it, from today through `until` (open-ended without)."""

    reason: Reason
    item: ItemId | None = None
    until: Day | None = None


class StopBody(Body):
    """A stop: in force from `since` through `until`, or until it was lifted on `ended_on`."""

    id: str
    item: str | None
    since: date
    until: date | None
    reason: str
    author: str
    ended_on: date | None
    ended_by: str

    @classmethod
    def of(cls, stop: Stop) -> "StopBody":
        """Build from the domain's value."""
        return cls(
            id=stop.id,
            item=stop.item,
            since=stop.since,
            until=stop.until,
            reason=stop.reason,
            author=stop.author,
            ended_on=stop.ended_on,
            ended_by=stop.ended_by,
        )


class StopLine(StopBody):
    """A stop as the list of all customers' stops shows it."""

    customer: str
    customer_name: str

    @classmethod
    def line(cls, stop: Stop, *, customer: str, customer_name: str) -> "StopLine":
        """Build from the domain's value and whose it is."""
        own = StopBody.of(stop).model_dump()
        return cls(**own, customer=customer, customer_name=customer_name)


class DisputeWrite(Body):
    """Say that the customer contests an item, or `amount` of it. `owner` looks into it."""

    item: ItemId
    reason: Reason
    amount: MoneyWrite | None = None
    owner: Line = ""


class Resolution(Body):
    """How a dispute ended."""

    resolution: Reason


class DisputeBody(Body):
    """A dispute: open until `resolved_on`."""

    id: str
    item: str
    amount: Money | None = Field(
        description="null for the whole item, or while its item is not found"
    )
    opened: date
    reason: str
    author: str
    owner: str
    resolved_on: date | None
    resolved_by: str
    resolution: str

    @classmethod
    def of(cls, dispute: Dispute, currency: str | None) -> "DisputeBody":
        """Build from the domain's value; without its item's currency no amount can be told."""
        amount = None
        if dispute.amount is not None and currency is not None:
            amount = Money.of(dispute.amount, currency)
        return cls(
            id=dispute.id,
            item=dispute.item,
            amount=amount,
            opened=dispute.opened,
            reason=dispute.reason,
            author=dispute.author,
            owner=dispute.owner,
            resolved_on=dispute.resolved_on,
            resolved_by=dispute.resolved_by,
            resolution=dispute.resolution,
        )


class PromiseWrite(Body):
    """The customer promised to pay `amount` of `items` by `due`; of all that is open without."""

    amount: MoneyWrite
    due: Day
    items: Annotated[tuple[ItemId, ...], Field(max_length=MOST_PROMISED)] = ()
    note: Prose = ""


class PromiseBody(Body):
    """A promise to pay and how it stands today."""

    id: str
    items: tuple[str, ...]
    amount: Money
    due: date
    made_on: date
    author: str
    note: str
    state: PromiseState
    kept_on: date | None
    cancelled_on: date | None
    cancelled_by: str

    @classmethod
    def of(cls, promise: Promise, state: PromiseState) -> "PromiseBody":
        """Build from the domain's value."""
        return cls(
            id=promise.id,
            items=promise.items,
            amount=Money.of(promise.amount, promise.currency),
            due=promise.due,
            made_on=promise.made_on,
            author=promise.author,
            note=promise.note,
            state=state,
            kept_on=promise.kept_on,
            cancelled_on=promise.cancelled_on,
            cancelled_by=promise.cancelled_by,
        )


class PromiseRecord(Body):
    """A part of a customer's promises, newest first, and how many it kept and broke so far."""

    kept: int
    broken: int
    items: tuple[PromiseBody, ...]
    next: str | None
