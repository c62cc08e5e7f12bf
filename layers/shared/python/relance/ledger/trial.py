"""A column mapping tried on the first rows of a file, before it is saved (L2)."""

from dataclasses import dataclass
from itertools import islice

from relance.domain.reading import USUAL_READING, ReadingSettings
from relance.ledger.forms import survey
from relance.ledger.issues import MOST_ISSUES, LedgerError, RowIssue
from relance.ledger.mapping import ColumnMapping
from relance.ledger.matching import Movement
from relance.ledger.open_items import read_open_items, read_rows
from relance.ledger.read import behind, fitting
from relance.ledger.source import opened

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """How one row is read: as a customer's `item`, as none, or why it can't be (`problem`)."""

    row: int
    customer: str = ""
    name: str = ""
    item: Movement | None = None
    problem: RowIssue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a mapping makes of a sample: its first rows, and every problem of all of them.

    `read` and `refused` count rows. `decimal` is "" when no amount shows a mark.
    """

    rows: tuple[TrialRow, ...]
    problems: tuple[RowIssue, ...]
    warnings: tuple[str, ...]
    read: int
    refused: int
    separator: str
    encoding: str
    decimal: str
    date_formats: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether every row of the sample is read."""
        return not self.refused


def try_mapping(
    mapping: ColumnMapping,
    sample: bytes,
    *,
    reading: ReadingSettings = USUAL_READING,
) -> Trial:
    """Read a sample, the beginning of a file, as a ledger would be read.

    A last row that is only half there is left out: the sample ends where it was cut. Raises
    MappingError when no row of it has the mapping's columns or its values contradict the mapping,
    LedgerError when it is no text or has no row.
    """
    with opened([_whole_rows(sample)], fallback=reading.encoding) as source:
        found = fitting(source, mapping)
        forms = survey(behind(found, source), found.columns, mapping)
        ledger = read_open_items(
            behind(found, source), found.columns, mapping,
            header=found.header.fields, forms=forms, currency=reading.currency,
        )  # fmt: skip
        first = read_rows(
            behind(found, source), found.columns, mapping,
            header=found.header.fields, forms=forms, currency=reading.currency,
        )  # fmt: skip
        problems = {issue.row: issue for issue in ledger.issues}
        rows = tuple(
            TrialRow(
                row=read.record.row,
                customer=read.code,
                name=read.row["customer_name"],
                item=read.item.movement() if read.item else None,
                problem=problems.get(read.record.row),
            )
            for read in islice(first, MOST_SHOWN)
        )
        return Trial(
            rows=rows,
            problems=ledger.issues[:MOST_ISSUES],
            warnings=(*source.warnings, *ledger.warnings),
            read=ledger.read,
            refused=ledger.refused,
            separator=found.separator,
            encoding=source.encoding,
            decimal=forms.decimal or "",
            date_formats=forms.date_formats,
        )


def _whole_rows(sample: bytes) -> bytes:
    """Return a sample up to its last line's end; as it is when it has only one line."""
    end = max(sample.rfind(b"\n"), sample.rfind(b"\r"))
    if end < 0:
        raise LedgerError("The sample has a single line: send the header and some rows.")
    return sample[: end + 1]
