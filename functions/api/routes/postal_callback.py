"""Where the provider that posts a tenant's letters tells its news (A3).

It signs in with the name and password of that tenant's own callback, nobody else's. Whether the
company, the name or the password is wrong, the answer and the work are the same.
"""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.api import problems
from functions.api.routes.router import new_router
from relance.app.dependencies import ApiDependencies
from relance.app.errors import NotAcceptedError
from relance.app.postal_account import take_notification

router = new_router()

_PATH = "/v1/postal/<tenant>/notifications"


@router.post(_PATH, include_in_schema=False, enable_validation=False)
def take_news(tenant: str) -> Response[Any]:
    """Keep what the provider tells of a letter, to be recorded."""
    given: ApiDependencies = router.context["dependencies"]
    event = router.current_event
    try:
        genuine = take_notification(
            tenant,
            event.json_body or {},
            authorization=event.headers.get("authorization"),
            store_for=given.store_for_callbacks,
            vault=given.vault_for(tenant),
            jobs=given.jobs,
        )
    except NotAcceptedError:
        return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Try again later.")
    except ValueError:
        return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "This is no notification.")
    if not genuine:
        return _refusal(HTTPStatus.UNAUTHORIZED, "Sign in with the callback's name and password.")
    return Response(status_code=HTTPStatus.NO_CONTENT.value, content_type=None, body=None)


def _refusal(status: HTTPStatus, detail: str) -> Response[str]:
    return problems.response(problems.problem(status, detail))
