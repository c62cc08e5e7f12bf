"""The form of a request: what no route should have to think about.

A path no resource of ours could have, a body that is too large, of another type, no JSON object,
or with something inside that would mean different things to different readers.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NoReturn

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.problems import Refused
from relance.contracts.http.values import FieldProblem

MOST_BODY_BYTES = 256 * 1024
MOST_NESTING = 32
# Every program reads whole numbers up to here alike (RFC 8259).
MOST_WHOLE = 2**53 - 1
_MOST_PROBLEMS = 20

_SAFE_PATH = re.compile(r"[A-Za-z0-9_.~/-]{1,1024}")


class _Object(dict[str, Any]):
    """A JSON object; `twice` are the fields that it names more than once."""

    twice: tuple[str, ...] = ()


def check_path(event: APIGatewayProxyEventV2) -> None:
    """Refuse (404) a path that no id of ours makes."""
    if not _SAFE_PATH.fullmatch(event.path):
        raise Refused(HTTPStatus.NOT_FOUND, "There is nothing at this address.")


def check_parameters(event: APIGatewayProxyEventV2) -> None:
    """Refuse (422) what no parameter of an address can be: text with odd characters."""
    given = event.query_string_parameters
    wrong = [
        FieldProblem(parameter=name if _odd(name) is None else "", message=odd)
        for name, text in given.items()
        if (odd := _odd(name) or _odd(text)) is not None
    ]
    if wrong:
        message = "The address can't be read."
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message, *wrong)


def check_body(event: APIGatewayProxyEventV2) -> None:
    """Refuse a body that is too large (413), of another type (415) or no JSON object (422)."""
    raw = event.get("body")
    if not raw:
        return
    if len(raw) > 2 * MOST_BODY_BYTES:  # even in base64
        _too_large()
    try:
        body = event.decoded_body or ""
        size = len(body.encode())
    except ValueError:
        _not_json("is not UTF-8 text")
    if size > MOST_BODY_BYTES:
        _too_large()
    media_type = event.headers.get("content-type", "application/json").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        message = f"Send application/json, not {media_type!r}."
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
    _check_json(body)


def _check_json(body: str) -> None:
    try:
        value = json.loads(body, parse_constant=_no_constant, object_pairs_hook=_object)
    except RecursionError:
        _not_json(f"is nested deeper than {MOST_NESTING} levels")
    except ValueError as error:
        _not_json(f"is not JSON: {error}")
    if not isinstance(value, dict):
        _not_json("must be a JSON object")
    wrong: list[FieldProblem] = []
    for problem in _wrong_values(value):
        wrong.append(problem)
        if len(wrong) == _MOST_PROBLEMS:
            break
    if wrong:
        message = "The body holds what can't be taken."
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message, *wrong)


def _wrong_values(body: dict[str, Any]) -> Iterator[FieldProblem]:
    """Yield what is wrong with each value, without recursion: a body may be nested at will."""
    waiting: list[tuple[str, int, Any]] = [("", 1, body)]
    while waiting:
        pointer, depth, value = waiting.pop()
        if isinstance(value, dict | list):
            if depth > MOST_NESTING:
                message = f"is nested deeper than {MOST_NESTING} levels"
                yield FieldProblem(pointer=pointer, message=message)
                continue
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            for name in getattr(value, "twice", ()):
                shown = "" if _odd(name) else f"/{_escaped(name)}"
                yield FieldProblem(pointer=f"{pointer}{shown}", message="is named twice")
            for name, inner in entries:
                odd = _odd(name) if isinstance(name, str) else None
                if odd is not None:
                    yield FieldProblem(pointer=pointer, message=f"has a field whose name {odd}")
                    continue
                waiting.append((f"{pointer}/{_escaped(name)}", depth + 1, inner))
        elif (wrong := _wrong(value)) is not None:
            yield FieldProblem(pointer=pointer, message=wrong)


def _wrong(value: Any) -> str | None:
    if isinstance(value, str):
        return _odd(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "is out of range"
    if isinstance(value, int) and abs(value) > MOST_WHOLE:
        return "is out of range"
    return None


def _odd(text: str) -> str | None:
    """Return why a text can't be taken as one."""
    if "\x00" in text:
        return "contains the character NUL"
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        return "contains half a character (a lone surrogate)"
    return None


def _escaped(name: str | int) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    found = _Object(pairs)
    if len(found) < len(pairs):
        counted = Counter(name for name, _ in pairs)
        found.twice = tuple(name for name, times in counted.items() if times > 1)
    return found


def _too_large() -> NoReturn:
    message = f"A body may have {MOST_BODY_BYTES // 1024} KiB."
    raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def _not_json(message: str) -> NoReturn:
    raise Refused(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The body can't be read.",
        FieldProblem(pointer="", message=f"The body {message}"),
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
