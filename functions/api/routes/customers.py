"""Customers, what they owe and why they are or are not reminded (C1, C7)."""

from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.access import CurrentSession, Session
from functions.api.answers import MOST, After, IfMatch, Limit, expected, listed, part_of, single
from functions.api.bodies import balance_body, explanation_body
from functions.api.routes.router import new_router
from relance.app import customer_list, customers, queries
from relance.app.customer_list import WantedCustomers
from relance.app.ports.page import Page as Part
from relance.contracts.http.actions import ActionBody
from relance.contracts.http.customers import (
    CustomerBody,
    CustomerCreate,
    CustomerDetail,
    CustomerPatch,
)
from relance.contracts.http.explanations import Explanation
from relance.contracts.http.items import ItemBody
from relance.contracts.http.values import Page
from relance.domain.explain import ItemExplanation
from relance.domain.identifiers import customer_id
from relance.domain.items import Item

router = new_router()

# Each part takes as long as the whole: a large one, of some 200 KB.
MOST_EXPLAINED = 1_000

EXPORT = "/v1/customers.csv"
MOST_EXPORTED = 2_000

Code = Annotated[
    str | None, Query(max_length=100, description="only the customer with this account code")
]
Words = Annotated[
    str | None,
    Query(max_length=200, description="only those with these words in their name or account code"),
]
OfProfile = Annotated[str | None, Query(max_length=200, description="only of this profile")]
InSector = Annotated[str | None, Query(max_length=200, description="only of this sector")]
InRegion = Annotated[str | None, Query(max_length=200, description="only of this region")]
WithTag = Annotated[str | None, Query(max_length=200, description="only those with this tag")]
InCharge = Annotated[
    str | None,
    Query(max_length=200, description="only those that this user or group looks after"),
]
HasEmail = Annotated[
    bool | None, Query(description="only those with, or without, an address that can be used")
]
LimitOfItems = Annotated[
    int, Query(alias="limit", ge=1, le=MOST_EXPLAINED, description="how many items at most")
]
Paid = Annotated[bool, Query(description="those put away once paid, instead of the live ones")]


@router.get("/v1/customers", tags=["Customers"])
def list_customers(
    session: CurrentSession,
    code: Code = None,
    q: Words = None,
    profile: OfProfile = None,
    sector: InSector = None,
    region: InRegion = None,
    tag: WithTag = None,
    account_manager: InCharge = None,
    has_email: HasEmail = None,
    limit: Limit = MOST,
    after: After = None,
) -> Page[CustomerBody]:
    """List the customers; only those asked for.

    A part may hold fewer than asked for and yet be followed by another.
    """
    if code is None:
        wanted = WantedCustomers(
            words=q,
            profile=profile,
            sector=sector,
            region=region,
            tag=tag,
            account_manager=account_manager,
            has_email=has_email,
        )
        page = customer_list.list_customers(wanted, store=session.store, limit=limit, after=after)
        return listed(page, CustomerBody.of)
    account = session.store.account(customer_id(code))
    found = (account.customer,) if account else ()
    return listed(Part(entries=found), CustomerBody.of)


@router.get(EXPORT, tags=["Customers"], enable_validation=False)  # it is no JSON
def export_customers(session: CurrentSession) -> Response[str]:
    """Give the customers and contacts as the CSV that can be sent back.

    A list of more than 2,000 customers comes in parts: `Link` in the answer leads to the next.
    """
    from relance.app.customer_export import export_customers as export  # only for this

    after = router.current_event.query_string_parameters.get("after")
    part = export(store=session.store, most=MOST_EXPORTED, after=after)
    headers: dict[str, str | list[str]] = {
        "Content-Disposition": 'attachment; filename="customers.csv"'
    }
    if part.next is not None:
        headers["Link"] = f'<{EXPORT}?after={quote(part.next)}>; rel="next"'
    return Response(
        status_code=HTTPStatus.OK.value,
        content_type="text/csv; charset=utf-8",
        body=part.text,
        headers=headers,
    )


