"""Small ledgers in French FEC form, written for these tests."""

from collections.abc import Iterable
from datetime import date

_COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip


def sale(code: str, piece: str, on: date, amount: str, *, letter: str = "") -> list[list[str]]:
    """Return an invoice of customer `code`: its row and the turnover's."""
    own = ["411000", "Clients", code, f"Société {code}"]
    turnover = ["706000", "Prestations", "", ""]
    return [
        _row("VE", piece, on, own, piece, debit=amount, letter=letter),
        _row("VE", piece, on, turnover, piece, credit=amount),
    ]


def payment(code: str, piece: str, on: date, amount: str, *, letter: str = "") -> list[list[str]]:
    """Return a payment of customer `code`: the bank's row and its own."""
    own = ["411000", "Clients", code, f"Société {code}"]
    return [
        _row("BQ", piece, on, ["512000", "Banque", "", ""], piece, debit=amount),
        _row("BQ", piece, on, own, piece, credit=amount, letter=letter),
    ]


def fec(*entries: Iterable[list[str]]) -> bytes:
    """Return the file that holds these entries."""
    rows = [list(_COLUMNS), *(row for entry in entries for row in entry)]
    return "".join("\t".join(row) + "\r\n" for row in rows).encode()


def _row(
    journal: str,
    number: str,
    on: date,
    account: list[str],
    piece: str,
    *,
    debit: str = "0,00",
    credit: str = "0,00",
    letter: str = "",
) -> list[str]:
    day = f"{on:%Y%m%d}"
    lettered = day if letter else ""
    return [
        *(journal, journal, number, day, *account, piece, day, "Pièce", debit, credit),
        *(letter, lettered, day, "", ""),
    ]
