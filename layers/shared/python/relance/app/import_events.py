"""What other services are told of an import."""

from relance.app.import_report import ImportAmounts, ImportReport, ImportState
from relance.contracts.events import (
    Event,
    EventAmount,
    ImportAmount,
    ImportCompleted,
    ImportFailed,
    ImportHeld,
)
from relance.domain.money import to_decimal


def event_of(report: ImportReport, *, tenant: str) -> Event | None:
    """Return the event that tells of this state of an import; None for one that is under way.

    Its id follows from the import, its state and the run: the same fact always has the same.
    """
    shared = {
        "id": f"{report.id}.{report.state}.{report.runs}",
        "tenant": tenant,
        "at": report.ended_at or report.started_at,
        "import_id": report.id,
    }
    items = {"created": report.created, "changed": report.changed, "closed": report.closed}
    match report.state:
        case ImportState.DONE | ImportState.PARTIAL:
            return ImportCompleted.model_validate(
                shared
                | items
                | {
                    "state": str(report.state),
                    "rows": report.read,
                    "refused": report.refused,
                    "customers": report.customers,
                    "amounts": _amounts(report),
                }
            )
        case ImportState.HELD:
            reasons = tuple(str(hold.reason) for hold in report.holds)
            return ImportHeld.model_validate(
                shared | items | {"reasons": reasons, "amounts": _amounts(report)}
            )
        case ImportState.FAILED:
            return ImportFailed.model_validate(shared)
    return None


def _amounts(report: ImportReport) -> tuple[ImportAmount, ...]:
    return tuple(_amount(each) for each in report.amounts)


def _amount(sums: ImportAmounts) -> ImportAmount:
    def told(minor: int) -> EventAmount:
        return EventAmount(amount=str(to_decimal(minor, sums.currency)), currency=sums.currency)

    return ImportAmount(
        open_before=told(sums.open_before),
        open_after=told(sums.open_after),
        created=told(sums.created),
        closed=told(sums.closed),
    )
