"""Delete for good the files that a company keeps no longer, a bounded part at a time (H4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from relance.app.ports.files import Files
from relance.app.ports.jobs import Jobs
from relance.app.ports.registry import Registry
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.uploads import RetentionSweep
from relance.domain.calendar import add_months

_REPORTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many versions of files were deleted; `more` says that the rest was handed on."""

    deleted: int = 0
    more: bool = False


def start_sweep(*, registry: Registry, jobs: Jobs) -> int:
    """Put one message per tenant on the queue; return how many."""
    count = 0
    for tenant in registry.tenant_ids():
        jobs.sweep(RetentionSweep(tenant=tenant))
        count += 1
    return count


def sweep_files(
    message: RetentionSweep,
    *,
    store: TenantStore,
    uploads: Files,
    documents: Files,
    jobs: Jobs,
    today: date,
    in_time: Callable[[], bool],
) -> Swept:
    """Delete what of one tenant's files is older than it keeps them, as of tenant day `today`.

    When `in_time` says that the run must end, the rest is handed on. The same message again deletes
    what is left.
    """
    kept = store.tenant().retention
    # What is swept, in this order: the message says how far it came.
    places = (
        (uploads, "", kept.uploads_months),
        (documents, "imports", kept.uploads_months),
        (documents, "documents", kept.messages_months),
    )
    deleted = 0
    for number, (files, folder, months) in enumerate(places):
        after = message.after if number == message.place else None
        while number >= message.place:
            if not in_time():
                jobs.sweep(message.model_copy(update={"place": number, "after": after}))
                return Swept(deleted=deleted, more=True)
            part = files.erase_older(folder, before=_before(today, months), after=after)
            deleted, after = deleted + part.deleted, part.next
            if after is None:
                break
    _forget_reports(_before(today, kept.uploads_months), store=store, in_time=in_time)
    return Swept(deleted=deleted)


def _before(today: date, months: int) -> datetime:
    """Return the instant before which what is kept for so many months was written."""
    return datetime.combine(add_months(today, -months), time(), UTC)


def _forget_reports(before: datetime, *, store: TenantStore, in_time: Callable[[], bool]) -> None:
    """Delete old reports of imports, which quote refused rows; the rest goes next week."""
    while in_time() and store.forget_imports(before=before, most=_REPORTS) == _REPORTS:
        pass
