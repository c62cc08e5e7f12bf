"""Builds the OpenAPI document from the routes, once a process."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.api.openapi.examples import add_examples
from functions.api.openapi.links import add_links
from functions.api.openapi.operations import (
    IDEMPOTENCY_KEY,
    PERSON,
    PROGRAM,
    Described,
    complete,
)
from functions.api.openapi.refusals import HEADERS, refusal_responses
from functions.api.pictures import describe_pictures
from relance.contracts.http.values import Problem

_REFERENCE = "#/components/schemas/{model}"
# What the framework says of its own errors: ours are problems.
_NOT_OURS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_SCHEMES = {
    PERSON: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the user pool: for people, by their role.",
    },
    PROGRAM: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "a key made with POST /v1/program-keys",
        "description": "A program's key: for what its scopes name.",
    },
}


@lru_cache(maxsize=1)
def document_text(app: APIGatewayHttpResolver) -> str:
    """Return the document as JSON."""
    return json.dumps(_document(app), ensure_ascii=False)


def _document(app: APIGatewayHttpResolver) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(app.get_openapi_json_schema())
    document["components"] = _components(document["components"]["schemas"])
    document["security"] = [{PERSON: []}, {PROGRAM: []}]
    for described in _operations(app, document):
        complete(described)
    describe_pictures(document)
    add_examples(document)
    add_links(document)
    return document


def _components(schemas: dict[str, Any]) -> dict[str, Any]:
    problem = Problem.model_json_schema(ref_template=_REFERENCE)
    ours = {name: each for name, each in schemas.items() if name not in _NOT_OURS}
    return {
        "schemas": ours | problem.pop("$defs") | {"Problem": problem},
        "headers": HEADERS,
        "parameters": {"IdempotencyKey": IDEMPOTENCY_KEY},
        "responses": refusal_responses(),
        "securitySchemes": _SCHEMES,
    }


def _operations(app: APIGatewayHttpResolver, document: dict[str, Any]) -> Iterator[Described]:
    for route in (*app._static_routes, *app._dynamic_routes):
        if route.include_in_schema:
            method, path = route.method.lower(), route.openapi_path
            yield Described(path, method, route, document["paths"][path][method])
