"""From a stream of bytes to a ledger."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from relance.domain.reading import USUAL_READING, ReadingSettings
from relance.ledger.fec import read_fec
from relance.ledger.fec_columns import FecColumns
from relance.ledger.forms import survey
from relance.ledger.issues import LedgerError, MappingError
from relance.ledger.ledger import Ledger
from relance.ledger.mapping import READY, ColumnMapping, find_mapping
from relance.ledger.open_items import columns_of, read_open_items
from relance.ledger.records import SEPARATORS, Record, Row, as_record, rows
from relance.ledger.refused import CORRECTION, is_correction
from relance.ledger.source import Source, opened
from relance.ledger.spreadsheet import plain
from relance.ledger.values import clean

_CORRECTED = (
    "These are corrected rows of another file: they are added to what is known, and nothing is"
    " closed for being absent."
)
# Some exports put a title above the header.
_MOST_TITLE_ROWS = 20


def read_ledger(
    chunks: Iterable[bytes],
    *,
    mappings: Mapping[str, Mapping[str, Any]],
    mapping: str | None = None,
    settings: ReadingSettings = USUAL_READING,
) -> Ledger:
    """Read a ledger file: an FEC when its header is one, else an open-item CSV by a mapping.

    `mappings` are the tenant's saved column mappings by name, added to the ready ones; `mapping`
    names the one to use, None lets the file's columns choose. `settings` say what the file does
    not. Raises LedgerError when the file is no ledger, MappingError when the mapping is unknown or
    does not fit it.
    Rows that can't be used are issues of the result (L1, L2, L3).
    """
    with opened(chunks, fallback=settings.encoding) as source, _without_collections():
        ledger = _read_fec(source, settings.currency, settings)
        if ledger is None:
            ledger = _read_open_items(source, mappings, mapping, settings.currency)
        return _with_warnings(ledger, source)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Keep the collector of cycles off: a million values are made here, and none is a cycle's.

    It would look at all of them again and again, for a fifth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_fec(source: Source, currency: str, settings: ReadingSettings) -> Ledger | None:
    for separator in SEPARATORS:
        found = _uncorrected(rows(source, separator))
        header = _first_that_says(found)
        columns = FecColumns.of(header.fields) if header else None
        if header and columns:
            ledger = read_fec(
                found, columns, first=header.row + 1, currency=currency, settings=settings
            )
            return _found(ledger, source, separator, header.fields)
    return None


def _first_that_says(found: Iterator[Row]) -> Record | None:
    """Return the first record that is not blank, and leave those behind it."""
    numbered = (as_record(row, one) for row, one in enumerate(found, start=1))
    return next((record for record in numbered if not record.blank), None)


def _read_open_items(
    source: Source,
    saved: Mapping[str, Mapping[str, Any]],
    name: str | None,
    currency: str,
) -> Ledger:
    if name is not None:
        return _by_mapping(source, find_mapping(name, saved), currency)
    for candidate in dict.fromkeys((*saved, *READY)):
        try:
            return _by_mapping(source, find_mapping(candidate, saved), currency)
        except MappingError as error:
            if not error.pointer.startswith("/columns"):  # it fits, and its values don't
                raise
    raise LedgerError(
        "The file is neither an FEC nor a list that a column mapping fits."
        f" Its first row is: {_first_row(source)}."
    )


def _by_mapping(source: Source, mapping: ColumnMapping, currency: str) -> Ledger:
    found = fitting(source, mapping)
    # Twice: how values are written is told by all of them, before any is read.
    forms = survey(behind(found, source), found.columns, mapping)
    ledger = read_open_items(
        behind(found, source),
        found.columns,
        mapping,
        header=found.header.fields,
        forms=forms,
        currency=currency,
    )
    return _found(ledger, source, found.separator, found.header.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """Where a mapping's columns are in a list: by target, under a `header`."""

    separator: str
    header: Record
    columns: Mapping[str, int]


def fitting(source: Source, mapping: ColumnMapping) -> Fitting:
    """Find the row that has the mapping's columns.

    Raises MappingError, about the likeliest header, when there is none.
    """
    problem: MappingError | None = None
    for separator in (mapping.separator,) if mapping.separator else _likeliest(source):
        try:
            header, columns = _header(_rows(source, separator), mapping)
        except MappingError as error:
            problem = problem or error
            continue
        return Fitting(separator=separator, header=header, columns=columns)
    raise problem or MappingError(f"The mapping '{mapping.name}' does not fit the file.")


def behind(found: Fitting, source: Source) -> Iterator[Record]:
    """Yield the records below the header, from the first again."""
    return islice(_rows(source, found.separator), found.header.row, None)


def _likeliest(source: Source) -> list[str]:
    """Return the separators, the one that the first rows have most of first."""
    sample = "".join(islice(source.lines(), _MOST_TITLE_ROWS))
    return sorted(SEPARATORS, key=sample.count, reverse=True)


def _header(rows: Iterator[Record], mapping: ColumnMapping) -> tuple[Record, dict[str, int]]:
    problem, widest = None, 0
    for row in islice((row for row in rows if not row.blank), _MOST_TITLE_ROWS):
        try:
            return row, columns_of(mapping, row.fields)
        except MappingError as error:
            if len(row.fields) > widest:
                problem, widest = error, len(row.fields)
    raise problem or MappingError(f"The mapping '{mapping.name}' does not fit the file.")


def _first_row(source: Source) -> str:
    first = next((line for line in source.lines() if line.strip()), "")
    return clean(first[:200])


def _rows(source: Source, separator: str) -> Iterator[Record]:
    """Yield the records of a list; of corrected rows without what we had put before them."""
    for row, one in enumerate(_uncorrected(rows(source, separator)), start=1):
        yield as_record(row, one)


def _uncorrected(found: Iterator[Row]) -> Iterator[Row]:
    first = next(found, None)
    if first is None:
        return found
    if isinstance(first, Record) or not is_correction(first):
        return chain((first,), found)
    return map(_as_it_was, chain((first,), found))


def _as_it_was(row: Row) -> Row:
    fields = row.fields if isinstance(row, Record) else row
    cells = [plain(field) for field in fields[len(CORRECTION) :]]
    return replace(row, fields=cells) if isinstance(row, Record) else cells


def _found(ledger: Ledger, source: Source, separator: str, header: Sequence[str]) -> Ledger:
    """Add how the file is written, and what being corrected rows of another file means."""
    ledger = replace(ledger, separator=separator, encoding=source.encoding, header=tuple(header))
    first = next(source.lines(), "")
    if not is_correction([name.strip('"') for name in first.split(separator)]):
        return ledger
    # What a letter of an FEC matches is in the file that these rows were refused from.
    partly = ledger.format == "fec"
    return replace(
        ledger,
        warnings=(_CORRECTED, *ledger.warnings),
        snapshot=False,
        correction=True,
        whole=ledger.whole and not partly,
        doubtful=ledger.doubtful | (ledger.accounts.keys() if partly else frozenset()),
    )


def _with_warnings(ledger: Ledger, source: Source) -> Ledger:
    cut = source.cut_character
    warnings = (*source.warnings, *ledger.warnings)
    if cut and ledger.whole:
        warnings = (*warnings, "The file looks cut: its last character is not whole.")
    return replace(
        ledger,
        warnings=warnings,
        whole=ledger.whole and not cut,
        cut=ledger.cut or cut,
        doubtful=ledger.doubtful | (ledger.accounts.keys() if cut else frozenset()),
    )
