"""Scenarios: what is sent when, per profile (S2, S3, D35)."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

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
from relance.app import scenarios
from relance.app.errors import NotFound
from relance.contracts.http.scenarios import (
    ScenarioBody,
    ScenarioCreate,
    ScenarioPlan,
    ScenariosCreated,
)
from relance.contracts.http.values import Page

router = new_router()

Version = Annotated[int | None, Query(ge=1, le=10**9, description="an older version")]


@router.get("/v1/scenarios", tags=["Scenarios"])
def list_scenarios(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[ScenarioBody]:
    """List the scenarios, each in its latest version."""
    found = list(session.store.scenarios())
    page = part_of(found, lambda scenario: scenario.id, limit=limit, after=after)
    return listed(page, ScenarioBody.of)


@router.post("/v1/scenarios", tags=["Scenarios"], status_code=HTTPStatus.CREATED)
def create_scenarios(session: CurrentSession, body: ScenarioCreate) -> Response[ScenariosCreated]:
    """Make a profile's scenario from another, from a preset or from a whole plan."""
    made = scenarios.create_scenarios(body, store=session.store, jobs=session.jobs)
    return single(
        ScenariosCreated(items=tuple(ScenarioBody.of(scenario) for scenario in made)),
        status=HTTPStatus.CREATED,
        location=f"/v1/scenarios/{made[0].id}",
    )


@router.get("/v1/scenarios/<scenario>", tags=["Scenarios"])
def get_scenario(
    session: CurrentSession, scenario: str, version: Version = None
) -> Response[ScenarioBody]:
    """Show a scenario in its latest version, or in an older one."""
    if version is None:
        found = scenarios.scenario_of(scenario, store=session.store)
    else:
        older = session.store.scenario(scenario, version)
        if older is None:
            raise NotFound("there is no such version of a scenario")
        found = older
    return single(ScenarioBody.of(found), version=found.version)


@router.put("/v1/scenarios/<scenario>", tags=["Scenarios"])
def replace_scenario(
    session: CurrentSession, scenario: str, body: ScenarioPlan, if_match: IfMatch = None
) -> Response[ScenarioBody]:
    """Give a scenario a new plan, which makes a new version of it."""
    replaced = scenarios.replace_scenario(
        scenario,
        body,
        store=session.store,
        jobs=session.jobs,
        expected=expected(if_match),
    )
    return single(ScenarioBody.of(replaced), version=replaced.version)


@router.delete("/v1/scenarios/<scenario>", tags=["Scenarios"], status_code=HTTPStatus.NO_CONTENT)
def delete_scenario(
    session: CurrentSession, scenario: str, if_match: IfMatch = None
) -> Response[None]:
    """Take a scenario out of use; what was done under it stays in the history."""
    scenarios.delete_scenario(
        scenario, store=session.store, jobs=session.jobs, expected=expected(if_match)
    )
    return nothing()
