"""What every import does, of a ledger or of customers: read its file, fill and end its report."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from relance.app.errors import BadInput
from relance.app.import_report import ImportReport, ImportState
from relance.app.ports.files import Files
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, unheard
from relance.app.uploads import MOST_BYTES
from relance.contracts.uploads import Upload
from relance.domain.identifiers import customer_id
from relance.ledger.ledger import Ledger
from relance.ledger.refused import refused_csv

# One report is one record in the table: the rest of a hopeless file's rows is only counted.
_MOST_ISSUES = 500
# Characters of a customer's id, which the keys of its facts begin with.
LONGEST_ID = 500


def always() -> bool:
    """Tell that there is time left."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How an import works: `in_time` says whether to go on, `at_once` are customers in hand.

    `clock` gives the real instant at which it ends (aware), None for the one at which it began.
    `failed` hears of a customer that is written and whose next date could not be set.
    """

    in_time: Callable[[], bool] = always
    at_once: int = 1
    clock: Callable[[], datetime] | None = None
    failed: Failed = unheard


def content(upload: Upload, files: Files) -> Iterable[bytes]:
    """Return the file's bytes; BadInput, before any is read, when there are too many."""
    if upload.size > MOST_BYTES:
        megabytes = MOST_BYTES // (1024 * 1024)
        raise BadInput(f"the file has {upload.size} bytes; a ledger may have {megabytes} MB")
    return files.read(upload.key, version=upload.version, most_bytes=MOST_BYTES)


def with_keepable(ledger: Ledger) -> Ledger:
    """Return the ledger without accounts whose code can't be kept, and the warning that says so.

    Only codes of many letters with accents or other scripts come near that.
    """
    accounts = {
        code: account
        for code, account in ledger.accounts.items()
        if len(customer_id(code)) <= LONGEST_ID
    }
    left_out = [code for code in ledger.accounts if code not in accounts]
    if not left_out:
        return ledger
    first = left_out[0][:40]
    warning = f"Left out, as their codes are too long to be kept: {len(left_out)}, as {first}…"
    return replace(ledger, accounts=accounts, warnings=(*ledger.warnings, warning))


def told_by(ledger: Ledger, report: ImportReport, documents: Files | None) -> ImportReport:
    """Add to the report what the file says by itself, and keep its refused rows."""
    refused = ""
    rows = refused_csv(ledger) if documents is not None else b""
    if rows and documents is not None:
        folder = report.key.split("/", 2)[1]
        refused = f"tenants/{folder}/imports/{report.id}/refused.csv"
        documents.put(refused, rows, content_type="text/csv; charset=utf-8")
    return replace(
        report,
        format=ledger.format,
        mapping=ledger.mapping,
        read=ledger.read,
        refused=ledger.refused,
        issues=ledger.issues[:_MOST_ISSUES],
        warnings=tuple(dict.fromkeys((*report.warnings, *ledger.warnings))),
        read_as=ledger.read_as,
        refused_file=refused,
    )


def end_import(
    report: ImportReport,
    state: ImportState,
    *,
    store: TenantStore,
    effort: Effort,
    error: str = "",
) -> ImportReport:
    """End an import in this state, store its report and return it."""
    ended = effort.clock() if effort.clock else report.heard_at
    report = replace(report, state=state, ended_at=ended, error=error)
    store.save_import(report)
    return report
