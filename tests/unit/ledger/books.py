"""Small books for tests: entries in, files out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from relance.ledger.ledger import Ledger
from relance.ledger.read import read_ledger

DATA = Path(__file__).parents[2] / "data" / "ledgers"
# Real, pseudonymised ledgers that lie beside the checkout on some machines; never needed.
REAL = Path(__file__).parents[4] / "shared" / "data" / "fec"

HEADER = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
_OTHER_SIDES = {
    "VE": ("706000", "Prestations"),
    "BQ": ("512000", "Banque"),
    "OD": ("654000", "Pertes"),
}


@dataclass(frozen=True, kw_only=True)
class Booking:
    """One entry of a customer's account and of the account on the other side.

    `cents` is positive for a debit of the customer.
    """

    cents: int
    customer: str = "KERV"
    journal: str = "VE"
    day: str = "20250301"
    piece: str = "FA1"
    letter: str = ""
    label: str = "Pose"

    def rows(self, number: int) -> list[list[str]]:
        """Return its two rows, balanced."""
        other, name = _OTHER_SIDES[self.journal]
        head = [self.journal, "Journal", str(number), self.day]
        tail = ["", self.day, "", ""]
        return [
            [*head, "411000", "Clients", self.customer, f"Nom {self.customer}", self.piece,
             self.day, self.label, *_sides(self.cents), self.letter, *tail],
            [*head, other, name, "", "", self.piece, self.day, self.label, *_sides(-self.cents),
             "", *tail],
        ]  # fmt: skip


def _sides(cents: int) -> tuple[str, str]:
    return (_decimal(cents), "0,00") if cents > 0 else ("0,00", _decimal(-cents))


def _decimal(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def rows_of(*bookings: Booking) -> list[list[str]]:
    """Return the rows of an FEC's body."""
    return [row for number, one in enumerate(bookings, start=1) for row in one.rows(number)]


def fec(
    rows: Sequence[Sequence[str]],
    *,
    header: Sequence[str] = HEADER,
    separator: str = "\t",
    end: str = "\r\n",
) -> bytes:
    """Return an FEC's bytes."""
    return "".join(separator.join(row) + end for row in (header, *rows)).encode()


def read(content: bytes, **options: object) -> Ledger:
    """Read a file without saved mappings, in chunks that cut characters and lines."""
    chunks = (content[start : start + 7] for start in range(0, len(content), 7))
    return read_ledger(chunks, **{"mappings": {}, **options})  # type: ignore[arg-type]


def read_bookings(*bookings: Booking) -> Ledger:
    """Read the FEC that has these entries."""
    return read(fec(rows_of(*bookings)))
