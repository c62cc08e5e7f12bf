"""Reports of imports; their issues lie apart, in parts, so that a list of reports stays small."""

from dataclasses import replace
from datetime import UTC

from relance.app.ports import ImportReport, Page
from relance.store import keys
from relance.store.attributes import Record
from relance.store.bound import Bound
from relance.store.records import VERSION, import_body, issue_parts, issues_of, value
from relance.store.table import When

_NOT_ENDED = When(
    "attribute_not_exists(pk) OR body.#state = :awaiting OR body.#state = :running",
    {":awaiting": "awaiting_upload", ":running": "running"},
)


class Imports(Bound):
    """A tenant's imports."""

    def save_import(self, report: ImportReport) -> None:
        parts = issue_parts(report.issues)
        # The report names its number of parts, so it is written when they are all there.
        for number, part in enumerate(parts, start=1):
            key = keys.import_issues(self._tenant, report.id, number)
            self._table.write(self._table.put({**key._asdict(), "v": VERSION, "issues": part}))
        self._table.write(self._table.put(self._record(report, parts=len(parts))))

    def begin_import(self, report: ImportReport) -> bool:
        started = replace(report, state="running", issues=())
        # In a transaction: a repeat after a lost answer must not look like another's import.
        record = self._record(started, parts=0)
        return self._table.transact([self._table.put(record, when=_NOT_ENDED)])

    def import_report(self, import_id: str) -> ImportReport | None:
        record = self._table.get(keys.import_report(self._tenant, import_id))
        if record is None:
            return None
        numbers = range(1, record["parts"] + 1)
        wanted = [keys.import_issues(self._tenant, import_id, number) for number in numbers]
        parts = sorted(self._table.get_many(wanted), key=lambda part: str(part["sk"]))
        issues = tuple(issue for part in parts for issue in issues_of(part["issues"]))
        return replace(_report(record), issues=issues)

    def imports(self, *, limit: int, after: str | None = None) -> Page[ImportReport]:
        name = keys.listed_import(self._tenant, "", "").pk
        return self._list(name, _report, limit=limit, after=after, newest_first=True)

    def _record(self, report: ImportReport, *, parts: int) -> Record:
        started = report.started_at.astimezone(UTC).isoformat(timespec="microseconds")
        place = keys.listed_import(self._tenant, report.id, started)
        return {
            **keys.import_report(self._tenant, report.id)._asdict(),
            "v": VERSION,
            "parts": parts,
            "list_pk": place.pk,
            "list_sk": place.sk,
            "body": import_body(report),
        }


def _report(record: Record) -> ImportReport:
    return value(ImportReport, record)
