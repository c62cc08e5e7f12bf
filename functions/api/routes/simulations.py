"""What the nights to come would send, and what an edit would change: nothing is stored (S10)."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.access import CurrentSession, Session
from functions.api.answers import After, OfCustomer
from functions.api.routes.router import new_router
from relance.app import simulation
from relance.app.errors import BadInput
from relance.app.simulation import Preview
from relance.contracts.http.scenarios import ScenarioPlan
from relance.contracts.http.simulations import (
    MOST_DAYS,
    BackTestRequest,
    CustomerActionBody,
    ImpactBody,
    ScenarioImpact,
    Simulation,
    SimulationRequest,
)

router = new_router()

Days = Annotated[int, Query(ge=1, le=MOST_DAYS, description="how many days to look ahead")]

Nights = Annotated[
    int, Query(ge=1, le=MOST_DAYS, description="how many days, the next run's first")
]


@router.post("/v1/simulations", tags=["Simulations"])
def simulate(session: CurrentSession, body: SimulationRequest, after: After = None) -> Simulation:
    """Show what the next days would send, each step done on its day and nobody paying."""
    found = simulation.preview(
        store=session.store,
        first=_next_night(session),
        days=body.days,
        customer=body.customer,
        after=after,
    )
    return _simulation(found)


@router.get("/v1/preview", tags=["Simulations"])
def preview(
    session: CurrentSession, days: Nights = 1, customer: OfCustomer = None, after: After = None
) -> Simulation:
    """Show what would go out with the next run, or over some days, and to whom."""
    try:
        found = simulation.preview(
            store=session.store,
            first=_next_night(session),
            days=days,
            customer=customer,
            after=after,
        )
    except BadInput as error:  # here both are said in the address
        raise BadInput(str(error), pointer=f"?{error.pointer[1:]}") from None
    return _simulation(found)


@router.post("/v1/scenarios/<scenario>/impact", tags=["Simulations"])
def show_impact(
    session: CurrentSession,
    scenario: str,
    body: ScenarioPlan,
    days: Days = 30,
    after: After = None,
) -> ScenarioImpact:
    """Show whom another plan would move, and whom it would have contacted tonight."""
    found = simulation.impact_of(
        scenario, body, store=session.store, on=_next_night(session), days=days, after=after
    )
    return ScenarioImpact(
        on=found.on,
        days=found.days,
        customers=found.customers,
        moved=len(found.moved),
        contacted_tonight=found.contacted_tonight,
        summary=found.summary,
        items=tuple(ImpactBody.of(each.impact, each.customer) for each in found.moved),
        truncated=found.next is not None,
        next=found.next,
    )


@router.post("/v1/scenarios/<scenario>/back-test", tags=["Simulations"])
def back_test(
    session: CurrentSession, scenario: str, body: BackTestRequest, after: After = None
) -> Simulation:
    """Show what the scenario, or a plan in its place, would have sent over past ledgers."""
    found = simulation.back_test_of(
        scenario,
        body.plan,
        store=session.store,
        first=body.first,
        last=body.last,
        after=after,
    )
    return _simulation(found)


def _next_night(session: Session) -> date:
    return simulation.next_night(session.store.tenant(), session.clock)


def _simulation(found: Preview) -> Simulation:
    return Simulation(
        first=found.first,
        last=found.last,
        customers=found.customers,
        actions=tuple(
            CustomerActionBody.for_customer(each.action, each.customer) for each in found.actions
        ),
        truncated=found.next is not None,
        next=found.next,
    )
