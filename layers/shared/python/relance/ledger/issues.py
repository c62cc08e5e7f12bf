"""What can be wrong with a ledger file: as a whole (an error) or in one row (an issue)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

# An import report is one stored document: more issues than this are counted, not listed.
MOST_ISSUES = 500
_MOST_VALUE = 80
# Refused rows are kept whole, to be corrected: up to so many, and so many characters in all.
MOST_REFUSED = 10_000
MOST_REFUSED_TEXT = 5_000_000


class LedgerError(ValueError):
    """The file can't be taken at all; the message is for the user who sent it."""


class MappingError(LedgerError):
    """A column mapping is wrong; `pointer` (a JSON pointer) names its field, '' the whole."""

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIssue:
    """Why a row (1-based, the header is row 1) was refused or doubted; `column` is its header."""

    row: int
    column: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row with its fields as they stand in the file, and why it was refused."""

    row: int
    column: str
    reason: str
    fields: tuple[str, ...]


class RowRefused(Exception):
    """A row can't be used. Raised and caught inside the readers only."""

    def __init__(self, column: str, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
        self.value = value


@dataclass(slots=True)
class Tally:
    """Counts rows while a file is read, and keeps the first refusals and the rows refused."""

    read: int = 0
    refused: int = 0
    issues: list[RowIssue] = field(default_factory=list)
    rows: list[RefusedRow] = field(default_factory=list)
    kept: int = 0

    def refuse(self, row: int, why: RowRefused, fields: Sequence[str] = ()) -> None:
        """Count one row out and keep its `fields`; in issues, values are cut to be readable."""
        self.refused += 1
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(
                RowIssue(
                    row=row, column=why.column, reason=why.reason, value=why.value[:_MOST_VALUE]
                )
            )
        size = sum(map(len, fields))
        if fields and len(self.rows) < MOST_REFUSED and self.kept + size <= MOST_REFUSED_TEXT:
            self.kept += size
            self.rows.append(RefusedRow(row, why.column, why.reason, tuple(fields)))

    @property
    def warnings(self) -> list[str]:
        """What the report must add when it does not list every refusal."""
        if self.refused <= len(self.issues):
            return []
        return [f"{self.refused} rows were refused; the first {len(self.issues)} are listed."]
