"""The tenant's own settings, and the logo that its letters carry."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import IfMatch, expected, nothing, single
from functions.api.bodies import tenant_body
from functions.api.pictures import LOGO_PATH, media_type_of, picture
from functions.api.routes.router import new_router
from relance.app import logos
from relance.app.facts import today
from relance.app.tenants import edit_tenant
from relance.contracts.http.tenants import TenantBody, TenantPatch

router = new_router()


@router.get("/v1/tenant", tags=["Tenant"])
def get_tenant(session: CurrentSession) -> Response[TenantBody]:
    """Show your company's settings."""
    tenant = session.store.tenant()
    return single(tenant_body(tenant, on=today(tenant, session.clock)), version=tenant.version)


@router.patch("/v1/tenant", tags=["Tenant"])
def edit_settings(
    session: CurrentSession, body: TenantPatch, if_match: IfMatch = None
) -> Response[TenantBody]:
    """Change the settings given, leave the others."""
    tenant = edit_tenant(body, store=session.store, jobs=session.jobs, expected=expected(if_match))
    return single(tenant_body(tenant, on=today(tenant, session.clock)), version=tenant.version)


@router.get(LOGO_PATH, tags=["Tenant"], enable_validation=False)  # it is no JSON
def get_logo(session: CurrentSession) -> Response[bytes]:
    """Give the picture that your letters carry; its ETag is that of your settings."""
    tenant = session.store.tenant()
    logo = logos.logo_of(tenant, files=session.documents)
    return Response(
        status_code=HTTPStatus.OK.value,
        content_type=media_type_of(logo),
        body=logo.content,
        headers={"ETag": f'"{tenant.version}"'},
    )


@router.put(LOGO_PATH, tags=["Tenant"])
def set_logo(session: CurrentSession, if_match: IfMatch = None) -> Response[TenantBody]:
    """Have letters carry a picture, in the place of the one there is."""
    content, kind = picture(router.current_event)
    tenant = logos.set_logo(
        content,
        kind=kind,
        store=session.store,
        files=session.documents,
        expected=expected(if_match),
    )
    return single(tenant_body(tenant, on=today(tenant, session.clock)), version=tenant.version)


@router.delete(LOGO_PATH, tags=["Tenant"], status_code=HTTPStatus.NO_CONTENT)
def delete_logo(session: CurrentSession, if_match: IfMatch = None) -> Response[None]:
    """Have letters carry no picture any more."""
    logos.delete_logo(store=session.store, expected=expected(if_match))
    return nothing()
