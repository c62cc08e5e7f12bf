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
# In the order in which a reader meets them.
_TAGS = {
    "Tenant": "Your company's settings, and the logo that its letters carry.",
    "Access": "Who gets in: members, invitations, programs' keys; and who you are.",
    "People": "Users and groups that share what is to be done.",
    "Profiles": "Types of customers, each with its own scenarios.",
    "Scenarios": "What is sent when: steps, versions, documents to keep and to take elsewhere.",
    "Templates": "What messages say, in your own words or ours.",
    "Simulations": "What would go out, what an edit would change, what a plan would have done.",
    "Customers": "Who owes you, and why they are reminded or not.",
    "Contacts": "The people at a customer's.",
    "Personal data": "What is kept of a person, given out or erased.",
    "Items": "Invoices, credit notes and payments, and their files.",
    "Aged balance": "What is open, by how late it is.",
    "Stops": "Nothing goes by itself, for a while or until lifted.",
    "Disputes": "What customers contest.",
    "Promises": "What customers said they would pay, and whether they did.",
    "Actions": "What was done, what waits, for whom; and how it is closed.",
    "Letters": "What the post carries, and what you print and post yourselves.",
    "Opt-outs": "Numbers that are never texted.",
    "Imports": "Ledgers and lists: announced, uploaded, confirmed, reported on.",
    "Mappings": "How your own lists are read.",
}
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
    document["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items()]
    document["paths"] = dict(sorted(document["paths"].items()))
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
