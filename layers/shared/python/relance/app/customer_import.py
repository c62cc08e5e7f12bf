"""Take in a CSV of customers and their contacts: good customers whole, bad ones not at all (L5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched

from relance.app.customer_cells import Known
from relance.app.customer_rows import CustomerRows, Wrong, written
from relance.app.customers import save_edited
from relance.app.errors import BadInput, Conflict
from relance.app.import_plan import OutOfTime
from relance.app.items import pays_half_way
from relance.app.people import people_of
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed
from relance.domain.customer import Customer
from relance.domain.identifiers import customer_id
from relance.domain.reading import USUAL_READING, ReadingSettings
from relance.ledger.customers_csv import CustomerRow, CustomersFile, customers_file
from relance.ledger.issues import (
    MOST_ISSUES,
    LedgerError,
    RowIssue,
    RowRefused,
    Tally,
)
from relance.ledger.ledger import Ledger
from relance.ledger.values import clean

# A group's rows may lie anywhere in the file, so all of them are held.
MOST_ROWS = 50_000
_MOST_CODE = 100
# Others may change a customer meanwhile; each try reads it again.
_TRIES = 5
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersTaken:
    """How many customers were created, changed and found unchanged.

    `file` is what is told of the file by itself, in the form of a ledger without accounts.
    """

    file: Ledger
    created: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class _Counts:
    tally: Tally = field(default_factory=Tally)
    created: int = 0
    changed: int = 0
    unchanged: int = 0


def import_customers(
    chunks: Iterable[bytes],
    *,
    store: TenantStore,
    on: date,
    author: str,
    failed: Failed,
    reading: ReadingSettings = USUAL_READING,
    in_time: Callable[[], bool] = lambda: True,
) -> CustomersTaken:
    """Add and change customers and contacts as a CSV says, on tenant day `on`.

    A customer one of whose rows has a bad cell is not changed at all; the others are. A customer
    or contact that the file does not name stays. The same file again writes nothing, and one that
    was taken in half-way may be sent again. `author` is who is noted where how items are paid
    changes with their customer; `failed` hears of one that is changed and whose next date could
    not be set. Raises LedgerError when the file is no such CSV, OutOfTime when `in_time` says that
    the run must end: the same file again goes on.
    """
    counts = _Counts()
    known = Known(profiles=store.profiles(), people=people_of(store))
    country = store.tenant().rules.country
    with customers_file(chunks, reading=reading) as file:
        groups = _by_code(file, counts)
        for batch in batched(groups.items(), _BATCH, strict=False):
            if not in_time():
                raise OutOfTime
            spellings = {code: clean(code) for code, _ in batch}
            codes = {*spellings, *spellings.values()} - {""}
            stored = store.customers_named(customer_id(code) for code in sorted(codes))
            for code, rows in batch:
                # Ledgers spell codes without odd spaces; one made by hand may have them.
                spelt = code if customer_id(code) in stored else spellings[code] or code
                customer = CustomerRows(
                    code=spelt, rows=rows, titles=file.titles, known=known, country=country
                )
                _take(customer, stored, counts, store=store, on=on, author=author, failed=failed)
    tally = counts.tally
    if not tally.read:
        raise LedgerError("The file has a header and no row.")
    told = Ledger(
        format="customers",
        accounts={},
        read=tally.read,
        refused=tally.refused,
        issues=tuple(sorted(tally.issues, key=lambda issue: issue.row)),
        warnings=(*file.warnings, *tally.warnings),
        snapshot=False,
        whole=not tally.refused,
        separator=file.separator,
        encoding=file.encoding,
        header=file.header,
        refused_rows=tuple(sorted(tally.rows, key=lambda row: row.row)),
    )
    return CustomersTaken(
        file=told,
        created=counts.created,
        changed=counts.changed,
        unchanged=counts.unchanged,
    )


def _by_code(file: CustomersFile, counts: _Counts) -> Mapping[str, list[CustomerRow]]:
    """Return the rows by customer, in the file's order; those of nobody are refused."""
    groups: dict[str, list[CustomerRow]] = {}
    for row in file.rows:
        counts.tally.read += 1
        if counts.tally.read > MOST_ROWS:
            raise LedgerError(f"The file has more than {MOST_ROWS} rows: send it in parts.")
        code = row.cells.get("code")
        if row.refused is None and (not code or len(code) > _MOST_CODE):
            why = RowRefused(file.titles["code"], f"must have 1 to {_MOST_CODE} characters")
            counts.tally.refuse(row.record.row, why, row.record.fields)
        elif row.refused is not None:
            counts.tally.refuse(row.record.row, row.refused, row.record.fields)
        else:
            groups.setdefault(str(code), []).append(row)
    return groups


def _take(
    rows: CustomerRows,
    stored: Mapping[str, Customer],
    counts: _Counts,
    *,
    store: TenantStore,
    on: date,
    author: str,
    failed: Failed,
) -> None:
    identifier = customer_id(rows.code)
    customer = stored.get(identifier)
    for _ in range(_TRIES):
        try:
            edited = written(rows, customer)
        except Wrong as wrong:
            _refuse(rows, wrong, counts)
            return
        if edited == customer and not (pays_half_way(customer) and customer.erasure is None):
            counts.unchanged += 1
            return
        if customer is not None and customer.erasure is not None:
            why = RowRefused(rows.titles["code"], "the customer was erased")
            _refuse(rows, Wrong([(row.record.row, why) for row in rows.rows]), counts)
            return
        try:
            if customer is None:
                store.save_customer(edited, gets_profile=True)
                counts.created += 1
            else:
                account = store.account(identifier)
                if account is None or account.customer.version != customer.version:
                    raise Conflict("the customer changed since it was read")
                save_edited(edited, account, author=author, store=store, on=on, failed=failed)
                counts.changed += 1
        except Conflict:
            customer = store.customers_named([identifier]).get(identifier)
            continue
        except BadInput as error:
            first = rows.rows[0].record.row
            _refuse(rows, Wrong([(first, RowRefused("", str(error), rows.code))]), counts)
        return
    raise Conflict(f"{identifier} is being changed by others")


def _refuse(rows: CustomerRows, wrong: Wrong, counts: _Counts) -> None:
    """Refuse all rows of a customer: each bad cell by its place, the others for its sake."""
    bad = dict(_by_row(wrong.cells))
    for row in rows.rows:
        number, fields = row.record.row, row.record.fields
        cells = bad.get(number)
        if cells is None:
            first = min(bad)
            why = RowRefused("", f"row {first} of the same customer is refused", rows.code)
            counts.tally.refuse(number, why, fields)
            continue
        counts.tally.refuse(number, cells[0], fields)
        for cell in cells[1 : MOST_ISSUES - len(counts.tally.issues) + 1]:
            issue = RowIssue(row=number, column=cell.column, reason=cell.reason, value=cell.value)
            counts.tally.issues.append(issue)


def _by_row(
    cells: Sequence[tuple[int, RowRefused]],
) -> Iterator[tuple[int, list[RowRefused]]]:
    found: dict[int, list[RowRefused]] = {}
    for number, cell in cells:
        found.setdefault(number, []).append(cell)
    yield from found.items()
