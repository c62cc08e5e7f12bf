"""Take an uploaded ledger in: read, compare with what is stored, write the change, report (L1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from relance.app.blocks import newly_kept
from relance.app.errors import BadInput, Conflict
from relance.app.ports import Account, Files, ImportReport, Profile, Tenant, TenantStore
from relance.app.schedule import reschedule
from relance.contracts.uploads import Upload
from relance.domain.blocks import Promise
from relance.domain.identifiers import customer_id
from relance.domain.presets import Preset, standard
from relance.ledger.issues import LedgerError
from relance.ledger.ledger import Ledger, LedgerAccount
from relance.ledger.read import read_ledger
from relance.ledger.reconcile import Reconciliation, reconcile, unseen

# Others may change a customer while its account is compared; each try reads it again.
_TRIES = 5
_PAGE = 200
# One report is one record in the table: the rest of a hopeless file's rows is only counted.
_MOST_ISSUES = 500


@dataclass(slots=True)
class _Counts:
    created: int = 0
    changed: int = 0
    closed: int = 0
    unchanged: int = 0
    customers: int = 0

    def add(self, outcome: Reconciliation) -> None:
        self.created += len(outcome.created)
        self.changed += len(outcome.changed)
        self.closed += len(outcome.closed)
        self.unchanged += outcome.unchanged
        self.customers += 1


def sync_upload(
    upload: Upload, *, store: TenantStore, files: Files, today: date, now: datetime
) -> ImportReport:
    """Import one uploaded file and return its report, which is also stored.

    `today` is the tenant day, `now` the real instant. The same upload again changes nothing. A
    file that is no ledger ends in state `failed` and changes nothing; one with refused rows, or
    cut, in `partial`: good rows are kept, nothing is closed, and customers whose account may be
    known only in part are sent nothing until a whole import. A full ledger gives way, as `failed`,
    to one uploaded later: it would call unpaid what was paid since.
    """
    announced = store.import_report(upload.import_id)
    report = ImportReport(
        id=upload.import_id,
        state="running",
        key=upload.key,
        started_at=now,
        mapping=announced.mapping if announced else None,
    )
    if not store.begin_import(report):
        return announced or report
    tenant = store.tenant()
    try:
        ledger = read_ledger(
            files.read(upload.key, version=upload.version),
            mappings=tenant.mappings,
            mapping=report.mapping or tenant.default_mapping,
            settings=tenant.reading,
        )
    except (LedgerError, BadInput) as error:  # not there, or under a name that can't be read
        return _failed(report, error, store=store, now=now)
    if ledger.snapshot and upload.at is not None:
        store.mark_ledger(upload.at)
    try:
        counts = _store_ledger(ledger, upload, store=store, tenant=tenant, today=today)
    except _Overtaken as error:
        return _failed(report, error, store=store, now=now)
    report = replace(
        report,
        state="done" if ledger.whole else "partial",
        ended_at=now,
        format=ledger.format,
        mapping=ledger.mapping,
        read=ledger.read,
        refused=ledger.refused,
        created=counts.created,
        changed=counts.changed,
        closed=counts.closed,
        unchanged=counts.unchanged,
        customers=counts.customers,
        issues=ledger.issues[:_MOST_ISSUES],
        warnings=ledger.warnings,
    )
    store.save_import(report)
    return report


def _failed(
    report: ImportReport, error: Exception, *, store: TenantStore, now: datetime
) -> ImportReport:
    report = replace(report, state="failed", ended_at=now, error=str(error))
    store.save_import(report)
    return report


class _Overtaken(Exception):
    """A full ledger that was uploaded later is taken in already, or at this moment."""


def _check_newest(ledger: Ledger, upload: Upload, *, store: TenantStore) -> None:
    """Raise _Overtaken for a full ledger that is not the newest any more."""
    newest = store.tenant().ledger_at
    if ledger.snapshot and upload.at is not None and newest is not None and newest > upload.at:
        raise _Overtaken(
            f"A full ledger uploaded later, at {newest:%Y-%m-%d %H:%M:%S} UTC, was taken in before"
            f" this one of {upload.at:%Y-%m-%d %H:%M:%S} UTC, which is out of date. To use it all"
            " the same, upload it again."
        )


def _store_ledger(
    ledger: Ledger, upload: Upload, *, store: TenantStore, tenant: Tenant, today: date
) -> _Counts:
    """Bring every customer's stored account to what the ledger says."""
    _check_newest(ledger, upload, store=store)
    add_default_scenarios(store)
    counts = _Counts()
    for code, account in _accounts(ledger, store=store):
        outcome = _sync_customer(
            customer_id(code),
            account,
            store=store,
            today=today,
            upload=upload,
            ledger=ledger,
            tenant=tenant,
            doubtful=code in ledger.doubtful,
        )
        counts.add(outcome)
    if ledger.whole:
        store.mark_first_sync(today)
        store.mark_ledger_day(today)
    return counts


def _accounts(ledger: Ledger, *, store: TenantStore) -> Iterator[tuple[str, LedgerAccount | None]]:
    """Yield the file's accounts, then stored customers that it does not have but concerns."""
    yield from ledger.accounts.items()
    for code in _stored_codes(store):
        if code not in ledger.accounts and (ledger.closes_absent or code in ledger.doubtful):
            yield code, None


def _stored_codes(store: TenantStore) -> Iterator[str]:
    after: str | None = None
    while True:
        page = store.customers(limit=_PAGE, after=after)
        yield from (customer.code for customer in page.entries)
        if page.next is None:
            return
        after = page.next


def _sync_customer(
    customer: str,
    account: LedgerAccount | None,
    *,
    store: TenantStore,
    today: date,
    upload: Upload,
    ledger: Ledger,
    tenant: Tenant,
    doubtful: bool,
) -> Reconciliation:
    """Bring one customer's stored account to the file's, and set its next date."""
    for _ in range(_TRIES):
        stored = store.account(customer)
        items = stored.items if stored else ()
        own_terms = stored.customer.terms if stored else None
        outcome = reconcile(
            stored.customer if stored else None,
            items,
            account,
            on=today,
            import_id=upload.import_id,
            first_sync=tenant.first_sync_on is None,
            closes_absent=ledger.closes_absent,
            whole=ledger.whole,
            doubtful=doubtful,
            archived=store.archived(unseen(account, items, on=today)) if stored and account else {},
            entries=tenant.rules.entries,
            terms=own_terms or tenant.rules.terms,
        )
        kept = _kept_promises(stored, outcome, on=today)
        if not (outcome.touches or kept):
            return outcome
        # After the account was read: what a newer ledger wrote since then is a conflict.
        _check_newest(ledger, upload, store=store)
        try:
            written = outcome.customer
            if outcome.touches:
                written = store.apply_sync(written, put=outcome.put, import_id=upload.import_id)
            for promise in kept:
                written = store.save_block(written, promise)
        except Conflict:
            continue
        reschedule(customer, store=store, on=today)
        return outcome
    raise Conflict(f"{customer} is being changed by others")


def _kept_promises(
    stored: Account | None, outcome: Reconciliation, *, on: date
) -> tuple[Promise, ...]:
    """The promises that are kept once the outcome is written (D30)."""
    if stored is None or not stored.blocks:
        return ()
    after = {item.id: item for item in (*stored.items, *outcome.put)}
    promises = (each for each in stored.blocks if isinstance(each, Promise))
    return newly_kept(promises, after.values(), on=on)


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
    except Conflict:  # another import of the same minute made it
        pass
    for scenario in missing.values():
        try:
            store.add_scenario_version(scenario)
        except Conflict:  # made by another import, or deleted
            continue
