"""Reading an open-item CSV by a column mapping."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from relance.domain.facts import ItemKind, ItemStatus
from relance.ledger.accounts import MOST_CODE, account, most_common
from relance.ledger.issues import LedgerError, MappingError, RowRefused, Tally
from relance.ledger.ledger import Ledger
from relance.ledger.mapping import ANY_OTHER, ColumnMapping, folded, is_currency
from relance.ledger.matching import Movement
from relance.ledger.records import Record
from relance.ledger.values import DateReader, amount, clean, date_reader

_EMAIL = re.compile(r"[^@\s<>\"(),;:\\]+@[^@\s<>\"(),;:\\]+\.[^@\s<>\"(),;:\\.]{2,}")
_IDENTITY = ("customer_code", "customer_name", "number", "issued")

type Row = Mapping[str, str]


@dataclass(slots=True)
class _Reading:
    """What has been read so far. `everyone` says that a bad row may be any customer's."""

    mapping: ColumnMapping
    currency: str
    read_date: DateReader
    tally: Tally = field(default_factory=Tally)
    movements: dict[str, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    emails: dict[str, str] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    everyone: bool = False
    cut: bool = False
    passed_over: int = 0
    bad_emails: int = 0


def columns_of(mapping: ColumnMapping, header: Sequence[str]) -> dict[str, int]:
    """Return where the mapping's columns are in this header, by target.

    Raises MappingError, naming the columns that are missing or there twice and what the file has.
    """
    spelt = [folded(name) for name in header]
    for target, column in mapping.columns.items():
        count = spelt.count(folded(column))
        if count != 1:
            there = ", ".join(f"'{name.strip()}'" for name in header if name.strip())
            problem = "twice" if count else "not"
            raise MappingError(
                f"The mapping '{mapping.name}' takes {target} from the column '{column}', which is"
                f" {problem} in the file. The file has: {there}.",
                pointer=f"/columns/{target}",
            )
    return {target: spelt.index(folded(column)) for target, column in mapping.columns.items()}


def read_open_items(
    records: Iterable[Record],
    columns: Mapping[str, int],
    mapping: ColumnMapping,
    *,
    width: int,
    currency: str,
) -> Ledger:
    """Read the body of an open-item list.

    `columns` are positions by target (`columns_of`), `width` how many columns the header has;
    `currency` is used where neither row nor mapping names one. Raises LedgerError when there is
    no row at all.
    """
    reading = _Reading(mapping, mapping.currency or currency, date_reader(*mapping.date_formats))
    for record in records:
        if record.blank:
            continue
        reading.tally.read += 1
        try:
            _take(reading, record, columns, width)
        except RowRefused as why:
            column = mapping.columns.get(why.column, why.column)
            why = RowRefused(column, why.reason, why.value)
            reading.tally.refuse(record.row, why, record.fields)
    if not reading.tally.read:
        raise LedgerError("The file has a header and no row.")
    return _ledger(reading)


def _take(reading: _Reading, record: Record, columns: Mapping[str, int], width: int) -> None:
    fields = record.fields
    if record.unended and len(fields) < width:
        reading.everyone = reading.cut = True
        raise RowRefused("", "the file ends in the middle of this row", " ".join(fields))
    problem = record.problem
    if len(fields) <= max(columns.values()) or any(one.strip() for one in fields[width:]):
        problem = problem or f"{len(fields)} fields where the header has {width}"
    if problem:
        reading.everyone = True
        raise RowRefused("", problem, " ".join(fields))
    row = defaultdict(str, {target: clean(fields[place]) for target, place in columns.items()})
    if not any(row[target] for target in _IDENTITY):
        reading.passed_over += 1
        return
    code = row["customer_code"] or row["customer_name"]
    if not code or len(code) > MOST_CODE:
        reading.everyone = True
        target = "customer_code" if "customer_code" in columns else "customer_name"
        raise RowRefused(target, f"must have 1 to {MOST_CODE} characters", code)
    try:
        movement = _movement(reading, row)
    except RowRefused:
        reading.doubtful.add(code)
        raise
    if movement.amount:
        reading.movements[code].append(movement)
    _note_customer(reading, code, row)


def _note_customer(reading: _Reading, code: str, row: Row) -> None:
    reading.names[code][row["customer_name"] or code] += 1
    if _EMAIL.fullmatch(row["email"]):
        reading.emails.setdefault(code, row["email"])
    elif row["email"]:
        reading.bad_emails += 1


def _movement(reading: _Reading, row: Row) -> Movement:
    currency = row["currency"].upper() or reading.currency
    if not is_currency(currency):
        raise RowRefused("currency", "not an ISO 4217 code", currency)
    issued = _day(reading, row, "issued")
    if issued is None or not row["number"]:
        raise RowRefused("number" if issued else "issued", "is missing")
    total = _amount(reading, row, "amount", currency)
    if total is None:
        raise RowRefused("amount", "is missing")
    kind = _word(reading.mapping.kinds, row, "kind", ItemKind.INVOICE)
    if total < 0 and kind is ItemKind.INVOICE:
        kind = ItemKind.CREDIT_NOTE
    return Movement(
        account="",
        kind=kind,
        amount=abs(total),
        currency=currency,
        issued=issued,
        reference=row["number"],
        number=row["number"],
        label=row["label"],
        due=_day(reading, row, "due"),
        stated=_open(reading, row, total, currency),
        paid_on=_day(reading, row, "paid_on"),
        status=_word(reading.mapping.statuses, row, "status", ItemStatus.ACTIVE),
    )


def _open(reading: _Reading, row: Row, total: int, currency: str) -> int:
    """Return what is open of a row, a magnitude: the residual, else amount less paid."""
    residual = _amount(reading, row, "residual", currency)
    column = "residual"
    if residual is None:
        paid = _amount(reading, row, "paid", currency) or 0
        column = "paid"
        residual = total - (abs(paid) if total > 0 else -abs(paid))
    # Some exports give a credit note's residual without its sign.
    if abs(residual) > abs(total) or (total > 0 > residual):
        raise RowRefused(column, "more than the amount, or on the other side", row[column])
    return abs(residual)


def _amount(reading: _Reading, row: Row, target: str, currency: str) -> int | None:
    if not row[target]:
        return None
    try:
        return amount(row[target], currency, decimal=reading.mapping.decimal)
    except ValueError as error:
        raise RowRefused(target, str(error), row[target]) from None


def _day(reading: _Reading, row: Row, target: str) -> date | None:
    if not row[target]:
        return None
    try:
        return reading.read_date(row[target])
    except ValueError as error:
        raise RowRefused(target, str(error), row[target]) from None


def _word[T](words: Mapping[str, T], row: Row, target: str, otherwise: T) -> T:
    """Translate a word of the file; without a list of words, or a word, take `otherwise`."""
    if not words or not row[target]:
        return otherwise
    found = words.get(folded(row[target]), words.get(ANY_OTHER))
    if found is None:
        raise RowRefused(target, f"not among {', '.join(words)}", row[target])
    return found


def _ledger(reading: _Reading) -> Ledger:
    warnings = list(reading.tally.warnings)
    if reading.passed_over:
        warnings.append(
            f"Rows without customer, number and date, passed over: {reading.passed_over}."
        )
    if reading.bad_emails:
        warnings.append(f"E-mail addresses that can't be used, left out: {reading.bad_emails}.")
    if reading.cut:
        warnings.append("The file looks cut: it does not end with a whole row.")
    everyone = reading.names if reading.everyone else ()
    return Ledger(
        format="open_items",
        mapping=reading.mapping.name,
        accounts={
            code: account(
                code,
                most_common(names),
                reading.movements.get(code, ()),
                email=reading.emails.get(code),
            )
            for code, names in reading.names.items()
        },
        read=reading.tally.read,
        refused=reading.tally.refused,
        issues=tuple(reading.tally.issues),
        refused_rows=tuple(reading.tally.rows),
        warnings=tuple(warnings),
        snapshot=reading.mapping.snapshot,
        whole=not (reading.tally.refused or reading.cut),
        cut=reading.cut,
        doubtful=frozenset({*reading.doubtful, *everyone}),
    )
