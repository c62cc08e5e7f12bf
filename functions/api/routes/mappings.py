"""How a company's own lists of open items are read (L2). Their ETag is that of its settings."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import Response
from pydantic import TypeAdapter

from functions.api.access import CurrentSession
from functions.api.answers import (
    MOST,
    After,
    IfMatch,
    Limit,
    expected,
    listed,
    nothing,
    part_of,
    single,
)
from functions.api.routes.router import new_router
from relance.app import mappings
from relance.app.errors import NotFound
from relance.app.mappings import NamedMapping
from relance.contracts.http.imports import RowIssueBody
from relance.contracts.http.mappings import (
    MappingBody,
    MappingTrial,
    MappingTried,
    MappingWrite,
    TriedItem,
    TriedRow,
)
from relance.contracts.http.texts import Name
from relance.contracts.http.values import Money, Page
from relance.domain.identifiers import customer_code

if TYPE_CHECKING:
    from relance.ledger.issues import RowIssue
    from relance.ledger.matching import Movement
    from relance.ledger.trial import Trial, TrialRow

router = new_router()

_MAPPING = "/v1/mappings/<mapping>"


@router.get("/v1/mappings", tags=["Mappings"])
def list_mappings(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[MappingBody]:
    """List your own mappings and those that come with the product."""
    found = mappings.all_mappings(session.store.tenant())
    return listed(
        part_of(
            found,
            lambda each: each.name,
            of=session.list_named("mappings"),
            limit=limit,
            after=after,
        ),
        _body,
    )


@router.post("/v1/mappings/trial", tags=["Mappings"])
def try_mapping(session: CurrentSession, body: MappingTrial) -> MappingTried:
    """Show how the beginning of a file would be read by a mapping; nothing is saved."""
    return _tried(mappings.tried(body.mapping, body.sample, store=session.store))


@router.get(_MAPPING, tags=["Mappings"])
def get_mapping(session: CurrentSession, mapping: str) -> Response[MappingBody]:
    """Show a mapping. In the address, a space in its name is written ~20."""
    tenant = session.store.tenant()
    return single(_body(mappings.mapping_of(_name(mapping), tenant)), version=tenant.version)


@router.put(_MAPPING, tags=["Mappings"])
def save_mapping(
    session: CurrentSession, mapping: str, body: MappingWrite, if_match: IfMatch = None
) -> Response[MappingBody]:
    """Save a mapping of your own, or another in its place."""
    tenant = mappings.save_mapping(
        _name(mapping),
        body.mapping,
        sample=body.sample,
        store=session.store,
        expected=expected(if_match),
    )
    return single(_body(mappings.mapping_of(_name(mapping), tenant)), version=tenant.version)


@router.delete(_MAPPING, tags=["Mappings"], status_code=HTTPStatus.NO_CONTENT)
def delete_mapping(
    session: CurrentSession, mapping: str, if_match: IfMatch = None
) -> Response[None]:
    """Forget a mapping of your own."""
    mappings.delete_mapping(_name(mapping), store=session.store, expected=expected(if_match))
    return nothing()


def _name(mapping: str) -> str:
    """Return the name, which addresses spell as the customers' codes; raise NotFound for none."""
    try:
        name: str = TypeAdapter(Name).validate_python(customer_code(mapping))
    except ValueError:
        raise NotFound("no mapping can have this name") from None
    return name


def _body(found: NamedMapping) -> MappingBody:
    return MappingBody(name=found.name, own=found.own, mapping=dict(found.mapping))


def _tried(trial: "Trial") -> MappingTried:
    return MappingTried(
        fits=trial.fits,
        read=trial.read,
        refused=trial.refused,
        separator=trial.separator,
        decimal=trial.decimal,
        date_formats=trial.date_formats,
        rows=tuple(_row(each) for each in trial.rows),
        problems=tuple(_issue(each) for each in trial.problems),
        warnings=trial.warnings,
    )


def _row(found: "TrialRow") -> TriedRow:
    return TriedRow(
        row=found.row,
        customer=found.customer,
        name=found.name,
        item=_item(found.item) if found.item else None,
        problem=_issue(found.problem) if found.problem else None,
    )


def _item(item: "Movement") -> TriedItem:
    left = item.amount if item.stated is None else item.stated
    return TriedItem(
        kind=item.kind.value,
        number=item.number,
        issued=item.issued,
        due=item.due,
        amount=Money.of(item.amount, item.currency),
        open=Money.of(left, item.currency),
        paid_on=item.paid_on,
        status=item.status.value,
        label=item.label,
    )


def _issue(issue: "RowIssue") -> RowIssueBody:
    return RowIssueBody(row=issue.row, column=issue.column, reason=issue.reason, value=issue.value)
