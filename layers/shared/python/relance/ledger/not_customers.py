"""Accounts that are customers' by their number and no debtor's by their nature (L3)."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from fnmatch import translate


def not_a_customer(patterns: Sequence[str]) -> Callable[[str, str], bool]:
    """Return the test of a code and a name against these patterns, `*` standing for any text.

    Case, accents and spacing make no difference.
    """
    # Only the star means something else than itself.
    plain = (_folded(one).replace("[", "[[]").replace("?", "[?]") for one in patterns)
    found = re.compile("|".join(map(translate, plain)) or r"(?!)")

    def matches(code: str, name: str) -> bool:
        return bool(found.match(_folded(code)) or found.match(_folded(name)))

    return matches


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
