"""From an import's report to the bodies that the API gives."""

from collections.abc import Mapping

from relance.app.import_report import ImportAmounts, ImportReport
from relance.contracts.http.imports import (
    ClosingBody,
    DecisionBody,
    HoldBody,
    ImportAmountsBody,
    ImportBody,
    ImportDetail,
    RowIssueBody,
)
from relance.contracts.http.values import Money

_PLAIN = (
    "id",
    "state",
    "started_at",
    "ended_at",
    "format",
    "mapping",
    "read_as",
    "read",
    "refused",
    "created",
    "changed",
    "closed",
    "absent",
    "unchanged",
    "customers",
    "warnings",
    "error",
)


def import_body(report: ImportReport) -> ImportBody:
    """Return the body of an import as lists show it."""
    return ImportBody.model_validate(_fields(report))


def import_detail(
    report: ImportReport, *, names: Mapping[str, str], refused_url: str | None
) -> ImportDetail:
    """Return the body of an import with its report row by row; `names` are those of customers."""
    issues = tuple(
        RowIssueBody(row=issue.row, column=issue.column, reason=issue.reason, value=issue.value)
        for issue in report.issues
    )
    closings = tuple(
        ClosingBody(
            customer=each.customer,
            name=names.get(each.customer, ""),
            number=each.number,
            amount=Money.of(each.amount, each.currency),
            why=each.why,
        )
        for each in report.closings
    )
    more = {"issues": issues, "closings": closings, "refused_url": refused_url}
    return ImportDetail.model_validate(_fields(report) | more)


def _fields(report: ImportReport) -> dict[str, object]:
    decision = report.decision
    return {name: getattr(report, name) for name in _PLAIN} | {
        "duration": (report.ended_at - report.started_at).total_seconds()
        if report.ended_at
        else None,
        "amounts": tuple(_amounts(each) for each in report.amounts),
        "holds": tuple(HoldBody(reason=each.reason, message=each.message) for each in report.holds),
        "decision": DecisionBody(
            confirmed=decision.confirmed,
            author=decision.author,
            at=decision.at,
            reason=decision.reason,
            holds=decision.holds,
        )
        if decision
        else None,
    }


def _amounts(sums: ImportAmounts) -> ImportAmountsBody:
    code = sums.currency
    return ImportAmountsBody(
        currency=code,
        open_before=Money.of(sums.open_before, code),
        open_after=Money.of(sums.open_after, code),
        created=Money.of(sums.created, code),
        closed=Money.of(sums.closed, code),
    )
