"""What can be wrong with a ledger file: as a whole (an error) or in one row (an issue)."""

from dataclasses import dataclass

# An import report is one stored document: more issues than this are counted, not listed.
MOST_ISSUES = 1000
_MOST_VALUE = 80


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


class RowRefused(Exception):
    """A row can't be used; carries its issue. Never leaves the readers."""

    def __init__(self, column: str, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
        self.value = value

    def issue(self, row: int) -> RowIssue:
        """Return the issue for the report; what was written is cut to a readable length."""
        return RowIssue(
            row=row, column=self.column, reason=self.reason, value=self.value[:_MOST_VALUE]
        )
