"""Who has access to the company, and who is asking."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit, listed, nothing, part_of, single
from functions.api.routes.router import new_router
from relance.app import members
from relance.app.ports import Membership
from relance.contracts.http.access import MeBody, MemberBody, RoleWrite
from relance.contracts.http.values import Page

router = new_router()


@router.get("/v1/me", tags=["Access"])
def get_me(session: CurrentSession) -> Response[MeBody]:
    """Show who you are, for which company, and what you may do."""
    membership, key = session.membership, session.key
    return single(
        MeBody(
            kind="program" if key else "person",
            id=key.id if key else membership.subject,
            name=session.author,
            tenant=membership.tenant,
            role=None if key else membership.role,
            scopes=key.scopes if key else (),
        )
    )


@router.get("/v1/members", tags=["Access"])
def list_members(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[MemberBody]:
    """List the people who have access."""
    found = list(session.store.members())
    return listed(part_of(found, lambda each: each.subject, limit=limit, after=after), member_body)


@router.get("/v1/members/<member>", tags=["Access"])
def get_member(session: CurrentSession, member: str) -> Response[MemberBody]:
    """Show one of them."""
    return single(member_body(members.member_of(member, access=session.access)))


@router.put("/v1/members/<member>", tags=["Access"])
def change_member(session: CurrentSession, member: str, body: RoleWrite) -> Response[MemberBody]:
    """Give somebody another role. Somebody must stay admin."""
    changed = members.change_role(
        member,
        body.role,
        by=session.membership.subject,
        access=session.access,
        store=session.store,
    )
    return single(member_body(changed))


@router.delete("/v1/members/<member>", tags=["Access"], status_code=HTTPStatus.NO_CONTENT)
def remove_member(session: CurrentSession, member: str) -> Response[None]:
    """Take somebody out, from the next request on. What they did stays. Somebody stays admin."""
    members.remove(
        member, by=session.membership.subject, access=session.access, store=session.store
    )
    return nothing()


def member_body(member: Membership) -> MemberBody:
    """Return the body of a member."""
    return MemberBody(
        id=member.subject,
        name=member.email or member.subject,
        role=member.role,
        email=member.email,
        since=member.since,
        invited_by=member.invited_by,
    )
