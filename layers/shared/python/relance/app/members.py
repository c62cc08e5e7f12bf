"""Change what people may do, or take them out; never the last admin (H2)."""

from dataclasses import replace

from relance.app.access import TenantAccess
from relance.app.errors import Conflict, NotAsItStands, NotFound
from relance.app.ports.membership import Membership
from relance.app.ports.tenant_store import TenantStore
from relance.app.tenants import Role

ADMIN = "admin"


def member_of(subject: str, *, access: TenantAccess) -> Membership:
    """Return a member; raises NotFound."""
    found = access.member(subject)
    if found is None:
        raise NotFound("there is no such member")
    return found


def change_role(
    before: Membership, role: Role, *, by: str, access: TenantAccess, store: TenantStore
) -> Membership:
    """Give a member, as it was read, another role; `by` is the subject of the admin who does it.

    Raises NotAsItStands when it would leave no admin, Conflict when somebody else changed the
    member since.
    """
    if before.role == role:
        return before
    after = replace(before, role=role)
    _change(before, after, by=by, access=access, store=store)
    return after


def remove(before: Membership, *, by: str, access: TenantAccess, store: TenantStore) -> None:
    """Take a member out: its next request is refused. Raises as `change_role` does."""
    _change(before, None, by=by, access=access, store=store)


def _change(
    before: Membership,
    after: Membership | None,
    *,
    by: str,
    access: TenantAccess,
    store: TenantStore,
) -> None:
    if before.role != ADMIN:
        if not access.change_member(before, after):
            raise Conflict("somebody else changed this member meanwhile")
        return
    # An admin goes only beside another who is one at that very moment; the list may be behind.
    others = (each.subject for each in store.members() if each.role == ADMIN)
    witnesses = dict.fromkeys([by, *others])
    witnesses.pop(before.subject, None)
    if not any(access.change_member(before, after, witness=each) for each in witnesses):
        raise NotAsItStands("somebody must stay admin: make another member admin first")
