"""Late-payment interest and the fixed indemnity, exact, with the calculation shown (D26)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from relance.domain.rates import (
    FRANCE,
    INDEMNITY,
    LateRates,
    Semester,
)

_DAY = timedelta(days=1)
_DAYS_A_YEAR = 365  # in leap years too


class RateTooLowError(ValueError):
    """A contractual rate below the legal floor of a semester that it would be applied to."""

    def __init__(self, percent: Decimal, floor: Decimal, semester: Semester) -> None:
        super().__init__(
            f"a contractual rate of {percent} % is below the legal floor of {floor} % "
            f"(a multiple of the legal interest rate) in {semester}"
        )
        self.percent = percent
        self.floor = floor
        self.semester = semester


@dataclass(frozen=True, slots=True)
class Residual:
    """What is open of an invoice, tax included, from this day on; in minor units, 0 or more."""

    since: date
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the printed calculation: days of one semester on which the same was open.

    `first` and `last` are inclusive; `base` is in minor units, `percent` a year; `exact` is in
    minor units, unrounded.
    """

    first: date
    last: date
    base: int
    percent: Decimal
    exact: Fraction

    @property
    def days(self) -> int:
        """How many days are charged."""
        return (self.last - self.first).days + 1

    @property
    def shown(self) -> int:
        """What the line shows, in minor units: rounded by itself, so lines may not add up."""
        return _half_up(self.exact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """The interest on one invoice.

    `unknown` are the semesters in which something was owed but for which no rate is known: nothing
    is charged for them and the operator is to be told.
    """

    lines: tuple[Line, ...]
    unknown: tuple[Semester, ...]

    @property
    def exact(self) -> Fraction:
        """The whole in minor units, unrounded."""
        return sum((line.exact for line in self.lines), start=Fraction())

    @property
    def total(self) -> int:
        """The whole in minor units, rounded once, halves up."""
        return _half_up(self.exact)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateInvoice:
    """What one invoice owes for being late: `interest` in its own currency, the indemnity in EUR.

    `indemnity` is in cents: 0 for an invoice that is not late.
    """

    currency: str
    interest: Interest
    indemnity: int


def residuals(original: int, payments: Iterable[tuple[date, int]]) -> tuple[Residual, ...]:
    """Return what is open of an invoice day by day, given its payments in any order.

    `original` and the payments are in minor units; one undone is a negative payment on the day it
    was undone. The day of a payment is still a day of delay, so it counts from the day after; what
    is paid too much leaves nothing open.
    """
    paid: dict[date, int] = {}
    for day, amount in payments:
        paid[day] = paid.get(day, 0) + amount
    found = [Residual(date.min, max(0, original))]
    open_ = original
    for day in sorted(paid):
        open_ -= paid[day]
        if day < date.max:
            found.append(Residual(day + _DAY, max(0, open_)))
    return tuple(found)


def interest(
    open_: Sequence[Residual],
    *,
    due: date,
    until: date,
    contractual: Decimal | None = None,
    rates: LateRates = FRANCE,
) -> Interest:
    """Return the interest from the day after the legal due date to `until`, inclusive.

    `open_` says what was open since when, in any order; before its first day nothing was. A
    `contractual` rate, in percent a year, replaces the statutory one. Interest bears none itself.
    Raises ValueError for a negative residual, a day given twice or a rate that is no number, and
    RateTooLowError for a contractual rate below the floor of a semester it would be applied to; in
    one whose floor is not known it is not applied.
    """
    if contractual is not None and not contractual.is_finite():
        raise ValueError(f"{contractual} is not a rate")
    lines: list[Line] = []
    unknown: dict[Semester, None] = {}
    for first, last, base in _spans(_in_order(open_), due=due, until=until):
        semester = Semester.of(first)
        percent = _percent(semester, contractual, rates)
        if percent is None:
            unknown[semester] = None
            continue
        days = (last - first).days + 1
        exact = Fraction(percent) * base * days / (100 * _DAYS_A_YEAR)
        lines.append(Line(first=first, last=last, base=base, percent=percent, exact=exact))
    return Interest(lines=tuple(lines), unknown=tuple(unknown))


def late_invoice(
    open_: Sequence[Residual],
    *,
    currency: str,
    due: date,
    until: date,
    contractual: Decimal | None = None,
    rates: LateRates = FRANCE,
) -> LateInvoice:
    """Return what an invoice owes on `until` for being late; see `interest`.

    It is late, once and for all, when something of it was open after its legal due date.
    """
    spans = _spans(_in_order(open_), due=due, until=until)
    return LateInvoice(
        currency=currency,
        interest=interest(open_, due=due, until=until, contractual=contractual, rates=rates),
        indemnity=INDEMNITY if next(spans, None) else 0,
    )


def _in_order(open_: Iterable[Residual]) -> list[Residual]:
    """Sort by day, one entry a change."""
    found: list[Residual] = []
    for each in sorted(open_, key=lambda residual: residual.since):
        if each.amount < 0:
            raise ValueError(f"{each.amount} is open from {each.since}: less than nothing")
        if found and found[-1].since == each.since:
            raise ValueError(f"two amounts are open from {each.since}")
        found.append(each)
    return [
        each
        for before, each in zip([None, *found], found, strict=False)
        if before is None or before.amount != each.amount
    ]


def _spans(
    changes: Sequence[Residual], *, due: date, until: date
) -> Iterator[tuple[date, date, int]]:
    """Yield (first day, last day, what is open) of the late days, cut at semesters."""
    if until <= due:
        return
    start = due + _DAY
    for index, change in enumerate(changes):
        following = changes[index + 1].since if index + 1 < len(changes) else None
        last = until if following is None else min(until, following - _DAY)
        first = max(change.since, start)
        while change.amount and first <= last:
            end = min(last, Semester.of(first).last)
            yield first, end, change.amount
            if end == last:
                break
            first = end + _DAY


def _percent(semester: Semester, contractual: Decimal | None, rates: LateRates) -> Decimal | None:
    if contractual is None:
        return rates.statutory(semester)
    lowest = rates.floor(semester)
    if lowest is not None and contractual < lowest:
        raise RateTooLowError(contractual, lowest, semester)
    return None if lowest is None else contractual


def _half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))
