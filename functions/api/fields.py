"""From where pydantic found something wrong to the field of the request that a person wrote."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from relance.contracts.http.values import FieldProblem


def field_problems(
    errors: Iterable[Mapping[str, Any]], event: BaseProxyEvent
) -> tuple[FieldProblem, ...]:
    """Return what is wrong with each field of the body or parameter of the address, once."""
    found = [(_field(error, event), error["type"]) for error in errors]
    places = [problem.pointer for problem, kind in found if kind != "none_required"]

    def said_better(problem: FieldProblem, kind: str) -> bool:
        """Whether it only says that null would do, and why the value doesn't is said too."""
        here = problem.pointer or ""
        return kind == "none_required" and any((place or "").startswith(here) for place in places)

    return tuple(dict.fromkeys(each for each, kind in found if not said_better(each, kind)))


def _field(error: Mapping[str, Any], event: BaseProxyEvent) -> FieldProblem:
    where, *path = error["loc"]
    message = str(error["msg"]).removeprefix("Value error, ")
    if where != "body":
        return FieldProblem(parameter=".".join(map(str, path)), message=message)
    missing = error["type"] == "missing"
    return FieldProblem(pointer=_pointer(path, event.json_body, missing=missing), message=message)


def _pointer(path: Sequence[str | int], body: Any, *, missing: bool) -> str:
    """Return the JSON pointer to what `path` names in `body`.

    Pydantic's path also names the branches of a union it tried; those are not in the body. Only
    the last part of the path to something missing isn't either, and belongs there.
    """
    pointer = ""
    for place, part in enumerate(path):
        inside = _inside(body, part)
        if inside or (missing and place == len(path) - 1):
            pointer += "/" + str(part).replace("~", "~0").replace("/", "~1")
        if inside:
            body = body[part]
    return pointer


def _inside(body: Any, part: str | int) -> bool:
    if isinstance(body, dict):
        return part in body
    return isinstance(body, list) and isinstance(part, int) and part < len(body)
