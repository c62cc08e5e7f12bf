"""What the report of an FEC tells of the file as a whole: where it does not add up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from relance.domain.money import to_decimal
from relance.ledger.fec_books import UNSURE, WIDE, CustomerAccount, EntryName, balance_of, marks_of
from relance.ledger.fec_reading import FecReading
from relance.ledger.ledger import Excluded, LedgerAccount
from relance.ledger.values import clean

_ONLY_CUSTOMERS = (
    "The file has customer accounts only: payments can't be told from credit notes, so there will"
    " be no thank-you, and missing rows can't be seen."
)
_MOST_NAMED = 5

type Customers = Mapping[str, Iterable[CustomerAccount]]


def check_entries(reading: FecReading, customers: Customers) -> list[str]:
    """Judge the entries whose debit is not their credit, and return what to tell.

    If it is the last one, the file was cut; else rows are missing, and the customers of that
    entry are doubtful. Entries of which a row was refused prove nothing.
    """
    doubts, told = reading.doubts, []
    unbalanced = _unbalanced(reading) if reading.others else {}
    journal, entry = reading.last
    last = journal.get(entry, 0)
    doubts.cut = doubts.cut or bool(
        reading.others and balance_of(last) and not marks_of(last) & UNSURE
    )
    if doubts.cut:
        told.append("The file looks cut: it does not end with a whole entry.")
    if not reading.others:
        told.append(_ONLY_CUSTOMERS)
    if unbalanced:
        (journal_name, name), _ = next(iter(unbalanced.items()))
        first = f"{journal_name} {name if isinstance(name, str) else ' '.join(name)}"
        told.append(f"Entries that do not balance: {len(unbalanced)}; the first is {first}.")
        total = sum(balance_of(state) for _, _, state in reading.books.entries())
        if total:
            amount = f"{to_decimal(total, reading.currency)} {reading.currency}"
            told.append(f"All debits less all credits of the file are {amount}, not nothing.")
        doubts.customers |= _of_entries(unbalanced, customers)
        doubts.everyone = doubts.everyone or any(marks & WIDE for marks in unbalanced.values())
    return told


def _unbalanced(reading: FecReading) -> dict[tuple[str, EntryName], int]:
    return {
        (journal, entry): marks_of(state)
        for journal, entry, state in reading.books.entries()
        if balance_of(state) and not marks_of(state) & UNSURE
    }


def _of_entries(entries: Mapping[tuple[str, EntryName], int], customers: Customers) -> set[str]:
    return {
        one.code
        for accounts in customers.values()
        for one in accounts
        if any(line[:2] in entries for line in one.lines)
    }


def groups(accounts: Iterable[LedgerAccount]) -> list[str]:
    """Tell of groups that say they are fully matched but don't balance."""
    found = [(letter, one.code) for one in accounts for letter in one.unbalanced]
    if not found:
        return []
    first = ", ".join(f"{clean(letter)[:20]} of {code}" for letter, code in found[:_MOST_NAMED])
    customers = len({code for _, code in found})
    count = f"{len(found)}, of {customers} customers"
    return [f"Matching groups that do not balance: {count}; the first: {first}."]


def left_out(excluded: Sequence[Excluded]) -> list[str]:
    """Tell what was left out as no debtor's, and what it holds."""
    if not excluded:
        return []
    sums: Counter[str] = Counter()
    for one in excluded:
        sums.update(one.balances)
    amounts = ", ".join(f"{to_decimal(minor, code)} {code}" for code, minor in sorted(sums.items()))
    rows = sum(one.rows for one in excluded)
    first = ", ".join(f"{one.account} {one.name}".strip() for one in excluded[:_MOST_NAMED])
    count = f"{len(excluded)}, with {rows} rows and {amounts}"
    return [f"Accounts left out as no debtors': {count}; the first: {first}."]


def remarks(reading: FecReading, customers: Customers) -> list[str]:
    """Return what else a person should know of how the file was read."""
    collective = sorted(
        code for code, accounts in customers.items() if any(one.collective for one in accounts)
    )
    told = [
        f"Account {code} has rows without an auxiliary account: they are one customer here."
        for code in collective[:_MOST_NAMED]
    ]
    if foreign := sorted(reading.currencies - {"", reading.currency}):
        codes = ", ".join(clean(code)[:10] for code in foreign)
        told.append(f"Rows in {codes} were taken in {reading.currency}, as booked.")
    return told
