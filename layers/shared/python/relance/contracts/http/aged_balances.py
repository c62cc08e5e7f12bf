"""Aged balances over HTTP (D46)."""

from datetime import date
from typing import Self

from relance.contracts.http.values import Body, Money
from relance.domain.aging import Aged


class AgedBody(Body):
    """What is open in one currency, by days overdue on the legal due date.

    `credit_notes` and `receipts` (not allocated) are amounts to be taken off; `total` is the
    balance.
    """

    currency: str
    not_due: Money
    days_1_30: Money
    days_31_60: Money
    days_61_90: Money
    days_over_90: Money
    credit_notes: Money
    receipts: Money
    total: Money

    @classmethod
    def of(cls, currency: str, aged: Aged) -> Self:
        """Build from the domain's value."""
        amounts = {
            name: Money.of(getattr(aged, name), currency)
            for name in cls.model_fields
            if name != "currency"
        }
        return cls(currency=currency, **amounts)


class CustomerAgedBalance(Body):
    """One customer's aged balance as of day `on`; ages are counted on it, amounts are today's."""

    on: date
    customer: str
    code: str
    name: str
    currencies: tuple[AgedBody, ...]


class AgedBalance(Body):
    """The aged balances of customers as of day `on`, a part of them.

    `items` are the customers with something open, `currencies` their sums: figures of this part,
    to be added to those of the others. Pass `next` as `after` for the next part.
    """

    on: date
    currencies: tuple[AgedBody, ...]
    items: tuple[CustomerAgedBalance, ...]
    next: str | None = None
