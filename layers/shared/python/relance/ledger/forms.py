"""How a list writes its amounts and dates, as far as its own values tell."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from relance.ledger.issues import MappingError
from relance.ledger.mapping import DAY_FIRST, MONTH_FIRST, ColumnMapping
from relance.ledger.records import Record

_AMOUNTS = ("amount", "unit_amount", "tax", "residual", "paid")
_DATES = ("issued", "due", "paid_on", "settled")
_MARK = re.compile(r"[.,]")
_EITHER = re.compile(r"[^0-9.,]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9.,]*")
_PARTS = re.compile(r"\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{2,4}\b.*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """What to read a list's values by; `decimal` None takes either mark.

    `order` says which comes first in dates, "" when none shows it; `warnings` what a person should
    check.
    """

    decimal: str | None
    date_formats: tuple[str, ...]
    order: str = ""
    warnings: tuple[str, ...] = ()


def survey(records: Iterable[Record], columns: Mapping[str, int], mapping: ColumnMapping) -> Forms:
    """Look at all amounts and dates of a list once, before it is read.

    What the mapping says is kept; what it leaves open follows from the values. Raises MappingError
    when the dates contradict the order of day and month, or come in both orders and the mapping
    does not say which is meant: a wrong order would be read without any row looking wrong.
    """
    marks: Counter[str] = Counter()
    orders: Counter[str] = Counter()
    amounts = [columns[target] for target in _AMOUNTS if target in columns]
    dates = [columns[target] for target in _DATES if target in columns]
    for record in records:
        fields = record.fields
        for place in amounts:
            if place < len(fields):
                marks[_mark(fields[place])] += 1
        for place in dates:
            if place < len(fields):
                orders[_order(fields[place])] += 1
    decimal, doubt = _decimal(marks, mapping.decimal)
    formats, doubts = _formats(orders, mapping.date_formats)
    return Forms(
        decimal=decimal,
        date_formats=formats,
        order=_order_of(formats) if orders["day"] + orders["month"] + orders["?"] else "",
        warnings=(*doubt, *doubts),
    )


def _mark(text: str) -> str:
    """Return the decimal mark that an amount shows, "" for none.

    One that may group thousands as well comes with a question mark before it.
    """
    marks = _MARK.findall(text)
    if not marks:
        return ""
    if len(set(marks)) == 2:
        return str(marks[-1])
    if len(marks) > 1:  # it groups thousands, so the other one stands before decimals
        return "," if marks[0] == "." else "."
    return f"?{marks[0]}" if _EITHER.fullmatch(text) else str(marks[0])


def _decimal(marks: Counter[str], said: str | None) -> tuple[str | None, list[str]]:
    if said is not None:
        doubt = f"Amounts like 1{said}234 were read with three decimals, as the mapping says."
        return said, [doubt] if marks[f"?{said}"] and not marks[said] else []
    seen = [mark for mark in (",", ".") if marks[mark]]
    if len(seen) == 1:
        return seen[0], []
    if seen:
        both = f"a decimal comma ({marks[',']}) and a decimal point ({marks['.']})"
        return None, [f"Amounts have {both}: each was read by its own mark."]
    doubt = (
        "It can't be told whether amounts like 1,234 have decimals: say `decimal` in the mapping."
    )
    return None, [doubt] if marks["?,"] or marks["?."] else []


@lru_cache(4096)
def _order(text: str) -> str:
    """Return what a date shows of its order: day or month first, "?" for either, "" for none."""
    found = _PARTS.fullmatch(text)
    if not found:
        return ""
    first, second = int(found[1]), int(found[2])
    if 12 < first <= 31 and 1 <= second <= 12:
        return "day"
    if 12 < second <= 31 and 1 <= first <= 12:
        return "month"
    # The same day either way shows nothing, and what is no date is told with its row.
    return "?" if first != second and max(first, second) <= 12 else ""


def _formats(
    orders: Counter[str], said: tuple[str, ...] | None
) -> tuple[tuple[str, ...], list[str]]:
    day, month = orders["day"], orders["month"]
    unshown = bool(orders["?"]) and not day and not month
    if said is None:
        if day and month:
            raise MappingError(
                f"Dates come with the day first ({day}) and with the month first ({month}): say"
                " which is right.",
                pointer="/date_formats",
            )
        formats = MONTH_FIRST if month else DAY_FIRST
        doubt = f"Every date could have the month first, too; {formats[0]} was taken. Say it in"
        return formats, [f"{doubt} the mapping's `date_formats`."] if unshown else []
    first = {_says_first(form) for form in said} - {""}
    if first == {"day"} and month and not day:
        raise _contradicts(said, month, "month")
    if first == {"month"} and day and not month:
        raise _contradicts(said, day, "day")
    if len(first) == 2 and (day or month):
        # Both orders are said: what the file shows goes first, else 02/03 goes by the other one.
        shown = "day" if day >= month else "month"
        said = tuple(sorted(said, key=lambda form: _says_first(form) not in ("", shown)))
        if day and month:
            both = f"Dates come with the day first ({day}) and with the month first ({month})"
            return said, [f"{both}: those that may be either were read as {shown} first."]
    doubt = (
        f"Every date could have day and month exchanged; read as {said[0]}, as the mapping says."
    )
    return said, [doubt] if first and unshown else []


def _order_of(formats: tuple[str, ...]) -> str:
    first = next((first for form in formats if (first := _says_first(form))), "")
    return f"{first} first" if first else ""


def _says_first(form: str) -> str:
    """Return what a format has first of day and month, "" when the year comes before both."""
    if form.startswith("Y"):
        return ""
    return "day" if form.index("DD") < form.index("MM") else "month"


def _contradicts(said: tuple[str, ...], count: int, first: str) -> MappingError:
    return MappingError(
        f"The mapping reads dates as {' or '.join(said)}, but {count} of the file's are only right"
        f" with the {first} first, and none shows the order that it says.",
        pointer="/date_formats",
    )
