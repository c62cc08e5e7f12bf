"""The aged balance: what is open, by how long it has been due (D46)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from relance.domain.calendar import due_date
from relance.domain.items import Item, ItemKind, ItemStatus
from relance.domain.terms import Terms

# What never was in the books, or is no more; all else of the ledger is in its total.
_NOT_BOOKED = (ItemStatus.DRAFT, ItemStatus.CANCELLED)


@dataclass(slots=True)
class Aged:
    """One currency's open amounts in minor units, by days overdue on the legal due date.

    An item that nobody can date is in `not_due`. `credit_notes` and `receipts` (unallocated) are
    magnitudes, to be taken off.
    """

    not_due: int = 0
    days_1_30: int = 0
    days_31_60: int = 0
    days_61_90: int = 0
    days_over_90: int = 0
    credit_notes: int = 0
    receipts: int = 0

    @property
    def total(self) -> int:
        """The balance, equal to the ledger's."""
        debts = (
            self.not_due + self.days_1_30 + self.days_31_60 + self.days_61_90 + self.days_over_90
        )
        return debts - self.credit_notes - self.receipts

    def plus(self, other: "Aged") -> "Aged":
        """Return the sums of both, which are of one currency."""
        return Aged(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(Aged))
        )


def aged_balance(items: Iterable[Item], *, terms: Terms | None, on: date) -> dict[str, Aged]:
    """Return the aged balance of each currency on tenant day `on`.

    Whatever is stopped, disputed, promised, written off or handed over by people is in it: it is
    still owed. A usual term (D38) changes nothing. `terms` date what the ledger does not (D4).
    """
    found: dict[str, Aged] = {}
    for item in items:
        if item.residual <= 0 or item.status in _NOT_BOOKED:
            continue
        aged = found.setdefault(item.currency, Aged())
        if item.kind is ItemKind.RECEIPT:
            aged.receipts += item.residual
        elif item.kind.is_credit:
            aged.credit_notes += item.residual
        else:
            _add(aged, item, terms, on)
    return found


def _add(aged: Aged, item: Item, terms: Terms | None, on: date) -> None:
    due = due_date(item, terms)
    late = (on - due[0]).days if due else 0
    if late <= 0:
        aged.not_due += item.residual
    elif late <= 30:
        aged.days_1_30 += item.residual
    elif late <= 60:
        aged.days_31_60 += item.residual
    elif late <= 90:
        aged.days_61_90 += item.residual
    else:
        aged.days_over_90 += item.residual
