"""Reading single values: amounts, dates, text. ValueError says what is wrong, for the report."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from relance.domain.money import minor_digits, to_minor

_SPACES = str.maketrans("", "", " \t\u00a0\u2007\u202f'’")
_SYMBOL = re.compile(r"^(€|\$|£|EUR)|(€|\$|£|EUR)$")
_NUMBER = re.compile(r"([+-]?)([0-9]{1,30})(?:\.([0-9]{0,12}))?([+-]?)|([+-]?)\.([0-9]{1,12})")
_GROUPED = {",": re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?[+-]?"),
            ".": re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?[+-]?")}  # fmt: skip
_PLAIN = re.compile(r"(-?)0*([0-9]{1,12})[.,]([0-9]{2})", re.ASCII)
# Nobody is owed a thousand milliards; a row that says so has slipped, or lost its decimal mark.
MOST_DIGITS = 12
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?)?"
_TOKENS = {"YYYY": r"(?P<y>[0-9]{4})", "YY": r"(?P<y>[0-9]{2})",
           "MM": r"(?P<m>[0-9]{1,2})", "DD": r"(?P<d>[0-9]{1,2})"}  # fmt: skip
_TOKEN = re.compile("YYYY|YY|MM|DD")

type DateReader = Callable[[str], date]


def clean(text: str) -> str:
    """Return text as it may be printed: spaces collapsed, control characters gone.

    An accent written as a sign of its own joins its letter, so that a code is one however written.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def amount(text: str, currency: str, *, decimal: str | None = None) -> int:
    """Read an amount into signed minor units.

    `decimal` is the mark before the decimals (`.` or `,`); None takes either, and the later one
    when both occur. The other mark, spaces and apostrophes may group thousands. Raises ValueError
    for anything else, also for more decimals than the currency has, or over 12 digits before them.
    """
    if decimal is None and minor_digits(currency) == 2 and (fast := _PLAIN.fullmatch(text)):
        return int(fast[1] + fast[2] + fast[3])
    return checked(to_minor(number(text, decimal=decimal), currency), currency)


def checked(minor: int, currency: str) -> int:
    """Return an amount, minor units; raises ValueError when it has more digits than any has."""
    if abs(minor) >= 10 ** (MOST_DIGITS + minor_digits(currency)):
        raise ValueError(f"an amount has at most {MOST_DIGITS} digits before its decimals")
    return minor


def number(text: str, *, decimal: str | None = None) -> Decimal:
    """Read a signed number exactly, as `amount` does but with as many decimals as it has."""
    plain = text.strip()
    if negative := plain.startswith("(") and plain.endswith(")"):
        plain = plain[1:-1]
    plain = _SYMBOL.sub("", plain.translate(_SPACES).replace("\u2212", "-"))
    match = _NUMBER.fullmatch(_with_point(plain, decimal))
    if not match or (match[1] and match[4]):
        raise ValueError("not an amount")
    sign, whole, decimals = (match[1] or match[4], match[2], match[3]) if match[2] else (
        match[5], "0", match[6])  # fmt: skip
    value = Decimal(f"{whole}.{decimals or '0'}")
    return -value if (sign == "-") != negative else value


def _with_point(text: str, decimal: str | None) -> str:
    """Rewrite a number with a point before its decimals and nothing between its thousands."""
    mark = decimal or max(".,", key=text.rfind)
    other = "," if mark == "." else "."
    if other in text:
        if not _GROUPED[other].fullmatch(text):
            raise ValueError("not an amount")
        text = text.replace(other, "")
    if text.count(mark) > 1:  # only thousands, no decimals
        if decimal or not _GROUPED[mark].fullmatch(text):
            raise ValueError("not an amount")
        return text.replace(mark, "")
    return text.replace(mark, ".")


def date_reader(*formats: str) -> DateReader:
    """Return a reader of dates written in one of `formats`, tried in order.

    A format is made of YYYY or YY (2000–2099), MM, DD and separators; a time after the date is
    ignored. Raises ValueError for a format without day, month and year.
    """
    patterns = [_pattern(form) for form in formats]

    def read(text: str) -> date:
        text = text.strip()
        for pattern in patterns:
            if match := pattern.fullmatch(text):
                return _day(match)
        raise ValueError(f"not a date ({' or '.join(formats)})")

    return read


def _pattern(form: str) -> re.Pattern[str]:
    parts = sorted(_TOKEN.findall(form))
    if parts not in (["DD", "MM", "YY"], ["DD", "MM", "YYYY"]):
        raise ValueError(f"'{form}' is no date format: write it like DD/MM/YYYY or YYYY-MM-DD")
    pattern = _TOKEN.sub(lambda m: _TOKENS[m[0]], re.escape(form))
    if not re.search("[^A-Z]", form):  # run together, every part has its full width
        pattern = pattern.replace("{1,2}", "{2}")
    return re.compile(pattern + _TIME)


def _day(match: re.Match[str]) -> date:
    year = int(match["y"]) + (2000 if len(match["y"]) == 2 else 0)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"the year {year} can't be right")
    try:
        return date(year, int(match["m"]), int(match["d"]))
    except ValueError:
        raise ValueError("there is no such day") from None
