"""Invitations: their tokens are shown once, to the admin who hands them over."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit, listed, nothing, single
from functions.api.routes.router import new_router
from relance.app import invitations
from relance.app.access import Invitation
from relance.app.ports.clock import Clock
from relance.contracts.http.access import InvitationBody, InvitationCreate, InvitationMade
from relance.contracts.http.values import Page

router = new_router()


@router.get("/v1/invitations", tags=["Access"])
def list_invitations(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[InvitationBody]:
    """List the invitations, newest first, those that are over too."""
    page = session.access.invitations(limit=limit, after=after)
    return listed(page, lambda each: InvitationBody(**_fields(each, session.wall)))


@router.post("/v1/invitations", tags=["Access"], status_code=HTTPStatus.CREATED)
def invite(session: CurrentSession, body: InvitationCreate) -> Response[InvitationMade]:
    """Invite somebody. The token is shown this once: hand it over; it is good for seven days.

    And only while you are admin.
    """
    made, token = invitations.invite(
        body,
        by=session.author,
        subject=session.membership.subject,
        access=session.access,
        clock=session.wall,
        tenant=session.membership.tenant,
    )
    return single(
        InvitationMade(**_fields(made, session.wall), token=token),
        status=HTTPStatus.CREATED,
        location=f"/v1/invitations/{made.id}",
    )


@router.get("/v1/invitations/<invitation>", tags=["Access"])
def get_invitation(session: CurrentSession, invitation: str) -> Response[InvitationBody]:
    """Show an invitation: who accepted it, under which address."""
    found = invitations.invitation_of(invitation, access=session.access)
    return single(InvitationBody(**_fields(found, session.wall)))


@router.post("/v1/invitations/<invitation>/renewal", tags=["Access"])
def renew_invitation(session: CurrentSession, invitation: str) -> Response[InvitationMade]:
    """Give an invitation a new token and another seven days; the old token is over.

    The new one is good while you, who renewed it, are admin.
    """
    renewed, token = invitations.renew(
        invitation,
        subject=session.membership.subject,
        access=session.access,
        clock=session.wall,
    )
    return single(InvitationMade(**_fields(renewed, session.wall), token=token))


@router.delete("/v1/invitations/<invitation>", tags=["Access"], status_code=HTTPStatus.NO_CONTENT)
def revoke_invitation(session: CurrentSession, invitation: str) -> Response[None]:
    """Let an invitation open nothing any more. It stays in the list."""
    invitations.revoke(invitation, access=session.access, clock=session.wall)
    return nothing()


def _fields(invitation: Invitation, wall: Clock) -> dict[str, Any]:
    plain = InvitationBody.model_fields.keys() - {"state"}
    fields = {name: getattr(invitation, name) for name in plain}
    return fields | {"state": invitation.state(wall.now())}
