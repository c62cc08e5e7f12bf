"""Announce a ledger upload and give the address for it (L1)."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relance.app.errors import BadInput, NotFound
from relance.app.ports import Files, ImportReport, TenantStore
from relance.contracts.http.imports import ImportCreate, LedgerFormat
from relance.ledger.issues import MappingError
from relance.ledger.mapping import find_mapping

MOST_BYTES = 200 * 1024 * 1024
GOOD_FOR_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """An import awaiting its file, and the presigned POST (`url`, `fields`) to send it by."""

    report: ImportReport
    form: dict[str, Any]


def announce_upload(
    body: ImportCreate, *, store: TenantStore, files: Files, now: datetime
) -> Announced:
    """Keep an import that awaits its file; what is said of its format holds when it arrives.

    Raises BadInput for an
    unknown column mapping.
    """
    tenant = store.tenant()
    if body.mapping is not None:
        try:
            find_mapping(body.mapping, tenant.mappings)
        except MappingError as error:
            raise BadInput(str(error), pointer="/mapping") from None
    if body.mapping is not None and body.format is LedgerFormat.FEC:
        raise BadInput("an FEC is read without a mapping", pointer="/mapping")
    identifier = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(6)}"
    report = ImportReport(
        id=identifier,
        state="awaiting_upload",
        key=f"tenants/{tenant.id}/uploads/{identifier}/{_safe(body.file_name)}",
        started_at=now,
        format=body.format or "",
        mapping=body.mapping,
    )
    store.save_import(report)
    form = files.upload_address(report.key, seconds=GOOD_FOR_SECONDS, most_bytes=MOST_BYTES)
    return Announced(report=report, form=form)


def import_of(identifier: str, *, store: TenantStore) -> ImportReport:
    """Return an import with its report; raises NotFound."""
    report = store.import_report(identifier)
    if report is None:
        raise NotFound("there is no such import")
    return report


def _safe(file_name: str) -> str:
    """Return the name with nothing in it that an object's key or an address would mind."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", file_name)[-120:]
