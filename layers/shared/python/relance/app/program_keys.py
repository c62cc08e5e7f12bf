"""Keys that a tenant's programs sign in with: made and revoked by its admins (H2)."""

from datetime import timedelta

from relance.app import credentials
from relance.app.access import Access, ProgramKey, TenantAccess
from relance.app.errors import NotFound
from relance.app.ports.clock import Clock
from relance.contracts.http.access import ProgramKeyCreate

KEY = "rlk"


def make_key(
    body: ProgramKeyCreate, *, by: str, access: TenantAccess, clock: Clock, tenant: str
) -> tuple[ProgramKey, str]:
    """Keep a new key; return it with its text, which is never shown again."""
    issued = credentials.issue(KEY)
    now = clock.now()
    made = ProgramKey(
        id=issued.id,
        tenant=tenant,
        name=body.name,
        scopes=tuple(sorted(body.scopes)),
        digest=issued.digest,
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=body.days),
    )
    access.add_key(made)
    return made, issued.text


def key_of(identifier: str, *, access: TenantAccess) -> ProgramKey:
    """Return a key; raises NotFound."""
    found = access.key(identifier)
    if found is None:
        raise NotFound("there is no such key")
    return found


def revoke_key(identifier: str, *, by: str, access: TenantAccess, clock: Clock) -> None:
    """Let a key open nothing from the next request on; raises NotFound."""
    key_of(identifier, access=access)
    access.revoke_key(identifier, at=clock.now(), by=by)


def is_key(text: str) -> bool:
    """Tell whether a credential means to be a program's key."""
    return text.startswith(f"{KEY}_")


def opened_by(text: str, *, access: Access, clock: Clock) -> ProgramKey | None:
    """Return the key that a program showed, None unless it opens something now.

    The day of its use is noted once a day.
    """
    given = credentials.shown(KEY, text)
    found = access.program_key(given.id) if given else None
    if found is None or given is None or not credentials.same(found.digest, given.digest):
        return None
    now = clock.now()
    if not found.opens(now):
        return None
    if found.last_used_on is None or found.last_used_on < now.date():
        access.mark_used(found.id, now.date())
    return found
