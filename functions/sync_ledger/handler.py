"""`ledger-uploads` queue: a file's event → an imported ledger, its report, and the news of it."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.erasure import finish_erasure
from relance.app.errors import NotFound
from relance.app.facts import today
from relance.app.import_report import ImportReport, ImportState
from relance.app.import_steps import Effort
from relance.app.import_sweep import sweep_imports
from relance.app.import_turn import Turn, import_in_turn
from relance.app.invoice_links import link_waiting, take_invoice_file
from relance.app.retention import start_sweep, sweep_files
from relance.app.schedule import Failed
from relance.contracts.uploads import (
    ErasureGoesOn,
    ImportSweep,
    RetentionSweep,
    Upload,
    parse_message,
)
from relance.runtime import telemetry
from relance.runtime.wiring.sync_ledger import wired
from relance.runtime.worker import work

SERVICE = "sync_ledger"
# With less than this left no more customers are begun: those in hand take a few seconds.
ENOUGH_MS = 30_000
# A run is stopped when its time is over; clocks differ by less than this.
MARGIN = timedelta(seconds=60)
# What an operator is to look at has a metric of its own beside the verdict.
COUNTED = {ImportState.FAILED: "imports_failed", ImportState.HELD: "imports_held"}


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Import each uploaded file of the batch; end what nobody works on any more."""

    def handle(body: str) -> str:
        message = parse_message(body)
        if isinstance(message, ImportSweep):
            return _sweep()
        if isinstance(message, RetentionSweep):
            return _forget(message, context)
        if isinstance(message, ErasureGoesOn):
            return _erase(message, context)
        if message is None:
            telemetry.logger(SERVICE).warning("not under a tenant's prefix")
            return "not_a_tenants"
        return _import(message, context)

    return work(event, context, service=SERVICE, handle=handle)


def _import(upload: Upload, context: LambdaContext) -> str:
    parts, now = wired(), datetime.now(UTC)
    store = parts.store_for(upload.tenant)
    try:
        tenant = store.tenant()
    except NotFound:
        telemetry.logger(SERVICE).warning("no such tenant", tenant=upload.tenant)
        return "not_a_tenants"
    files, documents = parts.ledger_files_for(upload.tenant), parts.documents_for(upload.tenant)
    if upload.of_invoice:
        file = take_invoice_file(upload, store=store, files=files, documents=documents, now=now)
        return f"invoice_file_{file.state}"
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    report = import_in_turn(
        upload,
        store=store,
        files=files,
        documents=documents,
        jobs=parts.jobs,
        events=parts.events,
        today=today(tenant, parts.clock),
        turn=Turn(run=token_hex(8), now=now, until=now + left + MARGIN),
        effort=Effort(
            in_time=lambda: context.get_remaining_time_in_millis() > ENOUGH_MS,
            at_once=parts.at_once,
            clock=lambda: datetime.now(UTC),
            failed=_no_date(upload.tenant),
        ),
    )
    if report is None:
        telemetry.logger(SERVICE).info("another import has its turn", tenant=upload.tenant)
        return "import_waits"
    if report.ended_at is None or report.ended_at >= now:  # not one that had ended before
        _told(report, upload.tenant)
    if report.state in (ImportState.DONE, ImportState.PARTIAL):
        link_waiting(
            store=store,
            files=files,
            documents=documents,
            in_time=lambda: context.get_remaining_time_in_millis() > ENOUGH_MS,
        )
    return f"import_{report.state}"


def _sweep() -> str:
    parts = wired()
    sweep_imports(
        registry=parts.registry,
        store_for=parts.store_for,
        events=parts.events,
        now=datetime.now(UTC),
        found=lambda tenant, report: _told(report, tenant),
    )
    return "swept"


def _forget(message: RetentionSweep, context: LambdaContext) -> str:
    """Delete what a company keeps no longer; without one, have it done for each."""
    parts, log = wired(), telemetry.logger(SERVICE)
    if not message.tenant:
        tenants = start_sweep(registry=parts.registry, jobs=parts.jobs)
        log.info("old files are looked for", tenants=tenants)
        return "retention_started"
    store = parts.store_for(message.tenant)
    done = sweep_files(
        message,
        store=store,
        uploads=parts.ledger_files_for(message.tenant),
        documents=parts.documents_for(message.tenant),
        jobs=parts.jobs,
        today=today(store.tenant(), parts.clock),
        in_time=lambda: context.get_remaining_time_in_millis() > ENOUGH_MS,
    )
    log.info("old files deleted", tenant=message.tenant, files=done.deleted, more=done.more)
    telemetry.count(SERVICE, "files_expired", done.deleted)
    return "retention_done"


def _erase(message: ErasureGoesOn, context: LambdaContext) -> str:
    """Erase what is left of a debtor that a company had erased."""
    parts = wired()
    store = parts.store_for(message.tenant)
    done = finish_erasure(
        message,
        store=store,
        files=parts.documents_for(message.tenant),
        jobs=parts.jobs,
        on=today(store.tenant(), parts.clock),
        in_time=lambda: context.get_remaining_time_in_millis() > ENOUGH_MS,
        failed=_no_date(message.tenant),
    )
    return "erasure_done" if done else "erasure_goes_on"


def _no_date(tenant: str) -> Failed:
    """Return what logs and counts a customer that is written and could not be given a next date.

    The next night decides it, or fails as well and says why.
    """

    def log(customer: str, error: Exception) -> None:
        telemetry.logger(SERVICE).error(
            "written, but no next date set",
            tenant=tenant,
            customer=customer,
            error=type(error).__name__,
        )
        telemetry.count(SERVICE, "customers_failed")

    return log


def _told(report: ImportReport, tenant: str) -> None:
    """Log how an import went, and count what an operator is to look at."""
    stopped = report.state in COUNTED
    log = telemetry.logger(SERVICE)
    (log.warning if stopped else log.info)(
        "import goes on" if report.state == ImportState.RUNNING else "import ended",
        tenant=tenant,
        import_id=report.id,
        state=report.state,
        holds=[hold.reason for hold in report.holds],
        runs=report.runs,
        rows=report.read,
        refused=report.refused,
        items_created=report.created,
        items_changed=report.changed,
        items_closed=report.closed,
    )
    if stopped:
        telemetry.count(SERVICE, COUNTED[ImportState(report.state)])
