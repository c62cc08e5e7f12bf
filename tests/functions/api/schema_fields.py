"""The fields that bodies have by the OpenAPI document, however deep; bodies changed in one."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.functions.api.described import document

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Sent:
    """An operation that takes a body, with its address, examples of its body and their schema."""

    name: str
    method: str
    path: str
    user: str
    examples: tuple[Any, ...]
    schema: dict[str, Any]

    def example_with(self, place: Place) -> Any:
        """Return the example that has most of what is around a place."""
        return max(self.examples, key=lambda body: depth(body, place))


def operations_with_bodies() -> list[Sent]:
    """Return every operation that takes JSON."""
    found = []
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                found.append(_sent(method, path, operation, content))
    return found


def _sent(method: str, path: str, operation: dict[str, Any], content: dict[str, Any]) -> Sent:
    for each in operation.get("parameters", ()):
        if each.get("in") == "path":
            path = path.replace(f"{{{each['name']}}}", str(each["example"]))
    examples = tuple(each["value"] for each in content["examples"].values())
    user = "nora" if operation["security"] == [{"person": []}] else "anna"
    schema = content["schema"]
    return Sent(operation["operationId"], method.upper(), path, user, examples, schema)


def fields(sent: Sent) -> dict[Place, str]:
    """Return each field of an operation's body, those inside others too, by its place.

    A field is named by the schema that has it: several operations may take it.
    """
    return {place: name for place, name, _ in _inside(sent.schema, (), ())}


def days(sent: Sent) -> list[Place]:
    """Return the places of an operation's body that take a day."""
    return [place for place, _, inner in _inside(sent.schema, (), ()) if _is_day(inner)]


def with_field(body: Any, place: Place, value: Any) -> Any:
    """Return the body with another value at a place, and what is around it where it is missing."""
    if not place:
        return value
    head, *rest = place
    if isinstance(head, int):
        entries = list(body) if isinstance(body, list) and body else [{}]
        entries[head] = with_field(entries[head], tuple(rest), value)
        return entries
    inner = copy.deepcopy(body) if isinstance(body, dict) else {}
    inner[head] = with_field(inner.get(head), tuple(rest), value)
    return inner


def pointer(place: Place) -> str:
    """Return the JSON pointer to a place."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)


def depth(body: Any, place: Place) -> int:
    """Return how many steps of a place a body has."""
    for step, part in enumerate(place):
        inside = isinstance(body, dict) and part in body
        if not inside and not (isinstance(body, list) and isinstance(part, int) and body):
            return step
        body = body[part]
    return len(place)


def _inside(
    schema: dict[str, Any], place: Place, within: tuple[str, ...]
) -> Iterator[tuple[Place, str, dict[str, Any]]]:
    """Yield the places inside a schema, each with its own; one in itself is entered once."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name in within:
        return
    if name:
        yield from _inside(document()["components"]["schemas"][name], place, (*within, name))
        return
    for kind in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(kind, ()):
            yield from _inside(branch, place, within)
    for field, inner in schema.get("properties", {}).items():
        yield (*place, field), f"{within[-1:]}{field}", inner
        yield from _inside(inner, (*place, field), within)
    if isinstance(more := schema.get("additionalProperties"), dict):
        yield (*place, "x"), f"{within[-1:]}{place[-1:]} x", more
        yield from _inside(more, (*place, "x"), within)
    if isinstance(entry := schema.get("items"), dict):
        yield (*place, 0), f"{within[-1:]}{place[-1:]} 0", entry
        yield from _inside(entry, (*place, 0), within)


def _is_day(schema: dict[str, Any]) -> bool:
    return schema.get("format") == "date" or any(map(_is_day, schema.get("anyOf", ())))