@router.post("/v1/customers", tags=["Customers"], status_code=HTTPStatus.CREATED)
def create_customer(session: CurrentSession, body: CustomerCreate) -> Response[CustomerDetail]:
    """Add a customer that the ledger has not brought yet."""
    customer = customers.create_customer(body, store=session.store)
    location = f"/v1/customers/{customer.id}"
    return _detail(customer.id, session, status=HTTPStatus.CREATED, location=location)


@router.get("/v1/customers/<customer>", tags=["Customers"])
def get_customer(session: CurrentSession, customer: str) -> Response[CustomerDetail]:
    """Show a customer with its balances and the day it is looked at next."""
    return _detail(customer, session)


@router.patch("/v1/customers/<customer>", tags=["Customers"])
def edit_customer(
    session: CurrentSession, customer: str, body: CustomerPatch, if_match: IfMatch = None
) -> Response[CustomerDetail]:
    """Change the facts given of a customer, leave the others."""
    customers.edit_customer(
        customer,
        body,
        author=session.author,
        store=session.store,
        on=session.today(),
        expected=expected(if_match),
        failed=session.failed,
    )
    return _detail(customer, session)


@router.get("/v1/customers/<customer>/items", tags=["Customers"])
def list_customer_items(
    session: CurrentSession,
    customer: str,
    limit: Limit = MOST,
    after: After = None,
    paid: Paid = False,
) -> Page[ItemBody]:
    """List a customer's live items, oldest due first, or those paid and put away."""
    account = queries.account_of(customer, store=session.store)
    if paid:
        page = session.store.paid_items(customer, limit=limit, after=after)
    else:
        page = part_of(
            list(account.items),
            _by_due,
            of=session.list_named(f"items/{customer}"),
            limit=limit,
            after=after,
        )
    tenant, on = session.store.tenant(), session.today()

    def body(item: Item) -> ItemBody:
        due = queries.effective_due(item, account.customer, tenant=tenant)
        return ItemBody.of(item, customer=customer, effective_due=due, on=on)

    return listed(page, body)


@router.get("/v1/customers/<customer>/actions", tags=["Customers"])
def list_customer_actions(
    session: CurrentSession, customer: str, limit: Limit = MOST, after: After = None
) -> Page[ActionBody]:
    """List all that was done for a customer and all that waits, newest first."""
    queries.account_of(customer, store=session.store)
    page = session.store.history(customer, limit=limit, after=after)
    return listed(page, lambda action: ActionBody.of(action, customer=customer))


@router.get("/v1/customers/<customer>/explanation", tags=["Customers"])
def explain_customer(
    session: CurrentSession,
    customer: str,
    limit: LimitOfItems = MOST_EXPLAINED,
    after: After = None,
) -> Explanation:
    """Say for each live item what a run today makes of it, by which rule, and until when."""
    whole = queries.explain(customer, store=session.store, on=session.today())
    part = part_of(
        whole.items,
        _by_due_and_number,
        of=session.list_named(f"explanation/by-due/{customer}"),
        limit=limit,
        after=after,
    )
    return explanation_body(replace(whole, items=part.entries), more=part.next)


def _detail(
    customer: str,
    session: Session,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    location: str | None = None,
) -> Response[CustomerDetail]:
    account = queries.account_of(customer, store=session.store)
    owed = queries.balances(account, tenant=session.store.tenant(), on=session.today())
    body = CustomerDetail.with_balances(
        account.customer,
        balances=tuple(balance_body(balance) for balance in owed),
        next_date=account.next_date,
    )
    return single(body, version=account.customer.version, status=status, location=location)


def _by_due_and_number(each: ItemExplanation) -> str:
    # A cursor has room for so much of a number; the id tells apart what is alike.
    return f"{each.due or date.max}/{each.number[:100]}/{each.item}"


def _by_due(item: Item) -> str:
    return f"{item.due or item.issued}/{item.id}"
