"""Puts the API together: who may ask, the routes, how errors leave."""

from collections.abc import Callable
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api import problems
from functions.api.access import PUBLIC, check_request, open_session
from functions.api.routes import ROUTERS
from functions.api.routes.documentation import describe
from relance.app.dependencies import ApiDependencies
from relance.runtime.telemetry import logger

Answer = Callable[[dict[str, Any], object], dict[str, Any]]


def build_app(dependencies: Callable[[], ApiDependencies]) -> Answer:
    """Return a function that answers one event of the HTTP API.

    `dependencies` is asked once a request, and not at all for the public pages.
    """
    app = APIGatewayHttpResolver(enable_validation=True, response_validation_error_http_code=500)
    describe(app)
    problems.register(app)
    for router in ROUTERS:
        app.include_router(router)

    def answer(event: dict[str, Any], context: object) -> dict[str, Any]:
        request = APIGatewayProxyEventV2(event)
        try:
            check_request(request)
            if request.path not in PUBLIC:
                app.append_context(session=open_session(request, dependencies()))
            result = app.resolve(event, cast("LambdaContext", context))
        except problems.Refused as refused:
            result = problems.result(refused.problem)
        except Exception as error:
            result = problems.result(problems.unexpected(error))
        return _finished(result, request)

    return answer


def _finished(result: dict[str, Any], request: APIGatewayProxyEventV2) -> dict[str, Any]:
    """Add what every answer carries, and log the request without anything personal in it."""
    request_id = request.request_context.request_id
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    headers |= result.get("headers") or {}
    headers["x-request-id"] = request_id
    logger("api").info(
        "answered",
        method=request.http_method,
        path=request.path,
        status=result["statusCode"],
        request_id=request_id,
    )
    return {**result, "headers": headers}
