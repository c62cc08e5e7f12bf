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


def plain_letters(text: str) -> str:
    """Return `text` in the letters an SMS carries at the lower price, as far as it can be.

    A single no-break space, curved apostrophe or circumflex turns 160 characters a part into 70.
    What has no plain form (another alphabet, an emoji) stays.
    """
    return "".join(_plain(char) for char in text.translate(_TYPOGRAPHY))


def _plain(char: str) -> str:
    if char in _GSM:
        return char
    letter = unicodedata.normalize("NFKD", char)[0]
    return letter if letter in _GSM else char


# GSM 03.38, with its extension table.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_TYPOGRAPHY = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "’": "'",
        "‘": "'",
        "«": '"',
        "»": '"',
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
    }
)
