"""Reading the FEC, the French legal export of the books.

Only customer accounts become items. The other rows tell a sale from a payment, and whether every
entry balances, which is how a cut file shows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from relance.domain.facts import ItemKind
from relance.ledger.accounts import account, most_common
from relance.ledger.fec_columns import FecColumns
from relance.ledger.fec_rows import (
    EntryKey,
    Line,
    Row,
    account_number,
    customer_code,
    customer_name,
    entry_key,
    is_dated,
    line,
    signed_amount,
)
from relance.ledger.issues import LedgerError, RowRefused, Tally
from relance.ledger.ledger import Ledger
from relance.ledger.matching import Movement
from relance.ledger.records import Record

CUSTOMER_ACCOUNTS = ("411",)
_ONLY_CUSTOMERS = (
    "The file has customer accounts only: payments can't be told from credit notes, so there will"
    " be no thank-you, and missing rows can't be seen."
)


@dataclass(slots=True)
class _Entry:
    """What is known of one accounting entry.

    `sale`, `money` and `capital` say that it touches an income, a cash or a capital account;
    `unsure` that one of its rows was refused, so that its balance proves nothing; `wide` that one
    has a field too many.
    """

    balance: int = 0
    sale: bool = False
    money: bool = False
    capital: bool = False
    unsure: bool = False
    wide: bool = False
    customers: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Reading:
    """What has been read so far. `everyone` says that a bad row may be any customer's."""

    columns: FecColumns
    currency: str
    customer_accounts: tuple[str, ...]
    tally: Tally = field(default_factory=Tally)
    entries: dict[EntryKey, _Entry] = field(default_factory=lambda: defaultdict(_Entry))
    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    doubtful: set[str] = field(default_factory=set)
    everyone: bool = False
    cut: bool = False
    last: EntryKey = ()
    others: bool = False
    currencies: set[str] = field(default_factory=set)
    collective: set[str] = field(default_factory=set)


def read_fec(
    records: Iterable[Record],
    columns: FecColumns,
    *,
    currency: str,
    customer_accounts: tuple[str, ...] = CUSTOMER_ACCOUNTS,
) -> Ledger:
    """Read the body of an FEC whose header gave `columns`.

    Amounts are in `currency`, the one the books are kept in. `customer_accounts` are the
    beginnings of the accounts that are customers'. Raises LedgerError when there is none.
    """
    reading = _Reading(columns, currency, customer_accounts)
    for record in records:
        if record.blank or columns.is_header(record.fields):
            continue
        reading.tally.read += 1
        try:
            _take(reading, record)
        except RowRefused as why:
            reading.tally.refuse(record.row, why, record.fields)
    if not reading.tally.read:
        raise LedgerError("The file has a header and no row.")
    if not reading.lines and not reading.tally.refused:
        accounts = ", ".join(customer_accounts)
        raise LedgerError(f"The file has no row in a customer account ({accounts}…).")
    return _ledger(reading)


def _take(reading: _Reading, record: Record) -> None:
    row = reading.columns.by_name(record.fields)
    if problem := _misfit(reading, record, row):
        _doubt_misfit(reading, record, row)
        raise RowRefused("", problem, " ".join(record.fields))
    reading.last = entry_key(row)
    entry = reading.entries[reading.last]
    entry.wide = entry.wide or reading.columns.is_wide(record.fields)
    try:
        if account_number(row).startswith(reading.customer_accounts):
            _take_customer(reading, entry, row)
        else:
            reading.others = True
            entry.sale = entry.sale or row["CompteNum"][0] == "7"
            entry.money = entry.money or row["CompteNum"][0] == "5"
            entry.capital = entry.capital or row["CompteNum"][0] == "1"
            entry.balance += signed_amount(row, reading.currency)
    except RowRefused as why:
        entry.unsure = True
        reading.everyone = reading.everyone or why.column == "CompteNum"
        if reading.columns.is_wide(record.fields):
            _doubt_misfit(reading, record, row)
        raise


