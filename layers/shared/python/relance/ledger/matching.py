"""Matching (lettrage): what is still open of every movement of one customer (L3).

The same letter means a group within one account of one customer, never across. An upper-case
letter says fully matched, a lower-case one partly; a group that does not balance is not fully
matched whatever its case. Whatever the letters say, the residuals add up to the balance.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from operator import attrgetter

from relance.domain.items import ItemKind, ItemStatus
from relance.domain.values import value


@value(kw_only=True)
class Movement:
    """One row of a customer's account, as read.

    `amount` is a magnitude in minor units, `kind` its side. `reference` is what identifies the
    document, '' when the file has nothing better than a running number; `number` is what is
    shown. `pays` says that money moved. `stated` is the residual that the file itself gives (an
    open-item list), None when matching must find it; `paid_on` likewise.
    """

    account: str
    kind: ItemKind
    amount: int
    currency: str
    issued: date
    reference: str
    number: str
    journal: str = ""
    label: str = ""
    due: date | None = None
    letter: str = ""
    pays: bool = False
    stated: int | None = None
    paid_on: date | None = None
    status: ItemStatus = ItemStatus.ACTIVE

    @property
    def signed(self) -> int:
        """What it adds to the account: its amount, or what the file says is left of it."""
        left = self.amount if self.stated is None else self.stated
        return -left if self.kind.is_credit else left


@value()
class Matched:
    """The outcome for one movement: what is open of it, and the payment that closed it (D34)."""

    residual: int
    paid_on: date | None = None


_SETTLED = Matched(0)


def in_order(movements: Sequence[Movement]) -> list[Movement]:
    """Sort oldest first, in an order that does not depend on the file's."""
    if len({*map(_in_brief, movements)}) == len(movements):  # nearly always; much cheaper
        return sorted(movements, key=_in_brief)
    return sorted(movements, key=_order)


_in_brief = attrgetter("issued", "reference")


def _order(one: Movement) -> tuple[object, ...]:
    return (
        one.issued,
        one.reference,
        one.journal,
        one.kind,
        one.amount,
        one.label,
        one.due or date.max,
        one.number,
        one.account,
        one.currency,
        # Of two that are alike, the matched one comes first: it was paid first.
        not one.letter,
        one.letter,
        -1 if one.stated is None else one.stated,
    )


def match(movements: Sequence[Movement]) -> list[Matched]:
    """Return the outcome of each movement of one customer, in the order given.

    See `match_groups`.
    """
    return match_groups(movements)[0]


def match_groups(movements: Sequence[Movement]) -> tuple[list[Matched], tuple[str, ...]]:
    """Return the outcome of each movement of one customer, in the order given, and the upper-case
    letters of groups that don't balance.

    Movements must be oldest first (`in_order`): within a group the oldest credits pay the oldest
    debts, and the rest stays open.
    """
    unbalanced = []
    outcome = [_SETTLED] * len(movements)
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index, one in enumerate(movements):
        if one.letter and one.stated is None:
            groups[one.account, one.currency, one.letter].append(index)
        else:
            outcome[index] = _unmatched(one)
    for (_, _, letter), members in groups.items():
        group = [movements[index] for index in members]
        balance, paid_on = _balance_and_payment(group)
        if balance:
            if not letter.islower():
                unbalanced.append(letter)
            for index, residual in zip(members, _residuals(group), strict=True):
                outcome[index] = Matched(residual)
        elif paid_on and not letter.islower():
            for index, one in zip(members, group, strict=True):
                if not one.kind.is_credit:
                    outcome[index] = Matched(0, paid_on)
    return outcome, tuple(unbalanced)


def _unmatched(one: Movement) -> Matched:
    if one.stated is None:
        return Matched(one.amount)
    return Matched(one.stated, None if one.stated else one.paid_on)


def _balance_and_payment(group: Sequence[Movement]) -> tuple[int, date | None]:
    """Return what a group adds up to, and the day of its latest payment."""
    balance, paid_on = 0, None
    for one in group:
        if not one.kind.is_credit:
            balance += one.amount
            continue
        balance -= one.amount
        if one.pays and (paid_on is None or one.issued > paid_on):
            paid_on = one.issued
    return balance, paid_on


def _residuals(group: Sequence[Movement]) -> list[int]:
    """Let the credits of a group pay its debts, oldest first; return what is left of each."""
    debts = sum(one.amount for one in group if not one.kind.is_credit)
    matched = min(debts, sum(one.amount for one in group if one.kind.is_credit))
    left = {True: matched, False: matched}
    residuals = []
    for one in group:
        used = min(one.amount, left[one.kind.is_credit])
        left[one.kind.is_credit] -= used
        residuals.append(one.amount - used)
    return residuals
