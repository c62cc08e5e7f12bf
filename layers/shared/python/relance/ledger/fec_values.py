"""Amounts and dates of an FEC, each spelling read once: a year has few days, an entry few amounts.

A million rows have each value twice or more, near each other. Only so many are remembered.
"""

from datetime import date

from relance.domain.money import minor_digits
from relance.ledger.values import amount, date_reader

_MOST = 2_000
_MARKS = (",", ".")
_MOST_DIGITS = 15
_read_date = date_reader("YYYYMMDD", "YYYY-MM-DD", "DD/MM/YYYY", "DD-MM-YYYY", "DD.MM.YYYY")


class Amounts(dict[str, int]):
    """Minor units by spelling; an empty one is nothing. ValueError for what is no amount.

    `marks` are the marks that stood before decimals.
    """

    def __init__(self, currency: str) -> None:
        super().__init__()
        self.marks: set[str] = set()
        self._currency = currency
        self._hundredths = minor_digits(currency) == 2

    @property
    def mark(self) -> str:
        """The decimal mark of the file, "" when it has none or both."""
        found = self.marks - {""}
        return found.pop() if len(found) == 1 else ""

    def __missing__(self, text: str) -> int:
        mark, digits = text[-3:-2], text[:-3] + text[-2:]
        # 1234,56 as nearly all are written: ten times as fast, and the same.
        if (
            self._hundredths
            and mark in _MARKS
            and digits.isdecimal()
            and digits.isascii()
            and len(digits) <= _MOST_DIGITS
        ):
            minor = int(digits)
        else:
            trimmed = text.strip()
            minor = amount(trimmed, self._currency) if trimmed else 0
            mark = max(",.", key=trimmed.rfind) if _has_mark(trimmed) else ""
        self.marks.add(mark)
        if len(self) >= _MOST:
            self.clear()
        self[text] = minor
        return minor


def _has_mark(text: str) -> bool:
    return "," in text or "." in text


class Dates(dict[str, date | None]):
    """Dates by spelling, None when left empty, also by zeros. ValueError for what is no date."""

    def __missing__(self, text: str) -> date | None:
        trimmed = text.strip()
        found = _read_date(trimmed) if trimmed.strip("0") else None
        if len(self) >= _MOST:
            self.clear()
        self[text] = found
        return found
