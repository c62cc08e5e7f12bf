"""Days: due dates from terms, month arithmetic, working days (D4, D17)."""

import calendar as months
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from relance.domain.items import Item
from relance.domain.terms import Terms, TermsBase

_SATURDAY = 5

# Some ledgers write 9999-12-31 for "no day yet". Days are reckoned up to here, where offsets and
# gaps can still be added; such an item simply stays far from due.
FARTHEST_DAY = date(9000, 1, 1)


@lru_cache(maxsize=1024)
def days(count: int) -> timedelta:
    """Return so many days; kept, as decisions ask for the same few again and again."""
    return timedelta(days=count)


class DueSource(StrEnum):
    """Where a due date comes from; one from terms is flagged (D4)."""

    LEDGER = "ledger"
    TERMS = "terms"


def reckonable(day: date) -> date:
    """Return `day`, or the farthest one that can be reckoned with."""
    return day if day < FARTHEST_DAY else FARTHEST_DAY


def month_end(day: date) -> date:
    """Return the last day of `day`'s month."""
    return day.replace(day=months.monthrange(day.year, day.month)[1])


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later, clamped to that month's end (D4).

    Count from the original day each time, never from a clamped one: 31 January + 1 is 28 February,
    + 2 is 31 March.
    """
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def due_date(item: Item, terms: Terms | None) -> tuple[date, DueSource] | None:
    """Return when an item falls due and where that comes from; None when nobody knows (D4).

    `terms` are those that apply: the customer's own, else the tenant's.
    """
    if item.due is not None:
        return item.due, DueSource.LEDGER
    if terms is None:
        return None
    issued, days = reckonable(item.issued), timedelta(days=terms.days)
    match terms.base:
        case TermsBase.NET:
            due = issued + days
        case TermsBase.NET_THEN_MONTH_END:
            due = month_end(issued + days)
        case TermsBase.MONTH_END_THEN_NET:
            due = month_end(issued) + days
    return due, DueSource.TERMS


def is_working_day(day: date, *, closed: frozenset[date]) -> bool:
    """Tell whether `day` is Monday to Friday and not closed."""
    return day.weekday() < _SATURDAY and day not in closed


def add_working_days(day: date, count: int, *, closed: frozenset[date]) -> date:
    """Return the `count`th working day after `day`; `day` itself for 0."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, closed=closed):
            count -= 1
    return day


def is_late(opened: date, *, after: int, on: date, closed: frozenset[date]) -> bool:
    """Tell whether a task opened on `opened` has waited more than `after` working days (D17)."""
    return on > add_working_days(opened, after, closed=closed)
