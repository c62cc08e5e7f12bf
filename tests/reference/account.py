"""What one customer owes in one currency (D20–D25)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus
from tests.reference.blocks import undisputed
from tests.reference.days import due_day, is_overdue

# Of the currencies met here that have not two (ISO 4217).
_DECIMALS = {"JPY": 0, "KWD": 3}


@dataclass(frozen=True, slots=True)
class Account:
    """Figures of one currency in minor units; `overdue` is without what is disputed."""

    overdue: int
    owed: int
    credits: tuple[str, ...]
    credit: int
    ceiling: int | None
    tolerance: int
    minimum: int

    @property
    def net(self) -> int:
        """What is overdue less all open credits (D22)."""
        return self.overdue - self.credit

    @property
    def in_credit(self) -> bool:
        """Whether a matching is asked for instead of a reminder (D22)."""
        return bool(self.credits) and self.net <= self.tolerance

    @property
    def covered(self) -> bool:
        """Whether open credits cover all that is owed (D24)."""
        return bool(self.credits) and self.owed <= self.credit

    @property
    def threshold(self) -> int:
        """The amount below which no message goes (D25)."""
        return max(self.tolerance, self.minimum)


def account_of(facts: Facts, currency: str, on: date) -> Account:
    """Return the figures of one currency on a day."""
    debts, lent = _alive(facts.items, currency)
    overdue = overdue_debts(facts, currency, on)
    minimums = facts.scenario.minimums if facts.scenario else {}
    return Account(
        overdue=sum(undisputed(item, facts, on) for item in overdue),
        owed=sum(item.residual for item in debts),
        credits=tuple(item.id for item in lent),
        credit=sum(item.residual for item in lent),
        ceiling=facts.scenario.ceilings.get(currency) if facts.scenario else None,
        tolerance=tolerance_of(facts, currency),
        minimum=minimums.get(currency, 0),
    )


def tolerance_of(facts: Facts, currency: str) -> int:
    """Return the tolerance of one currency in its minor units (D20).

    Its own, or the usual one: so many hundredths, and never less for want of decimals.
    """
    own = facts.rules.tolerances.get(currency)
    if own is not None:
        return own
    amount = Decimal(facts.rules.default_tolerance) / 100
    smallest = Decimal(10) ** -_DECIMALS.get(currency, 2)
    return int((amount / smallest).to_integral_value(ROUND_CEILING))


def overdue_debts(facts: Facts, currency: str, on: date) -> list[Item]:
    """Return the debts that count in the debit test of a day (D3, D22)."""
    return [
        item
        for item in _alive(facts.items, currency)[0]
        if (due := due_day(item, facts)) is not None and is_overdue(due, on, facts.scenario)
    ]


def _alive(items: Iterable[Item], currency: str) -> tuple[list[Item], list[Item]]:
    alive = [
        item
        for item in items
        if item.currency == currency and item.status is ItemStatus.ACTIVE and item.residual > 0
    ]
    debts = [item for item in alive if not item.kind.is_credit]
    return debts, [item for item in alive if item.kind.is_credit]
