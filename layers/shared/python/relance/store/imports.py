"""Reports of imports, whose issues lie apart, in parts, so that a list of reports stays small; and
whose turn it is to import."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from relance.app.cursors import cursor
from relance.app.ports.page import Page
from relance.store import keys
from relance.store.attributes import Record
from relance.store.bound import Bound
from relance.store.records import VERSION, import_body, instant, issue_parts, issues_of, value
from relance.store.table import When

if TYPE_CHECKING:  # few functions need it
    from relance.app.import_report import ImportReport

# How many reports are looked at together for those in one state.
_PAGE = 100


class Imports(Bound):
    """A tenant's imports."""

    def save_import(self, report: "ImportReport") -> None:
        self._table.write(self._table.put(self._whole(report)))

    def begin_import(self, report: "ImportReport") -> bool:
        started = replace(report, state="running", issues=())
        may_begin = When(
            "attribute_not_exists(pk) OR body.#state = :awaiting OR (body.mark = :mark AND"
            " (body.#state IN (:running, :confirmed) OR body.abandoned = :yes))",
            {
                ":awaiting": "awaiting_upload",
                ":running": "running",
                ":confirmed": "confirmed",
                ":mark": report.mark,
                ":yes": True,
            },
        )
        # In a transaction: a repeat after a lost answer must not look like another's import.
        record = self._record(started, parts=0)
        return self._table.transact([self._table.put(record, when=may_begin)])

    def change_import(self, report: "ImportReport", *, was: "ImportReport") -> bool:
        heard, values = "attribute_not_exists(body.heard_at)", {":state": str(was.state)}
        if was.heard_at is not None:
            heard = "body.heard_at = :heard"
            values[":heard"] = import_body(was)["heard_at"]
        unmoved = When(f"body.#state = :state AND {heard}", values)
        return self._table.transact([self._table.put(self._whole(report), when=unmoved)])

    def import_report(self, import_id: str) -> "ImportReport | None":
        record = self._table.get(keys.import_report(self._tenant, import_id))
        if record is None:
            return None
        numbers = range(1, record["parts"] + 1)
        wanted = [keys.import_issues(self._tenant, import_id, number) for number in numbers]
        parts = sorted(self._table.get_many(wanted), key=lambda part: str(part["sk"]))
        issues = tuple(issue for part in parts for issue in issues_of(part["issues"]))
        return replace(_report(record), issues=issues)

    def imports(
        self, *, limit: int, after: str | None = None, state: str | None = None
    ) -> "Page[ImportReport]":
        name = keys.listed_import(self._tenant, "", "").pk
        if state is None:
            return self._list(name, _report, limit=limit, after=after, newest_first=True)
        found: list[ImportReport] = []
        while True:
            page = self._list(name, _report, limit=_PAGE, after=after, newest_first=True)
            found += (each for each in page.entries if each.state == state)
            after = page.next
            if len(found) >= limit or after is None:
                break
        more = len(found) > limit or after is not None
        found = found[:limit]
        last = cursor(name, self._place(found[-1]).sk) if found and more else None
        return Page(entries=tuple(found), next=last)

    def forget_imports(self, *, before: datetime, most: int) -> int:
        name = keys.listed_import(self._tenant, "", "").pk
        oldest = self._table.listed(name, after=None, newest_first=False, most=most)
        gone = [record for record in oldest if _report(record).started_at < before]
        for record in gone:
            # The issues first: a report names their number.
            for number in range(1, record["parts"] + 1):
                key = keys.import_issues(self._tenant, record["body"]["id"], number)
                self._table.write(self._table.delete(key))
            self._table.write(self._table.delete(keys.Key(record["pk"], record["sk"])))
        return len(gone)

    def take_turn(self, run: str, *, now: datetime, until: datetime) -> bool:
        # Its own turn may be taken again: so a repeat after a lost answer succeeds.
        free = When(
            "attribute_not_exists(pk) OR ends_at <= :now OR taken_by = :run",
            {":now": instant(now), ":run": run},
        )
        record = {
            **keys.import_turn(self._tenant)._asdict(),
            "v": VERSION,
            "taken_by": run,
            "ends_at": instant(until),
        }
        return self._table.write(self._table.put(record, when=free))

    def end_turn(self, run: str) -> None:
        own = When("taken_by = :run", {":run": run})
        self._table.write(self._table.delete(keys.import_turn(self._tenant), when=own))

    def _whole(self, report: "ImportReport") -> Record:
        """Write a report's issues and return its record, which names the number of their parts."""
        parts = issue_parts(report.issues)
        for number, part in enumerate(parts, start=1):
            key = keys.import_issues(self._tenant, report.id, number)
            self._table.write(self._table.put({**key._asdict(), "v": VERSION, "issues": part}))
        return self._record(report, parts=len(parts))

    def _record(self, report: "ImportReport", *, parts: int) -> Record:
        place = self._place(report)
        return {
            **keys.import_report(self._tenant, report.id)._asdict(),
            "v": VERSION,
            "parts": parts,
            "list_pk": place.pk,
            "list_sk": place.sk,
            "body": import_body(report),
        }

    def _place(self, report: "ImportReport") -> keys.Place:
        started = report.started_at.astimezone(UTC).isoformat(timespec="microseconds")
        return keys.listed_import(self._tenant, report.id, started)


def _report(record: Record) -> "ImportReport":
    from relance.app.import_report import ImportReport

    return value(ImportReport, record)
