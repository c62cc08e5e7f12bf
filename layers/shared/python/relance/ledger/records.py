"""From lines to records of fields, with or without quoting."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relance.ledger.source import MOST_LINE, Source

SEPARATORS = ("\t", "|", ";", ",")
_QUOTING = (";", ",")
# A quoted field may hold line ends, but a stray quote must not swallow the file.
_MOST_JOINED = 50


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


def records(source: Source, separator: str) -> Iterator[Record]:
    """Yield the file's records.

    Comma and semicolon files follow CSV quoting, line ends inside quotes included; in tab and
    pipe files a quote is an ordinary character, but a field wholly in quotes loses them (some
    spreadsheets add them around every amount with a comma).
    """
    split = _split_csv if separator in _QUOTING else _split_plain
    lines = _Ahead(source.lines())
    row = 0
    while lines:
        row += 1
        fields, problem = split(lines, separator)
        yield Record(row, fields, unended=not lines and not source.ended, problem=problem)


class _Ahead:
    """Lines that can be looked at before they are taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._seen: deque[str] = deque()

    def __bool__(self) -> bool:
        return self.peek(0) is not None

    def peek(self, distance: int) -> str | None:
        """Return the line `distance` after the next, None beyond the end."""
        while len(self._seen) <= distance:
            line = next(self._lines, None)
            if line is None:
                return None
            self._seen.append(line)
        return self._seen[distance]

    def take(self, count: int = 1) -> str:
        """Return the next `count` lines as one text, and move past them."""
        self.peek(count - 1)
        return "\n".join(self._seen.popleft() for _ in range(count))


def _split_plain(lines: _Ahead, separator: str) -> tuple[list[str], str]:
    line = lines.take()
    fields = line.split(separator)
    return ([_unquoted(field) for field in fields] if '"' in line else fields), ""


def _unquoted(field: str) -> str:
    field = field.strip()
    if len(field) > 1 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"')
    return field


def _split_csv(lines: _Ahead, separator: str) -> tuple[list[str], str]:
    count = _record_length(lines, separator)
    if count is None:
        return [lines.take()], "a quote is opened and never closed"
    text = lines.take(count)
    if '"' not in text:
        return text.split(separator), ""
    try:
        return next(csv.reader([text], delimiter=separator)), ""
    except csv.Error as error:
        return [text], f"the row can't be split: {error}"


def _record_length(lines: _Ahead, separator: str) -> int | None:
    """Return how many lines the next record takes, None when its quote is never closed."""
    quoted, size = False, 0
    for count in range(_MOST_JOINED):
        line = lines.peek(count)
        if line is None:
            return None
        size += len(line)
        if size > MOST_LINE:
            return None
        quoted = _ends_quoted(line, separator, quoted=quoted)
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
