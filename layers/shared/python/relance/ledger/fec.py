"""Reading the FEC, the French legal export of the books.

Only customer accounts become items. The other rows tell a sale from a payment, and whether every
entry balances, which is how a cut file shows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from relance.domain.items import ItemKind
from relance.domain.reading import ReadingSettings
from relance.ledger.accounts import account, most_common
from relance.ledger.fec_books import CAPITAL, LOSS, MONEY, SALE, CustomerAccount, marks_of
from relance.ledger.fec_columns import FecColumns
from relance.ledger.fec_reading import FecReading
from relance.ledger.fec_report import check_entries, groups, left_out, remarks
from relance.ledger.issues import LedgerError
from relance.ledger.ledger import Excluded, Ledger, LedgerAccount
from relance.ledger.matching import Movement
from relance.ledger.not_customers import not_a_customer
from relance.ledger.records import Row
from relance.ledger.values import clean


def read_fec(
    rows: Iterable[Row],
    columns: FecColumns,
    *,
    first: int,
    currency: str,
    settings: ReadingSettings,
) -> Ledger:
    """Read the body of an FEC, from row `first` on, whose header gave `columns`.

    Amounts are in `currency`, the one the books are kept in. Raises LedgerError when no row is in
    one of the customer accounts of `settings`. Memory grows with the rows of customers' accounts
    and, by some hundred bytes each, with the number of entries.
    """
    reading = FecReading(columns, currency=currency, customer_accounts=settings.customer_accounts)
    reading.take(rows, first=first)
    customers = reading.books.customers()
    _check_any(reading, customers, settings)
    # While the lines are all there: the accounts take them.
    told = [*check_entries(reading, customers), *remarks(reading, customers)]
    names = {code: _name(accounts) for code, accounts in customers.items()}
    excluded = tuple(_excluded(customers, names, settings, currency))
    told += left_out(excluded)
    accounts_read = {one.code: one for one in _accounts(reading, customers, names, currency)}
    doubts = reading.doubts
    in_part = doubts.cut or doubts.everyone or doubts.customers
    told += groups(accounts_read.values())
    everyone = accounts_read if doubts.everyone or doubts.cut else ()
    return Ledger(
        format="fec",
        accounts=accounts_read,
        read=reading.tally.read,
        refused=reading.tally.refused,
        issues=tuple(reading.tally.issues),
        warnings=(*told, *reading.tally.warnings),
        whole=not (reading.tally.refused or in_part),
        cut=doubts.cut,
        doubtful=frozenset({*doubts.customers, *everyone}),
        decimal=reading.amounts.mark,
        refused_rows=tuple(reading.tally.rows),
        excluded=excluded,
    )


def _check_any(
    reading: FecReading, customers: Mapping[str, object], settings: ReadingSettings
) -> None:
    if not reading.tally.read:
        raise LedgerError("The file has a header and no row.")
    if not customers and not reading.tally.refused:
        accounts = ", ".join(settings.customer_accounts)
        raise LedgerError(f"The file has no row in a customer account ({accounts}…).")


def _excluded(
    customers: dict[str, list[CustomerAccount]],
    names: dict[str, str],
    settings: ReadingSettings,
    currency: str,
) -> Iterator[Excluded]:
    """Take those out of `customers` that are no debtors, and yield what they were."""
    no_customer = not_a_customer(settings.not_customers)
    for code, accounts in [*customers.items()]:
        name, kept = names[code], []
        if not no_customer(code, name):
            kept = [one for one in accounts if not one.general.startswith(settings.except_accounts)]
        for one in accounts:
            if one not in kept:
                yield Excluded(
                    account=one.name,
                    name=name,
                    rows=len(one.lines),
                    balances={currency: one.balance},
                )
        customers[code] = kept


def _accounts(
    reading: FecReading,
    customers: dict[str, list[CustomerAccount]],
    names: dict[str, str],
    currency: str,
) -> Iterator[LedgerAccount]:
    for code, accounts in customers.items():
        movements = [one for each in accounts for one in _movements(reading, each, currency)]
        if movements:
            yield account(code, names[code] or code, movements)


def _movements(reading: FecReading, one: CustomerAccount, currency: str) -> Iterator[Movement]:
    """Yield the movements of an account, and give its lines' memory back."""
    lines, one.lines = one.lines, []
    journals, name = reading.books.journals, one.name
    for journal, entry, signed, issued, due, reference, number, label, letter in lines:
        if not signed:
            continue
        # What an entry touches tells credits apart only.
        marks = marks_of(journals[journal][entry]) if signed < 0 else 0
        yield Movement(
            account=name,
            kind=ItemKind.INVOICE if signed > 0 else _credit(marks),
            amount=abs(signed),
            currency=currency,
            issued=issued,
            reference=reference,
            number=number,
            journal=journal,
            label=label,
            due=due,
            letter=letter,
            # The year's opening entry touches cash and capital: nobody paid on that day.
            pays=bool(marks & MONEY) and not marks & CAPITAL,
        )


def _credit(marks: int) -> ItemKind:
    if marks & MONEY:
        return ItemKind.RECEIPT
    if marks & SALE:
        return ItemKind.CREDIT_NOTE
    return ItemKind.WRITE_OFF if marks & LOSS else ItemKind.RECEIPT


def _name(accounts: Iterable[CustomerAccount]) -> str:
    names: Counter[str] = Counter()
    for one in accounts:
        for spelling, count in one.names.items():
            if name := clean(spelling):
                names[name] += count
    return most_common(names)
