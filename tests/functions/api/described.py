"""A site whose every answer is compared with what the OpenAPI document says of it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from openapi_schema_validator import OAS31Validator, oas31_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.functions.api.site import Answer, Site

_DOCUMENT_URI = "urn:document"
# What answers tell that a client acts on: it is described, or it isn't sent.
_TOLD = ("ETag", "Location", "Link", "Retry-After", "WWW-Authenticate", "RateLimit")
# What an address or a method that isn't described may be answered: pages for debtors, OPTIONS, 405.
_UNDESCRIBED = frozenset({200, 204, 303, 401, 403, 404, 405, 413, 415, 422})


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, which is the same for every site."""
    found: dict[str, Any] = Site().call("GET", "/v1/openapi.json", user=None).body
    return found


def operation_at(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a request; None of an address or method that it doesn't have."""
    asked = "GET" if method == "HEAD" else method
    for template, operations in _templates():
        if template.fullmatch(path):  # an address of its own hides those with a variable
            found: dict[str, Any] | None = operations.get(asked.lower())
            return found
    return None


def differences(method: str, path: str, answer: Answer) -> Iterator[str]:
    """What of an answer the document doesn't say, or says otherwise."""
    operation = operation_at(method, path)
    if operation is None:
        if answer.status not in _UNDESCRIBED:
            yield f"{answer.status} where nothing is described"
        return
    described = operation["responses"].get(str(answer.status))
    if described is None:
        yield f"the status {answer.status} is not described"
        return
    described = _resolved(described)
    yield from _header_differences(described.get("headers", {}), answer)
    if method != "HEAD":
        yield from _body_differences(operation["operationId"], described, answer)


def _header_differences(described: dict[str, Any], answer: Answer) -> Iterator[str]:
    sent = {name.lower(): text for name, text in answer.headers.items()}
    known = {name.lower() for name in described}
    yield from (f"{name} is not described" for name in _TOLD if name.lower() in sent.keys() - known)
    for name, header in described.items():
        header = _resolved(header)
        text = sent.get(name.lower())
        if text is None:
            if header.get("required"):
                yield f"{name} is missing"
        elif not re.search(header["schema"].get("pattern", ""), text):
            yield f"{name} is {text!r}"


def _body_differences(operation: str, described: dict[str, Any], answer: Answer) -> Iterator[str]:
    contents = described.get("content")
    if contents is None:
        if answer.text:
            yield "there is a body, and none is described"
        return
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    if media_type not in contents:
        yield f"a body of type {media_type!r} is not described"
        return
    if media_type.endswith("json"):
        schema = contents[media_type]["schema"]
        for error in validator(json.dumps(schema)).iter_errors(answer.body):
            yield f"{operation} {answer.status} {error.json_path}: {error.message[:200]}"


@cache
def validator(schema: str) -> OAS31Validator:
    """What holds a value against a schema of the document, given as JSON."""
    whole = json.loads(schema.replace("#/components", f"{_DOCUMENT_URI}#/components"))
    registry = Registry().with_resource(
        _DOCUMENT_URI, Resource.from_contents(document(), default_specification=DRAFT202012)
    )
    return OAS31Validator(whole, registry=registry, format_checker=oas31_format_checker)


@cache
def _templates() -> tuple[tuple[re.Pattern[str], dict[str, Any]], ...]:
    """Addresses by pattern; those without a variable first, as the API finds them."""
    paths = sorted(document()["paths"].items(), key=lambda each: each[0].count("{"))
    return tuple(
        (re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path))), operations)
        for path, operations in paths
    )


def _resolved(described: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in described:
        return described
    found: Any = document()
    for part in described["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    resolved: dict[str, Any] = found
    return resolved


class DescribedSite(Site):
    """A site that answers nothing that its document doesn't say."""

    def call(self, method: str, path: str, *args: Any, **more: Any) -> Answer:
        """Send a request; fails when the answer is not as described."""
        answer = super().call(method, path, *args, **more)
        if path != "/v1/openapi.json":
            found = list(differences(method, path, answer))
            assert not found, (method, path, answer.status, found)
        return answer
