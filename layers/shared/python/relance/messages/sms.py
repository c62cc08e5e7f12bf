"""What a text message costs: the letters it can carry and the parts it takes (M5).

A part holds 160 letters of the GSM alphabet, or 70 of any other: a single curved apostrophe more
than doubles the price. In a message of several parts each gives up room to say where it belongs.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# GSM 03.38 without its escape, and the letters that stand behind the escape and so count twice.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENSION
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f", " "),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
        **dict.fromkeys("’‘‚‛′", "'"),
        **dict.fromkeys("«»“”„‟″", '"'),
        **dict.fromkeys("\u2010\u2011‒–—―−•", "-"),
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "×": "x",
    }
)
_NUMBER_SIGN = re.compile(r"(?<=\b[nN])[°º]")


class Alphabet(StrEnum):
    """How a message's letters are sent."""

    GSM_7 = "gsm_7"
    UCS_2 = "ucs_2"


@dataclass(frozen=True, slots=True)
class Size:
    """How long a message is: `units` of its alphabet, in `parts` that are paid for one by one."""

    alphabet: Alphabet
    units: int
    parts: int


# Units that a message of one part holds, and each part of a longer one.
_ROOM = {Alphabet.GSM_7: (160, 153), Alphabet.UCS_2: (70, 67)}


def size_of(text: str) -> Size:
    """Return what `text` takes; an empty one takes a part, too.

    A letter that counts twice is never cut in two: it begins the next part.
    """
    alphabet = Alphabet.GSM_7 if _GSM.issuperset(text) else Alphabet.UCS_2
    widths = list(_widths(text, alphabet))
    units = sum(widths)
    alone, together = _ROOM[alphabet]
    if units <= alone:
        return Size(alphabet, units, 1)
    parts, used = 1, 0
    for width in widths:
        used += width
        if used > together:
            parts, used = parts + 1, width
    return Size(alphabet, units, parts)


def plain_letters(text: str) -> str:
    """Return `text` in the GSM alphabet if that is possible without changing what it says.

    Typographic signs get their plain form and letters lose an accent that the alphabet lacks. When
    something is left that has no plain form (another script, an emoji, a fraction), nothing would
    be saved and the text stays as it is.
    """
    plain = "".join(map(_plain, _NUMBER_SIGN.sub("o", text).translate(_TYPOGRAPHY)))
    return plain if _GSM.issuperset(plain) else text


def _plain(char: str) -> str:
    if char in _GSM:
        return char
    parts = unicodedata.normalize("NFKD", char)
    letters = "".join(each for each in parts if not unicodedata.combining(each))
    # Digits out of signs would change a figure: "1½" is not "11/2".
    return letters if letters.isalpha() and _GSM.issuperset(letters) else char


def _widths(text: str, alphabet: Alphabet) -> Iterator[int]:
    if alphabet is Alphabet.GSM_7:
        return (2 if char in _EXTENSION else 1 for char in text)
    return (2 if ord(char) > 0xFFFF else 1 for char in text)
