"""Reading an open-item CSV by a column mapping."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from relance.ledger.accounts import account, most_common
from relance.ledger.forms import Forms
from relance.ledger.issues import LedgerError, MappingError, RowRefused, Tally
from relance.ledger.ledger import Ledger
from relance.ledger.mapping import ColumnMapping, Rows, folded
from relance.ledger.matching import Movement
from relance.ledger.open_item_rows import Reading, Row, Stated, code_of, is_no_item, stated
from relance.ledger.records import Record
from relance.ledger.values import clean, date_reader

_EMAIL = re.compile(r"[^@\s<>\"(),;:\\]+@[^@\s<>\"(),;:\\]+\.[^@\s<>\"(),;:\\.]{2,}")

_MOST_DATES = 4096

type _Invoice = tuple[str, str]  # a customer's code, a number: what several rows tell of


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRead:
    """What became of one row: an item of the customer `code`, no item at all, or a refusal.

    `row` is "" throughout when its fields can't be told apart. `cut`: the file ends inside it.
    """

    record: Record
    row: Row
    code: str = ""
    item: Stated | None = None
    refused: RowRefused | None = None
    cut: bool = False


@dataclass(slots=True)
class _Book:
    """What has been read so far. `everyone` says that a bad row may be any customer's."""

    tally: Tally = field(default_factory=Tally)
    movements: dict[str, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    emails: dict[str, str] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    invoices: dict[_Invoice, Stated] = field(default_factory=dict)
    lines: dict[_Invoice, list[Record]] = field(default_factory=lambda: defaultdict(list))
    spoilt: set[_Invoice] = field(default_factory=set)
    everyone: bool = False
    cut: bool = False
    passed_over: int = 0
    bad_emails: int = 0


def columns_of(mapping: ColumnMapping, header: Sequence[str]) -> dict[str, int]:
    """Return where the mapping's columns are in this header, by target.

    Raises MappingError, naming the columns that are missing or there twice and what the file has.
    """
    spelt = [folded(name) for name in header]
    places = {}
    for target, names in mapping.columns.items():
        counts = {name: spelt.count(folded(name)) for name in names}
        column = next((name for name in names if counts[name]), names[0])
        if counts[column] == 1:
            places[target] = spelt.index(folded(column))
        elif counts[column] or target not in mapping.optional:
            there = ", ".join(f"'{name.strip()}'" for name in header if name.strip())
            problem = "twice" if counts[column] else "not"
            spelt_as = "' or '".join(names)
            raise MappingError(
                f"The mapping '{mapping.name}' takes {target} from the column '{spelt_as}', which"
                f" is {problem} in the file. The file has: {there}.",
                pointer=f"/columns/{target}",
            )
    return places


def read_open_items(
    records: Iterable[Record],
    columns: Mapping[str, int],
    mapping: ColumnMapping,
    *,
    header: Sequence[str],
    forms: Forms,
    currency: str,
) -> Ledger:
    """Read the body of an open-item list.

    `columns` are positions by target in the `header`, `forms` how its values are written;
    `currency` is used where neither row nor mapping names one. Raises LedgerError without any row.
    """
    book = _Book()
    for read in read_rows(records, columns, mapping, header=header, forms=forms, currency=currency):
        book.tally.read += 1
        _enter(book, read, mapping)
    if not book.tally.read:
        raise LedgerError("The file has a header and no row.")
    for key, item in book.invoices.items():
        if key not in book.spoilt:
            _add(book, key[0], item)
    _refuse_other_lines(book)
    return _ledger(book, mapping, forms, taxed="tax" in columns)


def read_rows(
    records: Iterable[Record],
    columns: Mapping[str, int],
    mapping: ColumnMapping,
    *,
    header: Sequence[str],
    forms: Forms,
    currency: str,
) -> Iterator[RowRead]:
    """Read row by row; blank ones are left out. The parameters are those of `read_open_items`."""
    reading = Reading(
        mapping=mapping,
        currency=mapping.currency or currency,
        decimal=forms.decimal,
        read_date=lru_cache(_MOST_DATES)(date_reader(*forms.date_formats)),
        tells_open="residual" in columns,
    )
    width = max(place for place, name in enumerate(header) if name.strip()) + 1
    titles = {target: header[place].strip() for target, place in columns.items()}
    for record in records:
        if not record.blank:
            yield _read(record, reading, columns, titles, width)


def _read(
    record: Record,
    reading: Reading,
    columns: Mapping[str, int],
    titles: Mapping[str, str],
    width: int,
) -> RowRead:
    fields = record.fields
    cut = record.unended and len(fields) < width
    problem = "the file ends in the middle of this row" if cut else record.problem
    if len(fields) <= max(columns.values()) or any(one.strip() for one in fields[width:]):
        problem = problem or f"{len(fields)} fields where the header has {width}"
    if problem:
        why = RowRefused("", problem, " ".join(fields))
        return RowRead(record=record, row=defaultdict(str), refused=why, cut=cut)
    row = defaultdict(str, {target: clean(fields[place]) for target, place in columns.items()})
    if is_no_item(row, reading):
        return RowRead(record=record, row=row)
    code = ""
    try:
        code = code_of(row, reading.mapping)
        return RowRead(record=record, row=row, code=code, item=stated(row, reading))
    except RowRefused as why:
        told = RowRefused(titles.get(why.column, why.column), why.reason, why.value)
        return RowRead(record=record, row=row, code=code, refused=told)


def _enter(book: _Book, read: RowRead, mapping: ColumnMapping) -> None:
    book.cut = book.cut or read.cut
    if read.refused is not None:
        book.tally.refuse(read.record.row, read.refused, read.record.fields)
        book.everyone = book.everyone or not read.code
        book.doubtful |= {read.code} - {""}
        book.spoilt.add((read.code, read.row["number"]))
        return
    if read.item is None:
        book.passed_over += 1
        return
    # Payments on account may have no number: each row is one of its own.
    if mapping.rows is Rows.ONE or not read.row["number"]:
        _add(book, read.code, read.item)
    else:
        _join(book, read, read.item, mapping.rows)
    book.names[read.code][read.row["customer_name"] or read.code] += 1
    email = read.row["email"]
    if _EMAIL.fullmatch(email):
        book.emails.setdefault(read.code, email)
    elif email:
        book.bad_emails += 1


def _add(book: _Book, code: str, item: Stated) -> None:
    if item.total:
        book.movements[code].append(item.movement())


def _join(book: _Book, read: RowRead, item: Stated, rows: Rows) -> None:
    """Put a row to the others of its invoice, or refuse it where they contradict each other."""
    key = read.code, item.number
    known = book.invoices.setdefault(key, item)
    if known is item:
        book.lines[key].append(read.record)
        return
    same = ["issued", "due", "currency", "kind", "status"]
    if rows is Rows.REPEATED:
        same += ["total", "left"]
    if any(getattr(known, name) != getattr(item, name) for name in same):
        why = RowRefused("", "contradicts the rows above of its number", item.number)
        book.tally.refuse(read.record.row, why, read.record.fields)
        book.doubtful.add(read.code)
        book.spoilt.add(key)
        return
    book.lines[key].append(read.record)
    if rows is Rows.LINES:
        known.total += item.total
        known.left += item.left


def _refuse_other_lines(book: _Book) -> None:
    """Refuse what else was told of an invoice of which a row was refused: it is not whole."""
    for key in book.spoilt & book.lines.keys():
        for record in book.lines[key]:
            why = RowRefused("", "another row of this invoice is refused", key[1])
            book.tally.refuse(record.row, why, record.fields)
    book.tally.issues.sort(key=lambda issue: issue.row)
    book.tally.rows.sort(key=lambda one: one.row)


def _ledger(book: _Book, mapping: ColumnMapping, forms: Forms, *, taxed: bool) -> Ledger:
    warnings = [*book.tally.warnings, *forms.warnings]
    if mapping.rows is Rows.LINES and not taxed:
        warnings.append("The file has no tax: the amounts of its lines were taken as including it.")
    if book.passed_over:
        rows = f"{book.passed_over} rows"
        warnings.append(f"Headings, sums, continuations and drafts, passed over: {rows}.")
    if book.bad_emails:
        warnings.append(f"E-mail addresses that can't be used, left out: {book.bad_emails}.")
    if book.cut:
        warnings.append("The file looks cut: it does not end with a whole row.")
    everyone = book.names if book.everyone else ()
    return Ledger(
        format="open_items",
        mapping=mapping.name,
        accounts={
            code: account(
                code,
                most_common(names),
                book.movements.get(code, ()),
                email=book.emails.get(code),
            )
            for code, names in book.names.items()
        },
        read=book.tally.read,
        refused=book.tally.refused,
        issues=tuple(book.tally.issues),
        refused_rows=tuple(book.tally.rows),
        warnings=tuple(warnings),
        snapshot=mapping.snapshot,
        whole=not (book.tally.refused or book.cut),
        cut=book.cut,
        doubtful=frozenset({*book.doubtful, *everyone}),
        decimal=forms.decimal or "",
        dates=forms.order,
    )
