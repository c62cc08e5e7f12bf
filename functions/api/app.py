"""Puts the API together: who may ask, the routes, how errors leave."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api import problems
from functions.api.access import (
    PUBLIC,
    SIGNED_BY_ITSELF,
    check_permission,
    greet,
    is_visit,
    open_session,
)
from functions.api.limits import count
from functions.api.methods import methods_of
from functions.api.pictures import takes_picture
from functions.api.repeats import carried_out_once
from functions.api.requests import check_body, check_parameters, check_path
from functions.api.routes import routers_for
from relance.app.dependencies import ApiDependencies
from relance.runtime.telemetry import logger

Answer = Callable[[dict[str, Any], object], dict[str, Any]]
Result = dict[str, Any]


def build_app(dependencies: Callable[[], ApiDependencies]) -> Answer:
    """Return a function that answers one event of the HTTP API.

    `dependencies` is asked once a request, and not at all for the public pages.
    """
    app = APIGatewayHttpResolver(enable_validation=True, response_validation_error_http_code=500)
    problems.register(app)
    loaded: set[str] = set()
    api = _Api(app, dependencies)

    def load(path: str) -> None:
        for name, router in routers_for(path):
            if name not in loaded:
                app.include_router(router)
                loaded.add(name)

    def answer(event: dict[str, Any], context: object) -> dict[str, Any]:
        request = APIGatewayProxyEventV2(event)
        try:
            load(request.path)
            result = api.answer(request, context)
        except problems.Refused as refused:
            result = problems.result(refused.problem, refused.headers)
        except Exception as error:
            result = problems.result(problems.unexpected(error))
        there = bool(methods_of(app, request.path))
        _log(request, api.tenant, result["statusCode"], there=there)
        return _finished(result, request)

    return answer


class _Api:
    """The way of one request at a time; `tenant` is whose the last one was, if it came so far."""

    def __init__(
        self, app: APIGatewayHttpResolver, dependencies: Callable[[], ApiDependencies]
    ) -> None:
        self._app = app
        self._dependencies = dependencies
        self.tenant: str | None = None

    def answer(self, request: APIGatewayProxyEventV2, context: object) -> Result:
        """Return the routes' answer; raises Refused for what no route is to see."""
        self.tenant = None
        check_path(request)
        if request.http_method == "OPTIONS":
            return self._options(request)
        if request.path in PUBLIC:
            return self._resolve(request, context)
        if request.path.startswith(SIGNED_BY_ITSELF):
            return self._resolve(request, context, dependencies=self._dependencies())
        return self._answer_signed_in(request, context, self._dependencies())

    def _answer_signed_in(
        self, request: APIGatewayProxyEventV2, context: object, given: ApiDependencies
    ) -> Result:
        if is_visit(request):
            visitor = greet(request, given)
            return carried_out_once(
                request,
                answers=partial(given.answers_for, None, visitor.subject),
                wall=given.wall,
                run=lambda _: self._resolve(request, context, visitor=visitor),
            )
        session = open_session(request, given)
        tenant, subject = session.membership.tenant, session.membership.subject
        self.tenant = tenant
        left = count(request, session, given)
        try:
            check_permission(request, session)
            result = carried_out_once(
                request,
                answers=partial(given.answers_for, tenant, subject),
                wall=given.wall,
                run=lambda seed: self._resolve(
                    request, context, session=replace(session, seed=seed)
                ),
            )
        except problems.Refused as refused:
            result = problems.result(refused.problem, refused.headers)
        return {**result, "headers": {**(result.get("headers") or {}), **left}}

    def _resolve(self, request: APIGatewayProxyEventV2, context: object, **given: object) -> Result:
        self._check_method(request)
        check_parameters(request)
        if not takes_picture(request):  # its route checks the body itself
            check_body(request)
        self._app.append_context(**given)  # type: ignore[no-untyped-call] # no types
        event = request.raw_event
        if request.http_method != "HEAD":
            return self._app.resolve(event, cast("LambdaContext", context))
        http = {**event["requestContext"]["http"], "method": "GET"}
        asked = {**event, "requestContext": {**event["requestContext"], "http": http}}
        return self._app.resolve(asked, cast("LambdaContext", context))

    def _options(self, request: APIGatewayProxyEventV2) -> Result:
        """Say which methods there are; browsers of other sites get no leave by it (no CORS)."""
        allowed = self._allowed(request)
        if not allowed:
            raise problems.Refused(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        return {"statusCode": HTTPStatus.NO_CONTENT.value, "headers": allowed, "body": ""}

    def _check_method(self, request: APIGatewayProxyEventV2) -> None:
        methods = methods_of(self._app, request.path)
        if methods and request.http_method not in methods:
            raise problems.Refused(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"This address has no {request.http_method[:20]}.",
                headers=self._allowed(request),
            )

    def _allowed(self, request: APIGatewayProxyEventV2) -> dict[str, str]:
        methods = methods_of(self._app, request.path)
        return {"Allow": ", ".join(methods)} if methods else {}


def _log(request: APIGatewayProxyEventV2, tenant: str | None, status: int, *, there: bool) -> None:
    """Log who asked for which kind of resource: ids in a path may be persons' names.

    Of an address where nothing is (not `there`), any part may be one.
    """
    logger("api").info(
        "answered",
        method=request.http_method,
        resource="".join(request.path.split("/")[2:3]) if there else "",
        tenant=tenant,
        status=status,
        request_id=request.request_context.request_id,
    )


def _finished(result: Result, request: APIGatewayProxyEventV2) -> Result:
    """Add what every answer carries."""
    request_id = request.request_context.request_id
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    headers |= result.get("headers") or {}
    headers["x-request-id"] = request_id
    # Nothing to say is an empty text: the local engine can't pass on no body at all.
    if request.http_method == "HEAD":
        return {**result, "headers": headers, "body": "", "isBase64Encoded": False}
    body = problems.named(result, request_id).get("body") or ""
    return {**result, "headers": headers, "body": body}
