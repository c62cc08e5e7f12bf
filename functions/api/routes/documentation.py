"""The API's own description, as OpenAPI 3.1 and as a page that fetches nothing from outside."""

from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from functions.api.routes.router import new_router

router = new_router()

_DESCRIPTION = """\
Everything Relance does for a company that chases its unpaid invoices.

Send `Authorization: Bearer <token>`: people an access token, programs a key. A person is a member
of one company, as viewer (reads), collector (also edits customers and closes actions) or admin
(everything); a key does what its scopes name. Lists come in parts: pass `next` as `after`. Money is
a decimal text with its currency. Single resources carry an `ETag`; send it as `If-Match` and an
edit is refused (412) if the resource changed meanwhile. A POST with an `Idempotency-Key` is carried
out once. Errors are `application/problem+json`; `errors[].pointer` names the field.
"""
# Even if the page's script wanted to, the browser lets it talk to this API only.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


def _describe(app: APIGatewayHttpResolver) -> None:
    """Tell the app what its OpenAPI document says of the API as a whole."""
    app.configure_openapi(
        title="Relance",
        version="1",
        openapi_version="3.1.0",
        description=_DESCRIPTION,
    )


@router.get("/v1/openapi.json", include_in_schema=False, enable_validation=False)
def openapi() -> Response[str]:
    """Give the OpenAPI document."""
    return Response(status_code=200, content_type="application/json", body=_document())


@router.get("/v1/docs", include_in_schema=False, enable_validation=False, compress=True)
def page() -> Response[str]:
    """Give the OpenAPI document as a page to browse and try."""
    # A fifth of what the function would import at its start, for a page that is seldom asked for.
    from aws_lambda_powertools.event_handler.openapi import swagger_ui

    assets = Path(swagger_ui.__file__).parent
    html = swagger_ui.generate_swagger_html(
        spec=_document().replace("</", "<\\/"),
        swagger_js=(assets / "swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
        swagger_css=(assets / "swagger-ui.min.css").read_text(encoding="utf-8"),
        swagger_base_url="",
        oauth2_config=None,
    )
    return Response(
        status_code=200,
        content_type="text/html; charset=utf-8",
        body=_ours(html),
        headers={"Content-Security-Policy": _POLICY},
    )


def _ours(html: str) -> str:
    """Return the framework's page under our name, with the document's own address at its head."""
    address = 'currentUrl.pathname.replace(/docs$/, "openapi.json")'
    return html.replace('currentUrl.pathname + "?format=json"', address).replace(
        "<title>Swagger UI</title>", "<title>Relance API</title>"
    )


def _document() -> str:
    app = router.api_resolver
    if not isinstance(app, APIGatewayHttpResolver):
        raise TypeError("the routes are not part of an app")
    from functions.api.openapi.document import document_text  # only who reads it waits for it

    _describe(app)
    return document_text(app)
