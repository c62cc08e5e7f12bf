"""Announce a ledger upload, give the address for it, decide on one that is held (L1, L4)."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.idempotency import new_id
from relance.app.import_report import ImportDecision, ImportReport, ImportState
from relance.app.ports.files import Files
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.http.imports import (
    ImportCreate,
    ImportDecided,
    ImportKind,
    LedgerFormat,
)
from relance.contracts.uploads import Upload
from relance.ledger.issues import MappingError
from relance.ledger.mapping import find_mapping

MOST_BYTES = 200 * 1024 * 1024
GOOD_FOR_SECONDS = 3600
_LATELY = 50
CUSTOMERS = ImportKind.CUSTOMERS.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """An import awaiting its file, and the presigned POST (`url`, `fields`) to send it by."""

    report: ImportReport
    form: dict[str, Any]


def announce_upload(
    body: ImportCreate,
    *,
    store: TenantStore,
    files: Files,
    now: datetime,
    seed: str | None = None,
) -> Announced:
    """Keep an import that awaits its file; what is said of its format holds when it arrives.

    One that this `seed` announced lately is given another address. Raises BadInput for an unknown
    column mapping, or one where none is used.
    """
    tenant, own = store.tenant(), new_id(seed, digits=12)
    of_customers = body.kind is ImportKind.CUSTOMERS
    if of_customers and body.mapping is not None:
        raise BadInput("is for ledgers only", pointer="/mapping")
    if of_customers and body.format is not None:
        raise BadInput("is for ledgers only", pointer="/format")
    if body.mapping is not None:
        try:
            find_mapping(body.mapping, tenant.mappings)
        except MappingError as error:
            raise BadInput(str(error), pointer="/mapping") from None
    if body.mapping is not None and body.format is LedgerFormat.FEC:
        raise BadInput("an FEC is read without a mapping", pointer="/mapping")
    identifier = f"{now:%Y%m%dT%H%M%S}-{own}"
    folder = f"{identifier}/{CUSTOMERS}" if of_customers else identifier
    report = ImportReport(
        id=identifier,
        state=ImportState.AWAITING_UPLOAD,
        key=f"tenants/{tenant.id}/uploads/{folder}/{_safe(body.file_name)}",
        started_at=now,
        format=CUSTOMERS if of_customers else body.format or "",
        mapping=body.mapping,
    )
    known = _announced(own, store=store) if seed is not None else None
    report = known or report
    # First the address: what is refused it is kept nowhere.
    form = files.upload_address(report.key, seconds=GOOD_FOR_SECONDS, most_bytes=MOST_BYTES)
    if known is None:
        store.save_import(report)
    return Announced(report=report, form=form)


def _announced(own: str, *, store: TenantStore) -> ImportReport | None:
    """Return the import that the same request announced before: an id begins with its instant."""
    lately = store.imports(limit=_LATELY).entries
    return next((each for each in lately if each.id.endswith(f"-{own}")), None)


def import_of(identifier: str, *, store: TenantStore) -> ImportReport:
    """Return an import with its report; raises NotFound."""
    report = store.import_report(identifier)
    if report is None:
        raise NotFound("there is no such import")
    return report


def confirm_import(
    identifier: str,
    body: ImportDecided,
    *,
    author: str,
    store: TenantStore,
    jobs: Jobs,
    now: datetime,
) -> ImportReport:
    """Say yes to a held import: it is soon read again and taken in (L4).

    The yes is to the reasons that it is held for; should there be another one by then, it is held
    again. Confirming again has its message sent again. Raises NotFound, Conflict.
    """
    report = import_of(identifier, store=store)
    if report.state != ImportState.CONFIRMED:
        decision = _decision(report, body, confirmed=True, author=author, now=now)
        report = _decided(
            replace(report, decision=decision, state=ImportState.CONFIRMED, heard_at=now),
            was=report,
            store=store,
        )
    # Behind the write: should we stop here, whoever asks again has it sent.
    jobs.take_in(
        Upload(
            tenant=store.tenant().id,
            key=report.key,
            version=report.file_version,
            size=report.size,
            import_id=report.id,
            at=report.uploaded_at,
            order=report.order,
            mark=report.mark,
        )
    )
    return report


def discard_import(
    identifier: str, body: ImportDecided, *, author: str, store: TenantStore, now: datetime
) -> ImportReport:
    """Say that a held import is not wanted: nothing of it is ever written.

    Raises NotFound, Conflict.
    """
    report = import_of(identifier, store=store)
    decision = _decision(report, body, confirmed=False, author=author, now=now)
    return _decided(
        replace(report, decision=decision, state=ImportState.DISCARDED, heard_at=now),
        was=report,
        store=store,
    )


def _decision(
    report: ImportReport, body: ImportDecided, *, confirmed: bool, author: str, now: datetime
) -> ImportDecision:
    if report.state != ImportState.HELD:
        raise Conflict(f"only a held import can be decided on; this one is {report.state}")
    return ImportDecision(
        confirmed=confirmed,
        author=author,
        at=now,
        reason=body.reason,
        holds=tuple(hold.reason for hold in report.holds),
    )


def _decided(report: ImportReport, *, was: ImportReport, store: TenantStore) -> ImportReport:
    if not store.change_import(report, was=was):
        raise Conflict("someone else decided on this import at the same time")
    return report


def _safe(file_name: str) -> str:
    """Return the name with nothing in it that an object's key or an address would mind."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", file_name)[-120:]
