"""Imports that nobody works on any more: their message came back no more (L1)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from relance.app.import_report import ImportReport, ImportState
from relance.app.import_turn import tell_of
from relance.app.ports.events import Events
from relance.app.ports.registry import Registry
from relance.app.ports.tenant_store import TenantStore

# A failed message comes back after an hour, and a run ends within a quarter of one.
FORGOTTEN = timedelta(hours=3)
# Imports older than a tenant's latest hundred were looked at when they were younger.
_LATEST = 100
_UNDER_WAY = (ImportState.RUNNING, ImportState.CONFIRMED)
_ENDED = (ImportState.DONE, ImportState.PARTIAL, ImportState.HELD, ImportState.FAILED)
# What ended earlier and was not told of is no news any more.
_NEWS = timedelta(days=4)
STOPPED = (
    "The import stopped and was not taken up again. What it wrote is right, the rest is as before:"
    " send the file again."
)


def sweep_imports(
    *,
    registry: Registry,
    store_for: Callable[[str], TenantStore],
    events: Events,
    now: datetime,
    found: Callable[[str, ImportReport], None],
) -> int:
    """End, as failed, every import of any tenant that no run has touched for three hours.

    Each is given to `found`, behind its tenant; returns how many. Its message, should the operator
    bring it back, still goes on with it. A second sweep at the same time ends none twice. What
    ended in the last days and could not be told of is told of now. A tenant that can't be looked at
    keeps no other from it; the first such error is raised in the end.
    """
    ended, errors = 0, list[Exception]()
    for tenant in registry.tenant_ids():
        try:
            for failed in _sweep(tenant, store=store_for(tenant), events=events, now=now):
                ended += 1
                found(tenant, failed)
        except Exception as error:
            errors.append(error)
    if errors:
        raise errors[0]
    return ended


def _sweep(
    tenant: str, *, store: TenantStore, events: Events, now: datetime
) -> Iterator[ImportReport]:
    """Yield what is ended as failed of one tenant's imports, before it is told of."""
    for listed in store.imports(limit=_LATEST).entries:
        if _is_forgotten(listed, now):
            failed = _failed(listed, store=store, now=now)
            if failed is not None:
                yield failed
                tell_of(failed, tenant=tenant, store=store, events=events)
        elif _is_untold(listed, now):
            report = store.import_report(listed.id)  # the list may lag behind
            if report is not None and _is_untold(report, now):
                tell_of(report, tenant=tenant, store=store, events=events)


def _is_forgotten(report: ImportReport, now: datetime) -> bool:
    heard = report.heard_at or report.started_at
    return report.state in _UNDER_WAY and now - heard > FORGOTTEN


def _is_untold(report: ImportReport, now: datetime) -> bool:
    waits = timedelta() if report.ended_at is None else now - report.ended_at
    return report.state in _ENDED and not report.told and FORGOTTEN < waits < _NEWS


def _failed(listed: ImportReport, *, store: TenantStore, now: datetime) -> ImportReport | None:
    """End an import as failed; None when a run touched it meanwhile."""
    report = store.import_report(listed.id)  # the list may lag behind
    if report is None or not _is_forgotten(report, now):
        return None
    failed = replace(
        report, state=ImportState.FAILED, ended_at=now, error=STOPPED, abandoned=True, told=False
    )
    return failed if store.change_import(failed, was=report) else None
