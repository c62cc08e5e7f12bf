"""One row of an FEC: its values, and what makes it unusable."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from relance.ledger.accounts import MOST_CODE
from relance.ledger.issues import RowRefused
from relance.ledger.values import amount, clean, date_reader

_ACCOUNT = re.compile(r"[0-9][0-9A-Za-z._/ -]*")
_SENSES = {"D": 1, "C": -1, "1": 1, "+1": 1, "-1": -1, "+": 1, "-": -1}
_read_date = date_reader("YYYYMMDD", "YYYY-MM-DD", "DD/MM/YYYY", "DD-MM-YYYY", "DD.MM.YYYY")

type Row = Mapping[str, str]
type EntryKey = tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Line:
    """One row of a customer's account, before its entry is known whole.

    `signed` is debit less credit in minor units; `account` the general and the auxiliary account.
    """

    entry: EntryKey
    account: str
    signed: int
    issued: date
    due: date | None
    reference: str
    number: str
    label: str
    letter: str


def entry_key(row: Row) -> EntryKey:
    """Name the entry that a row belongs to: journal and number, or what stands for it."""
    if row["EcritureNum"]:
        return row["JournalCode"], row["EcritureNum"]
    return row["JournalCode"], "", row["EcritureDate"], row["PieceRef"]


def account_number(row: Row) -> str:
    """Return the general account; refuse the row when there is none."""
    number = row["CompteNum"]
    if not _ACCOUNT.fullmatch(number):
        raise RowRefused("CompteNum", "not an account number", number)
    return number


def customer_code(row: Row) -> str:
    """Return the code of the customer whose account this row is in."""
    return clean(row["CompAuxNum"]) or clean(row["CompteNum"])


def customer_name(row: Row) -> str:
    """Return the name that the row gives to its customer's account, '' when none."""
    return clean(row["CompAuxLib"] if row["CompAuxNum"] else row["CompteLib"])


def is_dated(row: Row) -> bool:
    """Whether the booking date is one: the sign that nothing shifted the fields before it."""
    try:
        return _day(row, "EcritureDate") is not None
    except RowRefused:
        return False


def line(row: Row, currency: str) -> Line:
    """Read a row of a customer's account; refuse it when a value that is needed is bad."""
    code = customer_code(row)
    if len(code) > MOST_CODE:
        raise RowRefused("CompAuxNum", f"longer than {MOST_CODE} characters", code)
    booked = _day(row, "EcritureDate")
    if booked is None:
        raise RowRefused("EcritureDate", "the date is missing")
    if not any(row[column] for column in ("Debit", "Credit", "Montant")):
        raise RowRefused("Debit", "neither a debit nor a credit is given")
    piece, label = clean(row["PieceRef"]), clean(row["EcritureLib"])
    numbers = (clean(row["NumFacture"]), piece, label, row["EcritureNum"])
    return Line(
        entry=entry_key(row),
        account=f"{row['CompteNum']}/{row['CompAuxNum']}",
        signed=signed_amount(row, currency),
        issued=_day(row, "PieceDate") or booked,
        due=_day(row, "DateLimitReglmt"),
        # A reference that only repeats the entry's number changes when entries are renumbered.
        reference="" if piece == row["EcritureNum"] else piece,
        number=next((number for number in numbers if number), ""),
        label=label,
        letter=row["EcritureLet"],
    )


def signed_amount(row: Row, currency: str) -> int:
    """Return debit less credit in minor units; an empty side is nothing."""
    if row["Sens"]:
        sense = _SENSES.get(row["Sens"].upper())
        if sense is None:
            raise RowRefused("Sens", "must be D or C, +1 or -1", row["Sens"])
        return sense * _amount(row, "Montant", currency)
    if row["Montant"]:
        raise RowRefused("Sens", "the side of the amount is missing")
    return _amount(row, "Debit", currency) - _amount(row, "Credit", currency)


def _amount(row: Row, column: str, currency: str) -> int:
    text = row[column]
    if not text:
        return 0
    try:
        return amount(text, currency)
    except ValueError as error:
        raise RowRefused(column, str(error), text) from None


def _day(row: Row, column: str) -> date | None:
    """Read a date; None when it is left empty, also by zeros."""
    text = row[column]
    if not text.strip("0"):
        return None
    try:
        return _read_date(text)
    except ValueError as error:
        raise RowRefused(column, str(error), text) from None
