"""Receivable entries over HTTP."""

from datetime import date
from typing import Self

from relance.contracts.http.values import Body, Money
from relance.domain.facts import Item, ItemKind, ItemStatus, PaymentMethod


class ItemBody(Body):
    """One receivable entry. `due` is the ledger's own; `effective_due` is worked out from terms.

    Amounts are magnitudes; `kind` gives the side. `days_overdue` is 0 until the day after the
    effective due date, and for what is settled.
    """

    id: str
    customer: str
    kind: ItemKind
    number: str
    label: str
    issued: date
    due: date | None
    effective_due: date | None
    days_overdue: int
    status: ItemStatus
    method: PaymentMethod
    original: Money
    paid: Money
    residual: Money
    paid_on: date | None
    settled_on: date | None

    @classmethod
    def of(cls, item: Item, *, customer: str, effective_due: date | None, on: date) -> Self:
        """Build from the domain's value, as of tenant day `on`."""
        late = (on - effective_due).days if effective_due and item.residual else 0
        return cls(
            id=item.id,
            customer=customer,
            kind=item.kind,
            number=item.number,
            label=item.label,
            issued=item.issued,
            due=item.due,
            effective_due=effective_due,
            days_overdue=0 if item.kind.is_credit else max(late, 0),
            status=item.status,
            method=item.method,
            original=Money.of(item.original, item.currency),
            paid=Money.of(item.original - item.residual, item.currency),
            residual=Money.of(item.residual, item.currency),
            paid_on=item.paid_on,
            settled_on=item.settled_on,
        )
