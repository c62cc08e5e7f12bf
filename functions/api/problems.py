"""Every error leaves as `application/problem+json` with a pointer to the field (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestValidationError,
    ResponseValidationError,
)

from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.scenarios import BadScenario
from relance.contracts.http.values import FieldProblem, Problem
from relance.runtime.telemetry import logger

MEDIA_TYPE = "application/problem+json"


class Refused(Exception):
    """A request that is refused before any route sees it."""

    def __init__(self, status: HTTPStatus, detail: str, *errors: FieldProblem) -> None:
        super().__init__(detail)
        self.problem = problem(status, detail, *errors)


def problem(status: HTTPStatus, detail: str, *errors: FieldProblem) -> Problem:
    """Build the body of an error."""
    return Problem(title=status.phrase, status=status, detail=detail, errors=list(errors))


def response(body: Problem) -> Response[str]:
    """Build the route's answer of an error."""
    return Response(
        status_code=body.status,
        content_type=MEDIA_TYPE,
        body=body.model_dump_json(exclude_none=True),
    )


def result(body: Problem) -> dict[str, Any]:
    """Build the whole function's answer of an error."""
    return {
        "statusCode": body.status,
        "headers": {"Content-Type": MEDIA_TYPE},
        "body": body.model_dump_json(exclude_none=True),
        "isBase64Encoded": False,
    }


def unexpected(error: Exception) -> Problem:
    """Log an error of ours and say nothing of its insides."""
    logger("api").exception("request failed", exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side; it has been recorded."
    )


def register(app: APIGatewayHttpResolver) -> None:
    """Give the app an answer to every kind of error."""

    @app.exception_handler(RequestValidationError)
    def _invalid(error: RequestValidationError) -> Response[str]:
        errors = [_field(each["loc"], each["msg"]) for each in error.errors()]
        return response(_unprocessable("The request is not as it should be.", *errors))

    @app.exception_handler(BadScenario)
    def _bad_scenario(error: BadScenario) -> Response[str]:
        errors = [FieldProblem(pointer=at, message=message) for at, message in error.found]
        return response(_unprocessable(str(error), *errors))

    @app.exception_handler(BadInput)
    def _bad_input(error: BadInput) -> Response[str]:
        return response(_unprocessable(str(error), _bad_field(error)))

    @app.exception_handler(NotFound)
    def _not_found(error: NotFound) -> Response[str]:
        return response(problem(HTTPStatus.NOT_FOUND, str(error)))

    @app.exception_handler(NotFoundError)
    def _no_route(_: NotFoundError) -> Response[str]:
        return response(problem(HTTPStatus.NOT_FOUND, "There is nothing at this address."))

    @app.exception_handler(Conflict)
    def _conflict(error: Conflict) -> Response[str]:
        conditional = "if-match" in app.current_event.headers
        status = HTTPStatus.PRECONDITION_FAILED if conditional else HTTPStatus.CONFLICT
        return response(problem(status, str(error)))

    @app.exception_handler(ResponseValidationError)
    def _our_answer_is_wrong(error: ResponseValidationError) -> Response[str]:
        fields = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        return response(unexpected(RuntimeError(f"an answer does not fit its contract: {fields}")))

    @app.exception_handler(Exception)
    def _unexpected(error: Exception) -> Response[str]:
        return response(unexpected(error))


def _unprocessable(detail: str, *errors: FieldProblem) -> Problem:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, *errors)


def _bad_field(error: BadInput) -> FieldProblem:
    if error.pointer == "/after":  # where a list goes on is said in the address
        return FieldProblem(parameter="after", message=str(error))
    return FieldProblem(pointer=error.pointer, message=str(error))


def _field(place: Sequence[str | int], message: str) -> FieldProblem:
    """Turn where pydantic found something into a JSON pointer, or the name of a parameter."""
    where, *path = place
    message = message.removeprefix("Value error, ")
    if where != "body":
        return FieldProblem(parameter=".".join(map(str, path)), message=message)
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return FieldProblem(pointer=pointer, message=message)
