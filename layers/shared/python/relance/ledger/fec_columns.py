"""The columns of an FEC, found by name in the header, as exports really spell them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from relance.ledger.issues import LedgerError

_ALWAYS = ("JournalCode", "EcritureDate", "CompteNum")
_TWO_SIDES = ("Debit", "Credit")
_ONE_SIDE = ("Montant", "Sens")
_OTHERS = ("EcritureNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate",
           "EcritureLib", "EcritureLet", "Idevise", "DateLimitReglmt", "NumFacture")  # fmt: skip
_KNOWN = (*_ALWAYS, *_TWO_SIDES, *_ONE_SIDE, *_OTHERS)
_ALIASES = {
    "ecrturelet": "EcritureLet",
    "ecriturelettrage": "EcritureLet",
    "lettrage": "EcritureLet",
    "comptelibelle": "CompteLib",
    "compauxlibelle": "CompAuxLib",
    "ecriturelibelle": "EcritureLib",
    "datelimitereglement": "DateLimitReglmt",
    "datelimitreglement": "DateLimitReglmt",
    "devise": "Idevise",
}


@dataclass(frozen=True, slots=True)
class FecColumns:
    """Where each column is. `width` is the header's, without empty names at its end."""

    positions: dict[str, int]
    width: int
    last_needed: int
    header: tuple[str, ...]

    @classmethod
    def of(cls, fields: Sequence[str]) -> Self | None:
        """Read a header; None when it is not an FEC's.

        Raises LedgerError when it is one but lacks a column or has one twice.
        """
        header = tuple(_spelling(field) for field in fields)
        names = {name.casefold(): name for name in _KNOWN} | _ALIASES
        known = [
            (names[spelt], position) for position, spelt in enumerate(header) if spelt in names
        ]
        positions = dict(known)
        if "JournalCode" not in positions or "CompteNum" not in positions:
            return None
        twice = next((name for i, (name, _) in enumerate(known) if name in dict(known[:i])), None)
        if twice:
            raise LedgerError(f"The column {twice} is in the header twice.")
        sides = _ONE_SIDE if "Montant" in positions else _TWO_SIDES
        missing = [name for name in (*_ALWAYS, *sides) if name not in positions]
        if missing:
            raise LedgerError(
                f"The file looks like an FEC but has no column {', '.join(missing)}."
                f" It has: {', '.join(field.strip() for field in fields)}."
            )
        needed = max(positions[name] for name in (*_ALWAYS, *sides))
        width = max(i for i, spelt in enumerate(header) if spelt) + 1
        return cls(positions, width, needed, header)

    @property
    def one_sided(self) -> bool:
        """Whether amounts come as Montant and Sens instead of Debit and Credit."""
        return "Montant" in self.positions

    def is_header(self, fields: Sequence[str]) -> bool:
        """Whether a record is the header again, as in files put end to end."""
        if len(fields) != len(self.header) or _spelling(fields[0]) != self.header[0]:
            return False  # nearly all rows, and cheaper
        return tuple(map(_spelling, fields)) == self.header

    def misfit(self, fields: Sequence[str]) -> str:
        """Say why these fields can't belong to the columns, '' when they do.

        Empty fields may be missing or too many at the end of a row: exports do both.
        """
        if len(fields) <= self.last_needed:
            return f"{len(fields)} fields where the header has {self.width}"
        if any(field.strip() for field in fields[len(self.header) :]):
            return f"{len(fields)} fields where the header has {self.width}: a separator in a text?"
        return ""

    def is_wide(self, fields: Sequence[str]) -> bool:
        """Whether a row has more fields than the header: its values may have shifted."""
        return len(fields) > len(self.header)

    def by_name(self, fields: Sequence[str]) -> dict[str, str]:
        """Return the fields by column, trimmed; '' for what the file or row does not have."""
        count = len(fields)
        row = dict.fromkeys(_KNOWN, "")
        for name, position in self.positions.items():
            if position < count:
                row[name] = fields[position].strip()
        return row


def _spelling(name: str) -> str:
    """Return a name without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(char for char in plain if char.isalnum()).casefold()
