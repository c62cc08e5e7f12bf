"""The tenant's own settings."""

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import IfMatch, expected, single
from functions.api.bodies import tenant_body
from functions.api.routes.router import new_router
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
