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
from relance.domain.scenario import Scenario

router = new_router()

DryRun = Annotated[
    bool, Query(description="only try: answer as if it were done (200), and store nothing")
]
Version = Annotated[int | None, Query(ge=1, le=10**9, description="an older version")]


@router.get("/v1/scenarios", tags=["Scenarios"])
def list_scenarios(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[ScenarioBody]:
    """List the scenarios, each in its latest version."""
    found = list(session.store.scenarios())
    page = part_of(
        found,
        lambda scenario: scenario.id,
        of=session.list_named("scenarios"),
        limit=limit,
        after=after,
    )
    return listed(page, ScenarioBody.of)


@router.post("/v1/scenarios", tags=["Scenarios"], status_code=HTTPStatus.CREATED)
def create_scenarios(
    session: CurrentSession, body: ScenarioCreate, dry_run: DryRun = False
) -> Response[ScenariosCreated]:
    """Make a profile's scenario from another, from a preset or from a whole plan."""
    if dry_run:
        return single(_created(scenarios.scenarios_to_create(body, store=session.store)))
    made = scenarios.create_scenarios(body, store=session.store, jobs=session.jobs)
    return single(
        _created(made),
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


@router.get("/v1/scenarios/<scenario>/versions", tags=["Scenarios"])
def list_scenario_versions(
    session: CurrentSession, scenario: str, limit: Limit = MOST, after: After = None
) -> Page[ScenarioBody]:
    """List the versions of a scenario, newest first; none ever changes."""
    found = scenarios.versions_of(scenario, store=session.store, limit=limit, after=after)
    return listed(found, ScenarioBody.of)


@router.put("/v1/scenarios/<scenario>", tags=["Scenarios"])
def replace_scenario(
    session: CurrentSession,
    scenario: str,
    body: ScenarioPlan,
    if_match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response[ScenarioBody]:
    """Give a scenario a new plan, which makes a new version of it.

    With `dry_run` the answer is what would be stored, its ETag that of what is stored.
    """
    if dry_run:
        found = scenarios.scenario_of(scenario, store=session.store)
        edited = scenarios.next_version(
            found, body, store=session.store, expected=expected(if_match)
        )
        return single(ScenarioBody.of(edited), version=found.version)
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


def _created(made: tuple[Scenario, ...]) -> ScenariosCreated:
    return ScenariosCreated(items=tuple(ScenarioBody.of(scenario) for scenario in made))
