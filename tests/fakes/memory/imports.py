"""Reports of imports, and whose turn it is, in memory."""

from dataclasses import replace
from datetime import UTC, datetime

from relance.app.import_report import ImportReport
from relance.app.ports.page import Page
from relance.app.ports.tenant import Tenant
from tests.fakes.memory.bound import Bound


class Imports(Bound):
    """A tenant's imports."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._imports: dict[str, ImportReport] = {}
        self._turn: tuple[str, datetime] | None = None

    def save_import(self, report: ImportReport) -> None:
        self._imports[report.id] = report

    def begin_import(self, report: ImportReport) -> bool:
        stored = self._imports.get(report.id)
        if stored is not None and stored.state != "awaiting_upload":
            goes_on = stored.state in ("running", "confirmed") or stored.abandoned
            if stored.mark != report.mark or not goes_on:
                return False
        self._imports[report.id] = replace(report, state="running", issues=())
        return True

    def change_import(self, report: ImportReport, *, was: ImportReport) -> bool:
        stored = self._imports.get(report.id)
        if stored is None or (stored.state, stored.heard_at) != (was.state, was.heard_at):
            return False
        self._imports[report.id] = report
        return True

    def forget_imports(self, *, before: datetime, most: int) -> int:
        oldest = sorted(self._imports.values(), key=lambda each: each.started_at)[:most]
        gone = [each for each in oldest if each.started_at < before]
        for report in gone:
            del self._imports[report.id]
        return len(gone)

    def take_turn(self, run: str, *, now: datetime, until: datetime) -> bool:
        if self._turn is not None and self._turn[0] != run and self._turn[1] > now:
            return False
        self._turn = run, until
        return True

    def end_turn(self, run: str) -> None:
        if self._turn is not None and self._turn[0] == run:
            self._turn = None

    def import_report(self, import_id: str) -> ImportReport | None:
        return self._imports.get(import_id)

    def imports(
        self, *, limit: int, after: str | None = None, state: str | None = None
    ) -> Page[ImportReport]:
        rows = [
            (
                f"{report.started_at.astimezone(UTC).isoformat(timespec='microseconds')}#{report.id}",
                replace(report, issues=()),
            )
            for report in self._imports.values()
            if state is None or report.state == state
        ]
        return self._page("imports", rows, limit=limit, after=after, newest_first=True)
