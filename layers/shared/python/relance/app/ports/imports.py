"""Reports of imports, and whose turn it is to import."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from relance.app.ports.page import Page

if TYPE_CHECKING:
    from relance.app.import_report import ImportReport


class Imports(Protocol):
    """A tenant's imports."""

    def save_import(self, report: "ImportReport") -> None: ...
    def begin_import(self, report: "ImportReport") -> bool:
        """Store as running; False when this import has ended or is held, or is another file's.

        One that awaits its file may begin with any; one that is running, confirmed or abandoned
        with the file of the same `mark` only.
        """

    def change_import(self, report: "ImportReport", *, was: "ImportReport") -> bool:
        """Replace a report whose state and `heard_at` are still those of `was`; else False."""

    def import_report(self, import_id: str) -> "ImportReport | None": ...
    def imports(
        self, *, limit: int, after: str | None = None, state: str | None = None
    ) -> "Page[ImportReport]":
        """List imports, newest first, without their `issues`; only those in `state` if given."""

    def forget_imports(self, *, before: datetime, most: int) -> int:
        """Delete the reports of imports that started before an instant (aware), oldest first.

        At most so many; return how many, by the index (eventually so).
        """

    def take_turn(self, run: str, *, now: datetime, until: datetime) -> bool:
        """Make it this run's turn to import, until it is ended or this instant has come.

        False while it is another's.
        """

    def end_turn(self, run: str) -> None:
        """Let the next import have its turn; nothing if it is not this run's any more."""
