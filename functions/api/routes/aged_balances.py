"""What is open, by how long it has been due (D46)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit
from functions.api.routes.router import new_router
from relance.app import aged_balances
from relance.app.aged_balances import CustomerAged
from relance.contracts.http.aged_balances import AgedBalance, AgedBody, CustomerAgedBalance
from relance.contracts.http.texts import Day
from relance.domain.aging import Aged

router = new_router()

On = Annotated[Day | None, Query(description="the day ages are counted on; today unless given")]


@router.get("/v1/aged-balance", tags=["Aged balance"])
def show_aged_balance(
    session: CurrentSession, limit: Limit = MOST, after: After = None, on: On = None
) -> AgedBalance:
    """Show the aged balance of the customers in parts, and each part's sums."""
    today = session.today()
    part = aged_balances.aged_balances(
        store=session.store, today=today, limit=limit, after=after, on=on
    )
    return AgedBalance(
        on=on or today,
        currencies=_currencies(part.currencies),
        items=tuple(_customer(each, on or today) for each in part.customers),
        next=part.next,
    )


@router.get("/v1/customers/<customer>/aged-balance", tags=["Aged balance"])
def show_customer_aged_balance(
    session: CurrentSession, customer: str, on: On = None
) -> CustomerAgedBalance:
    """Show a customer's aged balance."""
    today = session.today()
    found = aged_balances.aged_balance_of(customer, store=session.store, today=today, on=on)
    return _customer(found, on or today)


def _customer(found: CustomerAged, on: date) -> CustomerAgedBalance:
    return CustomerAgedBalance(
        on=on,
        customer=found.customer.id,
        code=found.customer.code,
        name=found.customer.name,
        currencies=_currencies(found.currencies),
    )


def _currencies(balances: Mapping[str, Aged]) -> tuple[AgedBody, ...]:
    return tuple(AgedBody.of(currency, aged) for currency, aged in balances.items())
