"""The tenant's receivable entries, and what people set of them."""

from decimal import Decimal
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.access import CurrentSession, Session
from functions.api.answers import (
    MOST,
    After,
    IfMatch,
    InOrder,
    Limit,
    OfCustomer,
    Order,
    expected,
    listed,
    single,
)
from functions.api.bodies import explanation_body
from functions.api.routes.router import new_router
from relance.app import item_list, items, queries
from relance.app.item_list import WantedItems
from relance.contracts.http.actions import ActionBody
from relance.contracts.http.explanations import Explanation
from relance.contracts.http.items import ItemBody, ItemDetail, ItemPatch
from relance.contracts.http.values import Page
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.domain.items import Item, ItemKind, ItemStatus

router = new_router()


Overdue = Annotated[bool, Query(description="only debts that are overdue and not wholly paid")]
OfKind = Annotated[ItemKind | None, Query(alias="kind", description="only of this kind")]
WithStatus = Annotated[
    ItemStatus | None, Query(alias="status", description="only those that stand so")
]
MinAmount = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{1,12}(\.[0-9]{1,3})?$",
        description="only those of which so much is open, in their own currency",
    ),
]


@router.get("/v1/items", tags=["Items"])
def list_items(
    session: CurrentSession,
    customer: OfCustomer = None,
    kind: OfKind = None,
    status: WithStatus = None,
    overdue: Overdue = False,
    min_amount: MinAmount = None,
    order: InOrder = Order.OLDEST,
    limit: Limit = MOST,
    after: After = None,
) -> Page[ItemBody]:
    """List the live items, oldest due first or latest; only those asked for.

    A part may hold fewer than asked for and yet be followed by another.
    """
    on = session.today()
    wanted = WantedItems(
        customer=customer,
        kind=kind,
        status=status,
        overdue=overdue,
        least=None if min_amount is None else Decimal(min_amount),
    )
    page = item_list.list_items(
        wanted,
        store=session.store,
        on=on,
        limit=limit,
        after=after,
        latest_first=order is Order.NEWEST,
    )
    return listed(
        page,
        lambda each: ItemBody.of(each.item, customer=each.customer, effective_due=each.due, on=on),
    )


@router.get("/v1/items/<item>", tags=["Items"])
def get_item(session: CurrentSession, item: str) -> Response[ItemDetail]:
    """Show an item, live or paid and put away, with what people changed of it."""
    return _detail(*queries.item_of(item, store=session.store), session)


@router.patch("/v1/items/<item>", tags=["Items"])
def edit_item(
    session: CurrentSession, item: str, body: ItemPatch, if_match: IfMatch = None
) -> Response[ItemDetail]:
    """Set, with a reason, what the ledger does not know of an item; it keeps that."""
    customer, edited = items.edit_item(
        item,
        body,
        author=session.author,
        store=session.store,
        on=session.today(),
        expected=expected(if_match),
        failed=session.failed,
    )
    return _detail(customer, edited, session)


@router.get("/v1/items/<item>/actions", tags=["Items"])
def list_item_actions(
    session: CurrentSession, item: str, limit: Limit = MOST, after: After = None
) -> Page[ActionBody]:
    """List all that was done about an item and what waits, newest first.

    A part may be short, or empty, while `next` says that there are more.
    """
    page = queries.actions_of_item(item, store=session.store, limit=limit, after=after)
    return listed(page, lambda action: ActionBody.of(action, customer=owner(item)))


@router.get("/v1/items/<item>/explanation", tags=["Items"])
def explain_item(session: CurrentSession, item: str) -> Explanation:
    """Say what a run today makes of a live item, by which rule, and when something happens next."""
    return explanation_body(queries.explain_item(item, store=session.store, on=session.today()))


def _detail(customer: Customer, item: Item, session: Session) -> Response[ItemDetail]:
    due = queries.effective_due(item, customer, tenant=session.store.tenant())
    body = ItemDetail.whole(
        item,
        customer=customer.id,
        effective_due=due,
        on=session.today(),
        version=customer.version,
    )
    return single(body, version=customer.version)
