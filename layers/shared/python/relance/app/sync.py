"""Take an uploaded ledger in: read, find what it changes, hold or write it, report (L1, L4)."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta

from relance.app.account_sync import Books, write_difference
from relance.app.customer_import import import_customers
from relance.app.errors import BadInput, Conflict, MovedMeanwhile
from relance.app.import_begin import begin_run
from relance.app.import_plan import (
    ImportPlan,
    OutOfTime,
    concerned,
    holds,
    outdated,
    plan_import,
    stored_codes,
)
from relance.app.import_report import Hold, ImportReport, ImportState
from relance.app.import_steps import Effort, content, end_import, told_by, with_keepable
from relance.app.ports.files import Files
from relance.app.ports.tenant import Profile, Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.app.spread import spread
from relance.contracts.uploads import Upload
from relance.domain.presets import Preset, standard
from relance.ledger.issues import LedgerError
from relance.ledger.ledger import Ledger
from relance.ledger.read import read_ledger

# A file whose reading alone takes all the time would else go round for ever.
_MOST_RUNS = 30


def sync_upload(
    upload: Upload,
    *,
    store: TenantStore,
    files: Files,
    today: date,
    now: datetime,
    documents: Files | None = None,
    effort: Effort | None = None,
) -> ImportReport:
    """Import one uploaded file and return its report, which is also stored.

    `today` is the tenant day, `now` the real instant. The same upload again changes nothing. A file
    that is no ledger ends in state `failed` and changes nothing; so does what is `held` until a
    person confirms it. One with refused rows, or cut and confirmed, ends in `partial`: good rows
    are kept, nothing is closed, and customers whose account may be known only in part are sent
    nothing until a whole import. `running` means that time ran out: the same upload again goes on.
    Refused rows are kept in `documents`, if given. No two may run at once: see `import_in_turn`.
    """
    effort = effort or Effort()
    report, begun = begin_run(upload, store=store, now=now)
    if not begun:
        return report
    try:
        if report.runs > _MOST_RUNS:
            raise BadInput("The file is too large to be taken in.")
        if upload.of_customers:
            return _take_customers(report, upload, store, files, documents, today, effort)
        ledger = _ledger(report, upload, store.tenant(), files)
    except (LedgerError, BadInput) as why:  # not there, or under a name that can't be read
        return end_import(report, ImportState.FAILED, store=store, effort=effort, error=str(why))
    except OutOfTime:
        return report
    report = told_by(ledger, report, documents)
    add_default_scenarios(store)
    books = Books(
        ledger=ledger,
        import_id=report.id,
        tenant=store.tenant(),  # before the scenarios: these are never older than its version
        scenarios=store.scenarios(),
        store=store,
        on=today,
    )
    try:
        return _take_in(report, books, upload, effort)
    except OutOfTime:
        return report


def _ledger(report: ImportReport, upload: Upload, tenant: Tenant, files: Files) -> Ledger:
    """Read the file as the tenant has its files read; raise LedgerError or BadInput."""
    ledger = read_ledger(
        content(upload, files),
        mappings=tenant.mappings,
        mapping=report.mapping or tenant.default_mapping,
        settings=tenant.reading,
    )
    return with_keepable(ledger)


def _take_customers(
    report: ImportReport,
    upload: Upload,
    store: TenantStore,
    files: Files,
    documents: Files | None,
    today: date,
    effort: Effort,
) -> ImportReport:
    """Take in a list of customers and end its import; raises LedgerError, BadInput, OutOfTime."""
    taken = import_customers(
        content(upload, files),
        store=store,
        on=today,
        author=f"import {report.id}",
        failed=effort.failed,
        reading=store.tenant().reading,
        in_time=effort.in_time,
    )
    report = replace(
        told_by(taken.file, report, documents),
        created=taken.created,
        changed=taken.changed,
        unchanged=taken.unchanged,
        customers=taken.created + taken.changed + taken.unchanged,
    )
    state = ImportState.PARTIAL if report.refused else ImportState.DONE
    return end_import(report, state, store=store, effort=effort)


def _take_in(report: ImportReport, books: Books, upload: Upload, effort: Effort) -> ImportReport:
    """Find out what the ledger does, then hold it, or write it and end the report.

    What is planned is not planned again by a later run: half of it may be written, and then the
    rest would not be what was weighed. That run compares every account and writes what differs;
    unless a newer ledger was taken in between, which it must not undo.
    """
    store, codes = books.store, None
    stored = frozenset(stored_codes(store))
    if not report.planned or not _agreed(report, outdated(books, upload)):
        plan = plan_import(books, stored, in_time=effort.in_time, at_once=effort.at_once)
        report = _with_plan(report, plan, books, upload)
        if not report.planned:
            return end_import(report, ImportState.HELD, store=store, effort=effort)
        store.save_import(report)
        codes = plan.codes
    if books.ledger.snapshot and upload.at is not None:
        store.mark_ledger(upload.at, upload.order)
    if codes is None:
        codes = list(concerned(books, stored))
    _write(codes, books, stored, effort)
    if books.ledger.whole:
        store.mark_first_sync(books.on)
        store.mark_ledger_day(books.on - _waited(report, books))
    state = ImportState.DONE if books.ledger.whole else ImportState.PARTIAL
    return end_import(report, state, store=store, effort=effort)


def _waited(report: ImportReport, books: Books) -> timedelta:
    """Return how many days old a ledger is, which may have been held or its message put aside.

    Corrected rows are no fresher than the ledger that they were refused from.
    """
    since = report.uploaded_at
    if books.ledger.correction and books.tenant.ledger_at is not None:
        since = books.tenant.ledger_at
    if since is None or report.heard_at is None:
        return timedelta()
    return timedelta(days=max(0, (report.heard_at - since).days))


def _with_plan(
    report: ImportReport, plan: ImportPlan, books: Books, upload: Upload
) -> ImportReport:
    """Add what the ledger would do, and whether it may: `planned` if nobody must be asked."""
    found = holds(plan, books, upload)
    return replace(
        report,
        created=plan.created,
        changed=plan.changed,
        closed=plan.closed,
        absent=plan.absent,
        unchanged=plan.unchanged,
        customers=plan.customers,
        amounts=plan.amounts,
        closings=plan.closings,
        holds=found,
        planned=_agreed(report, *found),
    )


def _agreed(report: ImportReport, *found: Hold | None) -> bool:
    """Whether a person said yes to each of these reasons, if there are any."""
    decided = report.decision
    agreed = decided.holds if decided and decided.confirmed else ()
    return all(hold.reason in agreed for hold in found if hold)


def _write(codes: Iterable[str], books: Books, stored: frozenset[str], effort: Effort) -> None:
    """Write each of these customers' differences; raise OutOfTime when the run must end.

    One that others are changing just now does not keep those behind it; it is tried again in the
    end, and Conflict raised if it is still being changed then.
    """

    def write(code: str) -> str | None:
        try:
            write_difference(code, books, known=code in stored)
        except Conflict:
            return code
        return None

    busy: list[str] = []
    with closing(spread(write, codes, at_once=effort.at_once)) as left:
        for code in left:
            busy += [code] if code is not None else []
            if not effort.in_time():
                raise OutOfTime
    for code in busy:
        write_difference(code, books)


def add_default_scenarios(store: TenantStore) -> None:
    """Give a tenant without a scenario of its own the Standard pair and its profile (S5).

    One half may be there alone, after a crash. What a person deleted stays deleted.
    """
    pair = standard()
    missing = {scenario.id: scenario for scenario in pair}
    for scenario in store.scenarios():
        if missing.pop(scenario.id, None) is None:
            return
    try:
        if missing and all(profile.id != Preset.STANDARD for profile in store.profiles()):
            store.save_profile(Profile(id=Preset.STANDARD.value, name="Standard"))
    except MovedMeanwhile:  # whether it is there is not known
        raise
    except Conflict:  # another import of the same minute made it
        pass
    for scenario in missing.values():
        try:
            store.add_scenario_version(scenario)
        except Conflict:  # made by another import, or deleted
            continue
