"""Every error leaves as `application/problem+json` with a pointer to the field (RFC 9457)."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestValidationError,
    ResponseValidationError,
)

from functions.api.fields import field_problems
from relance.app.errors import BadInput, Conflict, MovedMeanwhile, NotAsItStands, NotFound
from relance.app.scenario_faults import BadScenario
from relance.app.templates import BadTemplate
from relance.contracts.http.values import FieldProblem, Problem
from relance.runtime.telemetry import logger

MEDIA_TYPE = "application/problem+json"
URN = "urn:relance:problem:"
# Whatever carries it may be sent again as it is, and end otherwise.
RETRY_AFTER = "Retry-After"
RETRY_SECONDS = 1
# What a program may tell errors apart by; never renamed.
KINDS = {
    HTTPStatus.UNAUTHORIZED: "not-signed-in",
    HTTPStatus.FORBIDDEN: "not-allowed",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.CONFLICT: "conflict",
    HTTPStatus.PRECONDITION_FAILED: "changed-since",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "media-type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid",
    HTTPStatus.TOO_MANY_REQUESTS: "too-many-requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "our-failure",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}


class Refused(Exception):
    """A request that is refused for its form or its sender, mostly before any route sees it."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *errors: FieldProblem,
        kind: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = problem(status, detail, *errors, kind=kind)
        self.headers = dict(headers or {})


def problem(
    status: HTTPStatus, detail: str, *errors: FieldProblem, kind: str | None = None
) -> Problem:
    """Build the body of an error; `kind` tells apart those that share a status."""
    return Problem(
        type=f"{URN}{kind or KINDS[status]}",
        title=status.phrase,
        status=status,
        detail=detail,
        errors=errors,
    )


def response(body: Problem, headers: Mapping[str, str] | None = None) -> Response[str]:
    """Build the route's answer of an error."""
    return Response(
        status_code=body.status,
        content_type=MEDIA_TYPE,
        body=body.model_dump_json(exclude_none=True),
        headers=dict(headers or {}),
    )


def result(body: Problem, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Build the whole function's answer of an error."""
    return {
        "statusCode": body.status,
        "headers": {"Content-Type": MEDIA_TYPE, **(headers or {})},
        "body": body.model_dump_json(exclude_none=True),
        "isBase64Encoded": False,
    }


def named(result: dict[str, Any], request_id: str) -> dict[str, Any]:
    """Return the function's answer with the request's id in its body, when it is an error."""
    headers: dict[str, str] = result.get("headers") or {}
    if headers.get("Content-Type") != MEDIA_TYPE:
        return result
    body = json.loads(result["body"]) | {"request_id": request_id}
    return {**result, "body": json.dumps(body, ensure_ascii=False)}


def unexpected(error: Exception) -> Problem:
    """Log an error of ours and say nothing of its insides."""
    logger("api").error("request failed", exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side; it has been recorded."
    )


def register(app: APIGatewayHttpResolver) -> None:
    """Give the app an answer to every kind of error; the nearest class of an error is taken."""

    def invalid(error: RequestValidationError) -> Response[str]:
        errors = field_problems(error.errors(), app.current_event)
        return response(_unprocessable("The request is not as it should be.", *errors))

    def conflict(error: Conflict) -> Response[str]:
        # A header that the operation doesn't know is no condition of it.
        known = "if_match" in app.context["_route"].func.__annotations__
        conditional = known and "if-match" in app.current_event.headers
        if conditional:
            return response(problem(HTTPStatus.PRECONDITION_FAILED, str(error)))
        if isinstance(error, MovedMeanwhile):
            moved = problem(HTTPStatus.CONFLICT, str(error), kind="moved-meanwhile")
            return response(moved, {RETRY_AFTER: str(RETRY_SECONDS)})
        return response(problem(HTTPStatus.CONFLICT, str(error)))

    handlers: dict[type[Exception], Callable[..., Response[str]]] = {
        Refused: lambda refused: response(refused.problem, refused.headers),
        RequestValidationError: invalid,
        ResponseValidationError: _our_answer_is_wrong,
        BadScenario: _bad_parts,
        BadTemplate: _bad_parts,
        BadInput: _bad_input,
        NotFound: _not_found,
        NotFoundError: _no_route,
        NotAsItStands: lambda error: response(problem(HTTPStatus.CONFLICT, str(error))),
        Conflict: conflict,
        Exception: lambda error: response(unexpected(error)),
    }
    for kind, handler in handlers.items():
        app.exception_handler(kind)(handler)


def _our_answer_is_wrong(error: ResponseValidationError) -> Response[str]:
    fields = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
    return response(unexpected(RuntimeError(f"an answer does not fit its contract: {fields}")))


def _bad_parts(error: BadScenario | BadTemplate) -> Response[str]:
    errors = [FieldProblem(pointer=at, message=message) for at, message in error.found]
    return response(_unprocessable(str(error), *errors))


def _bad_input(error: BadInput) -> Response[str]:
    return response(_unprocessable(str(error), _bad_field(error)))


def _not_found(error: NotFound) -> Response[str]:
    return response(problem(HTTPStatus.NOT_FOUND, str(error)))


def _no_route(_: NotFoundError) -> Response[str]:
    return response(problem(HTTPStatus.NOT_FOUND, "There is nothing at this address."))


def _unprocessable(detail: str, *errors: FieldProblem) -> Problem:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, *errors)


def _bad_field(error: BadInput) -> FieldProblem:
    if error.pointer == "/after":  # where a list goes on is said in the address
        return FieldProblem(parameter="after", message=str(error))
    if error.pointer.startswith("?"):
        return FieldProblem(parameter=error.pointer[1:], message=str(error))
    return FieldProblem(pointer=error.pointer, message=str(error))
