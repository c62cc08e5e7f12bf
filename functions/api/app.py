"""Puts the API together: who may ask, the routes, how errors leave."""

from collections.abc import Callable
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api import problems
from functions.api.access import PUBLIC, SIGNED_BY_ITSELF, check_request, open_session
from functions.api.pictures import takes_picture
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
        tenant = None
        try:
            if not takes_picture(request):  # its route does, once it is known who asks
                check_request(request)
            if request.path.startswith(SIGNED_BY_ITSELF):
                app.append_context(dependencies=dependencies())  # type: ignore[no-untyped-call] # no types
            elif request.path not in PUBLIC:
                session = open_session(request, dependencies())
                tenant = session.membership.tenant
                app.append_context(session=session)  # type: ignore[no-untyped-call] # no types
            result = app.resolve(event, cast("LambdaContext", context))
        except problems.Refused as refused:
            result = problems.result(refused.problem)
        except Exception as error:
            result = problems.result(problems.unexpected(error))
        _log(request, tenant, result["statusCode"])
        return _finished(result, request)

    return answer


def _log(request: APIGatewayProxyEventV2, tenant: str | None, status: int) -> None:
    """Log who asked for which kind of resource: ids in a path may be persons' names."""
    logger("api").info(
        "answered",
        method=request.http_method,
        resource="".join(request.path.split("/")[2:3]),
        tenant=tenant,
        status=status,
        request_id=request.request_context.request_id,
    )


def _finished(result: dict[str, Any], request: APIGatewayProxyEventV2) -> dict[str, Any]:
    """Add what every answer carries."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    headers |= result.get("headers") or {}
    headers["x-request-id"] = request.request_context.request_id
    # Nothing to say is an empty text: the local engine can't pass on no body at all.
    return {**result, "headers": headers, "body": result.get("body") or ""}
