"""What the OpenAPI document says of one operation beyond what its function's types say."""

import inspect
from dataclasses import dataclass
from http import HTTPStatus
from types import NoneType
from typing import Any, get_args, get_origin

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Route

from functions.api.access import PUBLIC, SIGNED_BY_ITSELF, VISITORS
from functions.api.limits import budget_of
from functions.api.openapi.refusals import common_headers, headers, refusals
from functions.api.permissions import needed
from functions.api.pictures import LOGO_PATH
from functions.api.repeats import HEADER

PERSON, PROGRAM = "person", "program"
# What is no JSON, by its path's ending.
_OTHER_TYPES: dict[str, tuple[str, dict[str, Any]]] = {
    ".csv": ("text/csv", {"type": "string"}),
    # What is written in YAML is as structured as in JSON.
    ".yaml": ("application/yaml", {"$ref": "#/components/schemas/ScenarioDocument"}),
}
# What may be missing without being named in the path.
_ALONE = (LOGO_PATH, "/v1/postal-account")
_MAY_BE_MISSING = frozenset((method, path) for method in ("get", "delete") for path in _ALONE)
# Where it may be that nothing new is made.
_MAYBE_THERE = {
    ("post", "/v1/opt-outs"): "It was there already",
    ("post", "/v1/scenarios"): "What would be made: with `dry_run` nothing is stored",
}
# Where each of many ends by itself: an answer in which one may be tried again says so.
_OF_MANY = {
    "/v1/letters/posted",
    *(f"/v1/actions/{each}" for each in ("approvals", "completions", "skips")),
    *(f"/v1/actions/{each}" for each in ("assignments", "reschedulings")),
}
# All that ids of ours hold; one of dots alone would be taken for a step in the path.
_ID_IN_PATH = r"^\.*[A-Za-z0-9_~-][A-Za-z0-9_.~-]*$"
_DONE = {
    HTTPStatus.OK: "What was asked for",
    HTTPStatus.CREATED: "It is made",
    HTTPStatus.ACCEPTED: "It is under way",
    HTTPStatus.NO_CONTENT: "It is done; there is no more to say",
}
IDEMPOTENCY_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "a name of your own for this request, so that it can be sent again safely: "
    "it is carried out once, and its first answer given again for 24 hours; "
    "one with Retry-After is not kept",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


@dataclass(frozen=True, slots=True)
class Described:
    """An operation of the document, and what serves it; `path` as the document has it."""

    path: str
    method: str
    route: Route
    operation: dict[str, Any]

    @property
    def signed_in(self) -> bool:
        """Whether it takes a token or a key."""
        return self.path not in PUBLIC and not self.path.startswith(SIGNED_BY_ITSELF)

    @property
    def is_visit(self) -> bool:
        """Whether it is for people who belong to no company yet."""
        return (self.method.upper(), self.path) in VISITORS


def complete(described: Described) -> None:
    """Complete the operation in place: name, texts, access, parameters, every answer."""
    operation = described.operation
    name = operation["operationId"].partition("_v1_")[0]
    operation |= {
        "operationId": name,
        "summary": name.replace("_", " ").capitalize(),
        "description": _description(described),
        "security": _security(described),
    }
    parameters = [_parameter(each) for each in operation.get("parameters", [])]
    if described.method == "post" and described.signed_in:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if parameters:
        operation["parameters"] = parameters
    operation["responses"] = _responses(described)


def _description(described: Described) -> str:
    told = inspect.cleandoc(described.route.func.__doc__ or "")
    if described.is_visit:
        return f"{told}\n\nFor people who are signed in and belong to no company."
    if not described.signed_in:
        return told
    least = needed(described.method, described.path)
    budget = budget_of(described.method, described.path)
    scope = f"a key with the scope `{least.scope}`" if least.scope else "no key"
    return (
        f"{told}\n\nFor people with the role `{least.role}` at least, and {scope}. "
        f"It counts against the limit of `{budget}`."
    )


def _security(described: Described) -> list[dict[str, list[str]]]:
    """Say who may ask; roles and scopes are named as OpenAPI 3.1 lets us."""
    if not described.signed_in:
        return []
    if described.is_visit:
        return [{PERSON: []}]
    least = needed(described.method, described.path)
    person = {PERSON: [str(least.role)]}
    return [person, {PROGRAM: [str(least.scope)]}] if least.scope else [person]


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter without the null that no address can spell, its text said once."""
    schema = dict(given["schema"])
    kinds = [each for each in schema.pop("anyOf", []) if each.get("type") != "null"]
    if len(kinds) == 1:
        schema |= kinds[0]
    schema.pop("title", None)
    text = schema.pop("description", None)
    for bound in ("minimum", "maximum"):
        if isinstance(schema.get(bound), float):
            schema[bound] = int(schema[bound])
    if given["in"] == "path" and schema == {"type": "string"}:
        schema["pattern"] = _ID_IN_PATH
    name = given["name"]
    described = {"description": given.get("description") or text or f"the id of the {name}"}
    if given["in"] == "header":
        described["name"] = name.title()  # as people write it; no server minds
    return {**given, "schema": schema} | described


def _responses(described: Described) -> dict[str, Any]:
    method, operation = described.method, described.operation
    counted = described.signed_in and not described.is_visit
    conditional = any(each.get("name") == "If-Match" for each in operation.get("parameters", []))
    common = common_headers(counted=counted, repeatable=method == "post" and described.signed_in)
    good = {
        code: _good(described, HTTPStatus(int(code)), each, common)
        for code, each in operation["responses"].items()
        if code < "400"
    }
    if (method, described.path) in _MAYBE_THERE:
        good["200"] = good["201"] | {"description": _MAYBE_THERE[method, described.path]}
    refused = refusals(
        method.upper(),
        has_id="{" in described.path or (method, described.path) in _MAY_BE_MISSING,
        conditional=conditional,
        counted=counted,
        signed_in=described.signed_in,
    )
    return good | refused


def _good(
    described: Described, status: HTTPStatus, given: dict[str, Any], common: tuple[str, ...]
) -> dict[str, Any]:
    names = list(common)
    content = given.get("content")
    if status is HTTPStatus.NO_CONTENT:
        content = None
    elif other := _other_type(described.path):
        media_type, schema = other
        content = {media_type: {"schema": schema}}
        names += ["Link"] if media_type == "text/csv" else []
    elif _has_etag(described.route):
        names.append("ETag")
    if described.path in _OF_MANY:
        names.append("Retry-After")
    if status in (HTTPStatus.CREATED, HTTPStatus.ACCEPTED):
        names.append("Location")
    answer: dict[str, Any] = {"description": _DONE[status], "headers": headers(*names)}
    return answer | ({"content": content} if content else {})


def _other_type(path: str) -> tuple[str, dict[str, Any]] | None:
    return next((each for end, each in _OTHER_TYPES.items() if path.endswith(end)), None)


def _has_etag(route: Route) -> bool:
    """Tell whether it answers one resource, which carries an ETag; lists and computations don't."""
    given: Any = inspect.get_annotations(route.func, eval_str=True)["return"]
    return get_origin(given) is Response and NoneType not in get_args(given)
