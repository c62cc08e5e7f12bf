"""From lines to records of fields, with or without quoting."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from operator import methodcaller

from relance.ledger.source import MOST_LINE, Source

SEPARATORS = ("\t", "|", ";", ",")
_QUOTING = (";", ",")
# A quoted field may hold line ends, but a stray quote must not swallow the file.
_MOST_JOINED = 50
_QUOTE_IN = methodcaller("__contains__", '"')
# Lines whose quotes all open and close around whole fields: nearly all that have any.
_FIELD = '(?:"(?:[^"]++|"")*+"|[^"{0}]*+)'
_WELL_FORMED = {
    each: re.compile((_FIELD + "(?:{0}" + _FIELD + ")*+").format(each)) for each in _QUOTING
}


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `row` counts records from 1 at the top of the file, blank ones included.

    `unended` marks the last one of a file whose last line has no end. `problem` says why the
    fields can't be told apart, '' when they can.
    """

    row: int
    fields: Sequence[str]
    unended: bool = False
    problem: str = ""

    @property
    def blank(self) -> bool:
        """Whether it holds nothing at all."""
        return not self.problem and not any(field.strip() for field in self.fields)


type Row = list[str] | Record
"""A record: its fields alone where nothing is odd about it."""


def records(source: Source, separator: str) -> Iterator[Record]:
    """Yield the file's records.

    Comma and semicolon files follow CSV quoting, line ends inside quotes included; in tab and
    pipe files a quote is an ordinary character, but a field wholly in quotes loses them (some
    spreadsheets add them around every amount with a comma).
    """
    for row, one in enumerate(rows(source, separator), start=1):
        yield as_record(row, one)


def as_record(row: int, one: Row) -> Record:
    """Return a record as such, given its number."""
    return one if isinstance(one, Record) else Record(row, one)


def rows(source: Source, separator: str) -> Iterator[Row]:
    """Yield the file's records as `records` does, those with nothing odd as their fields alone.

    For readers of millions: a record in a value of its own costs as much as splitting its line.
    """
    found: Iterator[Row]
    if separator in _QUOTING:
        found = _split_quoted(source.lines(), separator)
    else:
        split = partial(_split_plain, separator=separator)
        found = chain.from_iterable(map(split, source.blocks()))
    return found if source.ended else _marked_unended(found)


def _marked_unended(found: Iterator[Row]) -> Iterator[Row]:
    row = 0
    held: Row | None = None
    for one in found:
        row += 1
        if held is not None:
            yield held
        held = one
    if isinstance(held, Record):
        yield replace(held, unended=True)
    elif held is not None:
        yield Record(row, held, unended=True)


def _split_plain(lines: list[str], *, separator: str) -> Iterator[list[str]]:
    if any(map(_QUOTE_IN, lines)):
        return (_unquoted_fields(line.split(separator)) for line in lines)
    return map(methodcaller("split", separator), lines)


def _unquoted_fields(fields: list[str]) -> list[str]:
    return [_unquoted(field) if '"' in field else field for field in fields]


def _split_quoted(lines: Iterator[str], separator: str) -> Iterator[Row]:
    seen: deque[str] = deque()
    well_formed = _WELL_FORMED[separator].fullmatch
    row = 0
    while True:
        line = seen.popleft() if seen else next(lines, None)
        if line is None:
            return
        row += 1
        if '"' not in line:
            yield line.split(separator)
        elif well_formed(line):
            yield next(csv.reader((line,), delimiter=separator))
        else:
            seen.appendleft(line)
            fields, problem = _take_quoted(seen, lines, separator)
            yield Record(row, fields, problem=problem) if problem else fields


def _take_quoted(seen: deque[str], lines: Iterator[str], separator: str) -> tuple[list[str], str]:
    """Take a record's lines off what is `seen`, and read ahead of it as far as that needs."""
    count = _record_length(seen, lines, separator)
    if count is None:
        return [seen.popleft()], "a quote is opened and never closed"
    text = "\n".join(seen.popleft() for _ in range(count))
    try:
        return next(csv.reader([text], delimiter=separator)), ""
    except csv.Error as error:
        return [text], f"the row can't be split: {error}"


def _unquoted(field: str) -> str:
    field = field.strip()
    if len(field) > 1 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"')
    return field


def _record_length(seen: deque[str], lines: Iterator[str], separator: str) -> int | None:
    """Return how many lines the next record takes, None when its quote is never closed."""
    quoted, size = False, 0
    for count in range(_MOST_JOINED):
        if count == len(seen):
            line = next(lines, None)
            if line is None:
                return None
            seen.append(line)
        size += len(seen[count])
        if size > MOST_LINE:
            return None
        quoted = _ends_quoted(seen[count], separator, quoted=quoted)
        if not quoted:
            return count + 1
    return None


def _ends_quoted(line: str, separator: str, *, quoted: bool) -> bool:
    """Tell whether the line ends inside quotes; a quote inside a plain field is text."""
    if '"' not in line:
        return quoted
    in_quoted_field, at_start = quoted, not quoted
    for char in line:
        if char == '"':
            # It opens at a field's start, closes, or doubles the one that just closed.
            quoted = not quoted and (at_start or in_quoted_field)
            in_quoted_field = in_quoted_field or quoted
            at_start = False
        elif not quoted:
            at_start = char == separator
            in_quoted_field = in_quoted_field and not at_start
    return quoted