def _take_customer(reading: _Reading, entry: _Entry, row: Row) -> None:
    code = customer_code(row)
    try:
        one = line(row, reading.currency)
    except RowRefused:
        reading.doubtful.add(code)
        raise
    entry.balance += one.signed
    entry.customers.add(code)
    if one.signed:
        reading.lines[code].append(one)
    if name := customer_name(row):
        reading.names[code][name] += 1
    if not row["CompAuxNum"] and code.endswith("00") and len(code.rstrip("0")) <= 4:
        reading.collective.add(code)
    if row["Idevise"] not in ("", reading.currency):
        reading.currencies.add(row["Idevise"])


def _misfit(reading: _Reading, record: Record, row: Row) -> str:
    if record.unended and len(record.fields) < reading.columns.width:
        reading.cut = True
        return "the file ends in the middle of this row"
    problem = record.problem or reading.columns.misfit(record.fields)
    if not problem and reading.columns.is_wide(record.fields) and not is_dated(row):
        problem = "one field too many, before the date"
    return problem


def _doubt_misfit(reading: _Reading, record: Record, row: Row) -> None:
    """Find whose account a row with shifted or missing fields may have been.

    The account is right where the date before it is one; the auxiliary account after it is right
    only in a row that is too short.
    """
    reading.entries[entry_key(row) if is_dated(row) else reading.last].unsure = True
    if record.problem or not is_dated(row) or not row["CompteNum"]:
        reading.everyone = True
    elif row["CompteNum"].startswith(reading.customer_accounts):
        auxiliary = reading.columns.positions.get("CompAuxNum", -1)
        short = len(record.fields) <= reading.columns.last_needed
        reading.everyone = reading.everyone or not (short and auxiliary < len(record.fields))
        reading.doubtful.add(customer_code(row))


def _ledger(reading: _Reading) -> Ledger:
    warnings = [*_check_entries(reading), *_remarks(reading), *reading.tally.warnings]
    everyone = reading.lines if reading.everyone or reading.cut else ()
    return Ledger(
        format="fec",
        accounts={
            code: account(
                code,
                most_common(reading.names[code]) or code,
                [_movement(reading, one) for one in lines],
            )
            for code, lines in reading.lines.items()
        },
        read=reading.tally.read,
        refused=reading.tally.refused,
        issues=tuple(reading.tally.issues),
        refused_rows=tuple(reading.tally.rows),
        warnings=tuple(warnings),
        whole=not (reading.tally.refused or reading.cut or reading.doubtful),
        cut=reading.cut,
        doubtful=frozenset({*reading.doubtful, *everyone}),
    )


def _check_entries(reading: _Reading) -> list[str]:
    """Judge the entries whose debit is not their credit, and return what to tell.

    If it is the last one, the file was cut; else rows are missing, and the customers of that
    entry are doubtful.
    """
    unbalanced = {
        key: one
        for key, one in reading.entries.items()
        if one.balance and not one.unsure and reading.others
    }
    reading.cut = reading.cut or reading.last in unbalanced
    told = ["The file looks cut: it does not end with a whole entry."] if reading.cut else []
    if not reading.others:
        told.append(_ONLY_CUSTOMERS)
    if unbalanced:
        first = " ".join(next(iter(unbalanced))[:2])
        told.append(f"Entries that do not balance: {len(unbalanced)}; the first is {first}.")
    for one in unbalanced.values():
        reading.doubtful |= one.customers
        reading.everyone = reading.everyone or one.wide
    return told


def _remarks(reading: _Reading) -> list[str]:
    told = [
        f"Account {code} has rows without an auxiliary account: they are one customer here."
        for code in sorted(reading.collective)
    ]
    if reading.currencies:
        codes = ", ".join(sorted(reading.currencies))
        told.append(f"Rows in {codes} were taken in {reading.currency}, as booked.")
    return told


def _movement(reading: _Reading, one: Line) -> Movement:
    entry = reading.entries[one.entry]
    credit = ItemKind.CREDIT_NOTE if entry.sale and not entry.money else ItemKind.RECEIPT
    return Movement(
        account=one.account,
        kind=ItemKind.INVOICE if one.signed > 0 else credit,
        amount=abs(one.signed),
        currency=reading.currency,
        issued=one.issued,
        reference=one.reference,
        number=one.number,
        journal=one.entry[0],
        label=one.label,
        due=one.due,
        letter=one.letter,
        # The year's opening entry touches cash and capital: nobody paid on that day.
        pays=entry.money and not entry.capital,
    )
