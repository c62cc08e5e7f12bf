"""Scenarios as one document, out and in (S7)."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.access import CurrentSession
from functions.api.answers import single
from functions.api.routes.router import new_router
from functions.api.routes.scenarios import DryRun
from relance.app import scenario_documents
from relance.contracts.http.scenario_documents import (
    ScenarioDocument,
    ScenariosImport,
    ScenariosImported,
)

router = new_router()

Only = Annotated[
    str | None,
    Query(alias="scenario", max_length=200, description="only this scenario, instead of all"),
]


@router.get("/v1/scenarios/export", tags=["Scenarios"])
def export_scenarios(session: CurrentSession, only: Only = None) -> Response[ScenarioDocument]:
    """Give scenarios as one document, with their profiles and the templates of your own."""
    return single(scenario_documents.document_of([only] if only else [], store=session.store))


@router.get("/v1/scenarios/export.yaml", tags=["Scenarios"])
def export_scenarios_as_yaml(session: CurrentSession, only: Only = None) -> Response[str]:
    """Give the same document as YAML."""
    from relance.app.scenario_yaml import to_yaml  # only who wants YAML waits for its library

    document = scenario_documents.document_of([only] if only else [], store=session.store)
    return Response(
        status_code=HTTPStatus.OK.value,
        content_type="application/yaml",
        body=to_yaml(document),
        headers={"Content-Disposition": 'attachment; filename="scenarios.yaml"'},
    )


@router.post("/v1/scenarios/import", tags=["Scenarios"])
def import_scenarios(
    session: CurrentSession, body: ScenariosImport, dry_run: DryRun = False
) -> Response[ScenariosImported]:
    """Take in a document of scenarios: all of it, or nothing with every reason at once."""
    document, within = body.document, "/document"
    if document is None:
        from relance.app.scenario_yaml import from_yaml

        document, within = from_yaml(body.yaml or ""), "/yaml"
    parts = scenario_documents.import_document(
        document,
        overwrite=body.replace,
        within=within,
        store=session.store,
        jobs=session.jobs,
        dry_run=dry_run,
    )
    return single(ScenariosImported(stored=not dry_run, parts=parts))
