"""A run of an import begins, or goes on with what an earlier one began."""

from dataclasses import replace
from datetime import datetime

from relance.app.import_report import ImportReport, ImportState
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.uploads import Upload


def begin_run(upload: Upload, *, store: TenantStore, now: datetime) -> tuple[ImportReport, bool]:
    """Return the import's report, and whether it begins or goes on now (else it has ended).

    A second file sent to one announced address is an import of its own.
    """
    announced = store.import_report(upload.import_id)
    report = _fresh(upload, announced, now=now)
    if store.begin_import(report):
        return report, True
    stored = store.import_report(report.id)
    if stored is not None and stored.mark == upload.mark:
        return stored, False
    own = store.import_report(upload.own_id)
    second = replace(_fresh(upload, own, now=now), id=upload.own_id)
    if own is None and stored is not None:
        told = f"This is another file sent to the address of import {stored.id}."
        second = replace(second, mapping=stored.mapping, warnings=(told,))
    if store.begin_import(second):
        return second, True
    return own or second, False


def _fresh(upload: Upload, stored: ImportReport | None, *, now: datetime) -> ImportReport:
    """Return the report of a run that begins: it goes on with one of the same file."""
    same = stored is not None and stored.mark == upload.mark and stored.runs > 0
    report = ImportReport(
        id=upload.import_id,
        state=ImportState.RUNNING,
        key=upload.key,
        started_at=now,
        mapping=stored.mapping if stored else None,
        mark=upload.mark,
        file_version=upload.version,
        uploaded_at=upload.at,
        order=upload.order,
        size=upload.size,
    )
    if stored is not None and same:
        report = replace(
            stored, state=ImportState.RUNNING, ended_at=None, error="", abandoned=False
        )
    return replace(report, heard_at=now, runs=report.runs + 1, told=False)
