"""The page behind the link in a text message (M5). Nobody signs in: the link is signed by us.

To look at it changes nothing, since programs that check links look at all of them; only its button
does. It says nothing of what is owed.
"""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.routes.router import new_router
from relance.app import opt_out
from relance.app.dependencies import ApiDependencies
from relance.messages.opt_out import done_page, question_page, unknown_page

router = new_router()

_PAGE = "/v1/o/<tenant>/<token>"
_HEADERS: dict[str, str | list[str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@router.get(_PAGE, include_in_schema=False, enable_validation=False)
def ask(tenant: str, token: str) -> Response[str]:
    """Ask whether to send no more text messages."""
    found = _visit(tenant, token)
    if found is None:
        return _unknown()
    asked = found.asked
    return _html(question_page(found.company, asked.number, language=asked.language))


@router.post(_PAGE, include_in_schema=False, enable_validation=False)
def confirm(tenant: str, token: str) -> Response[str]:
    """Send no more text messages to the number that the link was made for."""
    found = _visit(tenant, token)
    if found is None:
        return _unknown()
    opt_out.confirm(found, now=_dependencies().clock.now())
    asked = found.asked
    return _html(done_page(found.company, asked.number, language=asked.language))


def _visit(tenant: str, token: str) -> opt_out.Visit | None:
    given = _dependencies()
    return opt_out.visit(tenant, token, key=given.opt_out_key(), store_for=given.store_for)


def _dependencies() -> ApiDependencies:
    given: ApiDependencies = router.context["dependencies"]
    return given


def _unknown() -> Response[str]:
    accepted = router.current_event.headers.get("accept-language", "")
    return _html(unknown_page(accepted), status=HTTPStatus.NOT_FOUND)


def _html(page: str, *, status: HTTPStatus = HTTPStatus.OK) -> Response[str]:
    return Response(
        status_code=status, content_type="text/html; charset=utf-8", body=page, headers=_HEADERS
    )
