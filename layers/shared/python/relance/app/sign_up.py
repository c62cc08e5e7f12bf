"""A company signs up by itself: tenant, first user, settings to begin with (H2)."""

from relance.app.access import Access
from relance.app.credentials import new_id
from relance.app.errors import Conflict
from relance.app.ports.clock import Clock
from relance.app.ports.membership import Membership
from relance.app.ports.tenant import Tenant
from relance.app.tenants import STANDARD_PROFILE
from relance.contracts.http.access import SignUp


def sign_up(
    body: SignUp, *, subject: str, email: str, access: Access, clock: Clock
) -> tuple[Tenant, Membership]:
    """Make a tenant whose first admin and default sender is this user (M2).

    `email` is the address that the user proved to have. All of it is stored in one transaction,
    with the membership in it: however often and however fast it is asked for, a user makes one
    tenant. The id is random, so that none can be guessed or tried. Raises Conflict when the user
    belongs to a tenant already.
    """
    tenant = Tenant(
        id=f"t{new_id()}",
        name=body.name,
        sender_email=email,
        sender_name=body.sender_name,
        rules=body.rules(),
        reading=body.reading(),
    )
    first = Membership(
        subject=subject, tenant=tenant.id, role="admin", email=email, since=clock.now()
    )
    if not access.sign_up(tenant, STANDARD_PROFILE, first):
        raise Conflict("you belong to a company here already")
    return tenant, first
