"""How operations follow each other: what one answers names what the next one asks for."""

import re
from collections.abc import Iterator
from typing import Any

# Where a resource's body says what its address calls it, if not in `id`.
_NAMED = {"mapping": "name", "on": "on"}
# What is made several at once.
_INSIDE = {"create_scenarios": "/items/0"}
_PARAMETER = re.compile(r"\{([^}]+)\}")


def add_links(document: dict[str, Any]) -> None:
    """Add links from what makes or lists resources to all that can be done with one of them."""
    for path, operations in document["paths"].items():
        for code, operation in _givers(operations):
            links = dict(_links(document, path, code, operation))
            if links:
                operation["responses"][code]["links"] = links


def _givers(operations: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what answers a new resource or a list of them, with the status of that answer."""
    for method, code in (("post", "201"), ("get", "200")):
        operation = operations.get(method)
        if operation is not None and code in operation["responses"]:
            yield code, operation


def _links(
    document: dict[str, Any], path: str, code: str, operation: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    schema = _answer_schema(document, operation, code)
    inside = "" if code == "201" else "/items/0"
    inside = _INSIDE.get(operation["operationId"], inside)
    entry = _entry(document, schema, inside)
    for other, methods in document["paths"].items():
        if not other.startswith(f"{path}/{{"):
            continue
        name, *more = _PARAMETER.findall(other.removeprefix(path))
        field = _NAMED.get(name, "id")
        if more or field not in entry.get("properties", {}):
            continue
        parameters = {each: f"$request.path.{each}" for each in _PARAMETER.findall(path)}
        parameters[name] = f"$response.body#{inside}/{field}"
        for target in methods.values():
            operation_id = target["operationId"]
            yield operation_id, {"operationId": operation_id, "parameters": parameters}


def _answer_schema(document: dict[str, Any], operation: dict[str, Any], code: str) -> Any:
    content = operation["responses"][code].get("content", {})
    return _resolved(document, content.get("application/json", {}).get("schema", {}))


def _entry(document: dict[str, Any], schema: dict[str, Any], inside: str) -> dict[str, Any]:
    """Return the schema of one resource inside an answer, an empty one when there is none."""
    if not inside:
        return schema
    items = _resolved(document, schema.get("properties", {}).get("items", {}))
    return _resolved(document, items.get("items", {}))


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema
