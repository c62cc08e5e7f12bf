"""Cleaning of text that comes from outside before it is put in a message."""

import re
import unicodedata

# Every white space but the two no-break spaces that French amounts are written with.
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
# Overrides of the reading direction: they could make "exe.pdf" or an amount read otherwise.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = {"Cc", "Cs", "Cn"}


def one_line(text: str, *, most: int = 500) -> str:
    """Return `text` as one printable line of at most `most` characters.

    Line breaks and tabs become single spaces; control characters, direction overrides and what is
    no character at all are dropped. So nothing that comes out can end a header or a line.
    """
    spaced = _SPACES.sub(" ", text.replace("\x85", " "))
    kept = "".join(char for char in spaced if unicodedata.category(char) not in _UNPRINTABLE)
    return _DIRECTIONS.sub("", kept).strip()[:most].rstrip()


def lines_of(text: str, *, most: int = 20) -> tuple[str, ...]:
    """Return the non-empty lines of `text`, each cleaned as by `one_line`."""
    cleaned = (one_line(line) for line in text.splitlines())
    return tuple(line for line in cleaned if line)[:most]
