"""Ask somebody to join: a token, good once and for a week, that an admin hands over (H2)."""

from dataclasses import replace
from datetime import timedelta

from relance.app import credentials
from relance.app.access import Access, Invitation, TenantAccess
from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.ports.clock import Clock
from relance.app.ports.membership import Membership
from relance.contracts.http.access import InvitationCreate

TOKEN = "rli"  # noqa: S105 # what a token begins with, not one
GOOD_FOR = timedelta(days=7)


def invite(
    body: InvitationCreate,
    *,
    by: str,
    subject: str,
    access: TenantAccess,
    clock: Clock,
    tenant: str,
) -> tuple[Invitation, str]:
    """Keep an invitation; return it with its token, which is never shown again.

    `by` is how the admin is named, `subject` that of their tokens: the invitation opens while they
    are admin.
    """
    issued = credentials.issue(TOKEN)
    now = clock.now()
    made = Invitation(
        id=issued.id,
        tenant=tenant,
        email=body.email,
        role=body.role,
        digest=issued.digest,
        invited_by=by,
        invited_at=now,
        expires_at=now + GOOD_FOR,
        vouched_by=subject,
    )
    return access.save_invitation(made), issued.text


def invitation_of(identifier: str, *, access: TenantAccess) -> Invitation:
    """Return an invitation; raises NotFound."""
    found = access.invitation(identifier)
    if found is None:
        raise NotFound("there is no such invitation")
    return found


def renew(
    identifier: str, *, subject: str, access: TenantAccess, clock: Clock
) -> tuple[Invitation, str]:
    """Give an invitation a new token and another week; its old token opens nothing any more.

    From now on it opens while the admin `subject`, who is handed the token, is one. Raises
    NotFound, or Conflict when it was accepted or revoked.
    """
    found = invitation_of(identifier, access=access)
    if found.state(clock.now()) in ("accepted", "revoked"):
        raise Conflict(f"the invitation is {found.state(clock.now())}: make a new one")
    issued = credentials.issue(TOKEN, known_as=found.id)
    renewed = replace(
        found, digest=issued.digest, expires_at=clock.now() + GOOD_FOR, vouched_by=subject
    )
    return access.save_invitation(renewed), issued.text


def revoke(identifier: str, *, access: TenantAccess, clock: Clock) -> Invitation:
    """Let an invitation open nothing any more.

    Raises NotFound, or Conflict when it was accepted: take the member out instead.
    """
    found = invitation_of(identifier, access=access)
    if found.accepted_at is not None:
        raise Conflict("the invitation is accepted: remove the member instead")
    if found.revoked_at is not None:
        return found
    return access.save_invitation(replace(found, revoked_at=clock.now()))


def accept(token: str, *, subject: str, email: str, access: Access, clock: Clock) -> Membership:
    """Make whoever holds the token a member, and note who that was.

    The token is enough; `email`, the address that the user proved to have, may be another than
    the one invited, and is what the member is called. Whoever was handed the token must be admin
    at that very moment: else a removed admin came back by one that they kept. Raises BadInput when
    the token opens nothing, whatever the reason; Conflict when the user belongs to a company
    already.
    """
    opened = _opened(token, access=access, clock=clock)
    now = clock.now()
    member = Membership(
        subject=subject,
        tenant=opened.tenant,
        role=opened.role,
        email=email,
        since=now,
        invited_by=opened.invited_by,
    )
    accepted = replace(opened, accepted_by=subject, accepted_as=email, accepted_at=now)
    if not access.join(accepted, member):
        if access.membership(subject) is not None:
            raise Conflict("you belong to a company here already")
        raise _no_token()
    return member


def _opened(token: str, *, access: Access, clock: Clock) -> Invitation:
    given = credentials.shown(TOKEN, token)
    found = access.invitation(given.id) if given else None
    if found is None or given is None or not credentials.same(found.digest, given.digest):
        raise _no_token()
    if found.state(clock.now()) != "open":
        raise _no_token()
    return found


def _no_token() -> BadInput:
    return BadInput("this token opens nothing: ask for a new invitation", pointer="/token")
