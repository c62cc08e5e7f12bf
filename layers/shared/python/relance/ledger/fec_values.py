"""Amounts and dates of an FEC, a million times over: the usual spellings are read quickly."""

from datetime import date

from relance.domain.money import minor_digits
from relance.ledger.values import MOST_DIGITS, amount, date_reader

_MOST = 2_000
_HUNDREDTHS = MOST_DIGITS + 2
_read_date = date_reader("YYYYMMDD", "YYYY-MM-DD", "DD/MM/YYYY", "DD-MM-YYYY", "DD.MM.YYYY")


class Amounts:
    """Reads amounts into minor units; knows the `marks` that stood before decimals so far."""

    def __init__(self, currency: str) -> None:
        self.marks: set[str] = set()
        self._currency = currency
        self._hundredths = minor_digits(currency) == 2
        self._nothing = {""}

    @property
    def mark(self) -> str:
        """The decimal mark of the file, "" when it has none or both."""
        return next(iter(self.marks)) if len(self.marks) == 1 else ""

    def signed(self, debit: str, credit: str) -> int:
        """Return debit less credit; an empty side is nothing. ValueError for what is no amount."""
        if credit in self._nothing:
            return self.minor(debit)
        if debit in self._nothing:
            return -self.minor(credit)
        return self.minor(debit) - self.minor(credit)

    def minor(self, text: str) -> int:
        """Read one amount; an empty one is nothing. ValueError for what is no amount."""
        digits = text[:-3] + text[-2:]
        # 1234,56 as nearly all are written: many times as fast, and the same.
        if (
            text[-3:-2] in self.marks
            and self._hundredths
            and digits.isdecimal()
            and digits.isascii()
            and len(digits) <= _HUNDREDTHS
        ):
            minor = int(digits)
        else:
            minor = self._in_any_form(text)
        # The empty side of most rows: one look is enough from now on.
        if not minor and len(self._nothing) < _MOST:
            self._nothing.add(text)
        return minor

    def _in_any_form(self, text: str) -> int:
        trimmed = text.strip()
        minor = amount(trimmed, self._currency) if trimmed else 0
        if mark := max(",.", key=trimmed.rfind) if {*",."} & {*trimmed} else "":
            self.marks.add(mark)
        return minor


class Dates(dict[str, date | None]):
    """Dates by spelling; None when left empty, also by zeros. ValueError for what is no date."""

    def __missing__(self, text: str) -> date | None:
        trimmed = text.strip()
        found = _read_date(trimmed) if trimmed.strip("0") else None
        if len(self) >= _MOST:
            self.clear()
        self[text] = found
        return found
