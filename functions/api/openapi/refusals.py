"""With which statuses an operation may be refused, and what these answers look like."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from functions.api.problems import KINDS, MEDIA_TYPE, URN
from functions.api.repeats import REPLAYED

_MEANINGS = {
    HTTPStatus.UNAUTHORIZED: "The request carries no valid token or key",
    HTTPStatus.FORBIDDEN: "You are no member, or your role or your key's scopes don't allow it",
    HTTPStatus.NOT_FOUND: "There is no such thing for your company",
    HTTPStatus.CONFLICT: "It is not in a state for this, or others are changing it just now; "
    "or the first request with this Idempotency-Key is still being worked on",
    HTTPStatus.PRECONDITION_FAILED: "It changed since the ETag in If-Match was read",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is of another media type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The input is wrong: `errors` names every field at once",
    HTTPStatus.TOO_MANY_REQUESTS: "Your company has sent what a minute allows",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side; it has been recorded",
    HTTPStatus.SERVICE_UNAVAILABLE: "Who you are can't be checked just now",
}
_RETRIED = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_LIMITS = ("RateLimit", "RateLimit-Policy")


def _header(meaning: str, *, always: bool = False, **schema: Any) -> dict[str, Any]:
    """Describe a header: a text, unless `schema` says more."""
    required = {"required": True} if always else {}
    return {"description": meaning, **required, "schema": {"type": "string", **schema}}


HEADERS = {
    "x-request-id": _header("what the request is called in our logs", always=True),
    "ETag": _header(
        "the version that was read: send it back as If-Match with an edit",
        always=True,
        pattern='^"[^"]+"$',
    ),
    "Location": _header("where what was made can be had"),
    "Link": _header("where the next part is, when there is one"),
    "Retry-After": _header("in how many seconds to try again", type="integer", minimum=0),
    "WWW-Authenticate": _header("how to sign in", always=True),
    "RateLimit": _header("what is left of your company's minute: `r` requests for `t` seconds"),
    "RateLimit-Policy": _header("how many requests, `q`, your company has in `w` seconds"),
    REPLAYED: _header(
        "`true` on an answer that was given to the same request before", enum=["true"]
    ),
}


def headers(*names: str) -> dict[str, Any]:
    """Return these headers, as an answer's description refers to them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def common_headers(*, counted: bool, repeatable: bool) -> tuple[str, ...]:
    """Return what every answer of an operation may carry.

    `counted`: against the company's limits; `repeatable`: with an Idempotency-Key.
    """
    limits = _LIMITS if counted else ()
    return ("x-request-id", *limits, *((REPLAYED,) if repeatable else ()))


def refusal_responses() -> dict[str, Any]:
    """Return the refusals, by the name that operations refer to them by."""
    return {_name(status): _response(status) for status in _MEANINGS}


def refusals(
    method: str, *, has_id: bool, conditional: bool, counted: bool, signed_in: bool
) -> dict[str, Any]:
    """Return with what an operation may be refused, by status.

    `has_id`: its path names something that may not be there; `conditional`: it takes If-Match.
    """
    found = _statuses(
        method, has_id=has_id, conditional=conditional, counted=counted, signed_in=signed_in
    )
    return {
        str(status.value): {"$ref": f"#/components/responses/{_name(status)}"}
        for status in sorted(found)
    }


def _statuses(
    method: str, *, has_id: bool, conditional: bool, counted: bool, signed_in: bool
) -> Iterator[HTTPStatus]:
    yield HTTPStatus.UNPROCESSABLE_ENTITY
    yield HTTPStatus.INTERNAL_SERVER_ERROR
    if has_id:
        yield HTTPStatus.NOT_FOUND
    if method != "GET":
        yield HTTPStatus.CONFLICT
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    if conditional:
        yield HTTPStatus.PRECONDITION_FAILED
    if counted:
        yield HTTPStatus.TOO_MANY_REQUESTS
    if signed_in:
        yield from (
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.FORBIDDEN,
            HTTPStatus.SERVICE_UNAVAILABLE,
        )


def _response(status: HTTPStatus) -> dict[str, Any]:
    names = ["x-request-id", *_LIMITS, REPLAYED]
    if status in _RETRIED or status is HTTPStatus.CONFLICT:
        names.append("Retry-After")
    if status is HTTPStatus.UNAUTHORIZED:
        names.append("WWW-Authenticate")
    example: dict[str, Any] = {
        "type": f"{URN}{KINDS[status]}",
        "title": status.phrase,
        "status": status.value,
        "detail": f"{_MEANINGS[status].partition(':')[0].partition(';')[0]}.",
        "errors": [],
        "request_id": "JKJaXmPLvHcESHA=",
    }
    return {
        "description": _MEANINGS[status],
        "headers": headers(*names),
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
    }


def _name(status: HTTPStatus) -> str:
    return "".join(part.capitalize() for part in KINDS[status].split("-"))
