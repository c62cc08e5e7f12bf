"""The address as it shows through the window of a French envelope (M4)."""

import math
import unicodedata
from collections.abc import Iterable

from babel import Locale

from relance.domain.customer import Customer
from relance.messages.text import one_line

# Of the letter's stylesheet: a class, ems in a line of its type, lines in the window.
_SIZES = (("", 22.0, 6), ("long", 26.0, 8), ("very-long", 34.0, 11))


class UnusableAddress(ValueError):
    """A letter can't be posted to this address."""


def envelope_lines(customer: Customer, *, home: str) -> tuple[str, ...]:
    """Return the address lines under the name on an envelope; () when there is no address.

    The country is printed only abroad, in capitals, in the language of the country that the
    letter leaves from (`home`, ISO 3166 alpha-2), as the posts ask.
    """
    address = customer.address
    if address is None:
        return ()
    city = one_line(f"{address.postal_code} {address.city}")
    country = address.country.upper()
    abroad = "" if country == home.upper() else _country_name(country, home=home.upper())
    street = tuple(one_line(line) for line in address.lines)
    return tuple(line for line in (*street, city, abroad.upper()) if line)


def _country_name(country: str, *, home: str) -> str:
    tongue = "fr" if home in _FRENCH_SPEAKING else "en"
    return str(Locale(tongue).territories.get(country, country))


_FRENCH_SPEAKING = {"FR", "BE", "LU", "CH", "MC"}


def window_size(name: str, attention: str, lines: Iterable[str]) -> str:
    """Return the largest type (a class of the stylesheet) in which the whole address shows.

    Raises UnusableAddress when there is none, or no type is small enough: an address cut short
    would go to a wrong place.
    """
    rows = [row for row in (name, attention, *lines) if row]
    if not any(lines):
        raise UnusableAddress("the customer has no postal address")
    for size, width, most in _SIZES:
        if sum(_rows(row, width) for row in rows) <= most:
            return size
    raise UnusableAddress("the postal address does not fit the window of an envelope")


def _rows(line: str, width: float) -> int:
    """Return on how many rows a line is printed, broken at spaces and, if it must, anywhere."""
    rows, used = 1, 0.0
    for word in line.split(" "):
        needed = sum(map(_em, word))
        if used and used + needed > width:
            rows, used = rows + 1, 0.0
        if needed > width:
            # Broken anywhere: a row may stay short by one character.
            rows += math.ceil(needed / (width - 1)) - 1
            used = width
        else:
            used += needed + _em(" ")
    return rows


def _em(char: str) -> float:
    """Return the width of a character, rather too much than too little."""
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if char in "MWmw@%ÆŒ—…":
        return 0.95
    return 0.75 if char.isupper() else 0.58
