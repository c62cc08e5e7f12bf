"""What an account owes, per currency (D20–D25)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from relance.domain.items import Item, ItemStatus


@dataclass(slots=True)
class Standing:
    """One currency of an account, in minor units.

    `overdue` is what is open of overdue debts less what is disputed of it, `owed` what is open of
    all debts, `credits` of credit notes and unallocated receipts (a magnitude).
    """

    overdue: int = 0
    owed: int = 0
    credits: int = 0

    @property
    def net(self) -> int:
        """What is overdue less all open credits: the figure of the debit test (D22)."""
        return self.overdue - self.credits

    @property
    def balance(self) -> int:
        """All that is owed less all open credits."""
        return self.owed - self.credits

    def in_debit(self, tolerance: int) -> bool:
        """Tell whether it may be reminded (D22): open credits must leave more than `tolerance`."""
        return not self.credits or self.net > tolerance

    @property
    def covered(self) -> bool:
        """Whether open credits cover all that is owed (D24)."""
        return self.credits > 0 and self.balance <= 0


def standings(
    items: Iterable[Item],
    dues: Mapping[str, date | None],
    *,
    overdue_from: date,
    disputed: Mapping[str, int] | None = None,
) -> dict[str, Standing]:
    """Return the standing in each currency.

    `dues` are effective due dates by item id; what was due before `overdue_from` is overdue: the
    run's day, or the day after when reminders begin on the due day itself (D3, D5). Items out of
    the ledger's life (drafts, written off, handed over…) count nowhere (D27); an item without a
    due date is owed but not known to be overdue (D4). `disputed` are amounts by item id (D29).
    """
    found: dict[str, Standing] = {}
    for item in items:
        currency, residual = item.currency, item.residual
        standing = found.get(currency)
        if standing is None:
            standing = found[currency] = Standing()
        if residual <= 0 or item.status is not ItemStatus.ACTIVE:
            continue
        if item.kind.is_credit:
            standing.credits += residual
            continue
        standing.owed += residual
        due = dues[item.id]
        if due is not None and due < overdue_from:
            standing.overdue += residual
            if disputed:
                standing.overdue -= disputed.get(item.id, 0)
    return found
