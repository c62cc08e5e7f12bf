"""The tenant's receivable entries."""

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit, listed, single
from functions.api.routes.router import new_router
from relance.app import queries
from relance.contracts.http.items import ItemBody
from relance.contracts.http.values import Page

router = new_router()


@router.get("/v1/items", tags=["Items"])
def list_items(session: CurrentSession, limit: Limit = MOST, after: After = None) -> Page[ItemBody]:
    """List all live items, oldest due first."""
    page = session.store.items(limit=limit, after=after)
    dues = queries.effective_dues(page.entries, store=session.store)
    on = session.today()
    return listed(
        page,
        lambda entry: ItemBody.of(
            entry[1], customer=entry[0], effective_due=dues[entry[1].id], on=on
        ),
    )


@router.get("/v1/items/<item>", tags=["Items"])
def get_item(session: CurrentSession, item: str) -> Response[ItemBody]:
    """Show an item, live or paid and put away."""
    customer, found = queries.item_of(item, store=session.store)
    due = queries.effective_due(found, customer, tenant=session.store.tenant())
    body = ItemBody.of(found, customer=customer.id, effective_due=due, on=session.today())
    return single(body)
