"""A tenant's imports go one after the other, and the end of each is told on the bus (L1, L4)."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from relance.app.import_events import event_of
from relance.app.import_report import ImportReport, ImportState
from relance.app.import_steps import Effort
from relance.app.ports.events import Events
from relance.app.ports.files import Files
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant_store import TenantStore
from relance.app.sync import sync_upload
from relance.contracts.uploads import Upload

# How long a file waits before it looks again whether it is its turn.
WAIT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A run's turn to import: `run` names it, and it lasts until `until` at most (aware).

    No run may be at work after its `until`: the next one may begin then, whatever became of it.
    """

    run: str
    now: datetime
    until: datetime


def import_in_turn(
    upload: Upload,
    *,
    store: TenantStore,
    files: Files,
    documents: Files,
    jobs: Jobs,
    events: Events,
    today: date,
    turn: Turn,
    effort: Effort,
) -> ImportReport | None:
    """Import one uploaded file when it is its turn, and publish how it ended; return its report.

    None while another import of the tenant is at work: the upload is put back on its queue, to be
    seen a little later. So it is, at once, when time runs out (state `running`). A run that dies
    leaves its turn to run out: nothing of the tenant is imported until then, and the same upload
    again goes on. An error ends the turn and is raised.
    """
    if not store.take_turn(turn.run, now=turn.now, until=turn.until):
        jobs.take_in(upload, seconds=WAIT_SECONDS)
        return None
    try:
        report = sync_upload(
            upload,
            store=store,
            files=files,
            documents=documents,
            today=today,
            now=turn.now,
            effort=effort,
        )
    except Exception:
        store.end_turn(turn.run)
        raise
    store.end_turn(turn.run)
    if report.state == ImportState.RUNNING:
        jobs.take_in(upload)
        return report
    return tell_of(report, tenant=upload.tenant, store=store, events=events)


def tell_of(
    report: ImportReport, *, tenant: str, store: TenantStore, events: Events
) -> ImportReport:
    """Publish how an import ended, or that it is held, unless that is done; return its report.

    It may be published twice, after a crash, under the same id; it is never forgotten: the message
    comes back until it is done.
    """
    if report.told:
        return report
    event = event_of(report, tenant=tenant)
    if event is not None:
        events.publish(event)
    told = replace(report, told=True)
    store.change_import(told, was=report)
    return told
