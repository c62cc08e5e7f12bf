"""One row of an FEC: its values, and what makes it unusable."""

import re
from collections.abc import Mapping
from datetime import date

from relance.ledger.accounts import MOST_CODE
from relance.ledger.fec_books import EntryName, Line
from relance.ledger.fec_values import Amounts, Dates
from relance.ledger.issues import RowRefused
from relance.ledger.values import clean

_ACCOUNT = re.compile(r"[0-9][0-9A-Za-z._/ -]*")
SENSES = {"D": 1, "C": -1, "1": 1, "+1": 1, "-1": -1, "+": 1, "-": -1}

type NamedRow = Mapping[str, str]


def entry_name(number: str, day: str, piece: str) -> EntryName:
    """Name the entry that a row belongs to: its number, or what stands for it."""
    return number.strip() or (day.strip(), piece.strip())


def account_number(row: NamedRow) -> str:
    """Return the general account; refuse the row when there is none."""
    number = row["CompteNum"]
    if not _ACCOUNT.fullmatch(number):
        raise RowRefused("CompteNum", "not an account number", number)
    return number


def customer_code(row: NamedRow) -> str:
    """Return the code of the customer whose account this row is in."""
    return clean(row["CompAuxNum"]) or clean(row["CompteNum"])


def is_dated(row: NamedRow, dates: Dates) -> bool:
    """Whether the booking date is one: the sign that nothing shifted the fields before it."""
    try:
        return dates[row["EcritureDate"]] is not None
    except ValueError:
        return False


def line(row: NamedRow, amounts: Amounts, dates: Dates) -> Line:
    """Read a row of a customer's account; refuse it when a value that is needed is bad."""
    code = customer_code(row)
    if len(code) > MOST_CODE:
        raise RowRefused("CompAuxNum", f"longer than {MOST_CODE} characters", code)
    booked = _day(row, "EcritureDate", dates)
    if booked is None:
        raise RowRefused("EcritureDate", "the date is missing")
    if not any(row[column] for column in ("Debit", "Credit", "Montant")):
        raise RowRefused("Debit", "neither a debit nor a credit is given")
    return line_of(
        row["JournalCode"],
        entry_name(row["EcritureNum"], row["EcritureDate"], row["PieceRef"]),
        signed_amount(row, amounts),
        _day(row, "PieceDate", dates) or booked,
        _day(row, "DateLimitReglmt", dates),
        row["EcritureNum"],
        row["PieceRef"],
        row["EcritureLib"],
        row["EcritureLet"],
        row["NumFacture"],
    )


def line_of(
    journal: str,
    entry: EntryName,
    signed: int,
    issued: date,
    due: date | None,
    number: str,
    piece: str,
    label: str,
    letter: str,
    invoice: str,
) -> Line:
    """Make a line of these values, texts as they stand in the file."""
    number, piece, label = number.strip(), clean(piece), clean(label)
    # A reference that only repeats the entry's number changes when entries are renumbered.
    reference = "" if piece == number else piece
    shown = (clean(invoice) if invoice else "") or piece or label or number
    return journal.strip(), entry, signed, issued, due, reference, shown, label, letter.strip()


def signed_amount(row: NamedRow, amounts: Amounts) -> int:
    """Return debit less credit in minor units; an empty side is nothing."""
    if row["Sens"]:
        sense = SENSES.get(row["Sens"].upper())
        if sense is None:
            raise RowRefused("Sens", "must be D or C, +1 or -1", row["Sens"])
        return sense * _amount(row, "Montant", amounts)
    if row["Montant"]:
        raise RowRefused("Sens", "the side of the amount is missing")
    return _amount(row, "Debit", amounts) - _amount(row, "Credit", amounts)


def _amount(row: NamedRow, column: str, amounts: Amounts) -> int:
    try:
        return amounts.minor(row[column])
    except ValueError as error:
        raise RowRefused(column, str(error), row[column]) from None


def _day(row: NamedRow, column: str, dates: Dates) -> date | None:
    try:
        return dates[row[column]]
    except ValueError as error:
        raise RowRefused(column, str(error), row[column]) from None
