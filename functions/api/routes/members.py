"""Who has access to the company, and who is asking."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession, Session
from functions.api.answers import (
    MOST,
    After,
    IfMatch,
    Limit,
    check_unchanged,
    listed,
    nothing,
    part_of,
    single,
)
from functions.api.routes.router import new_router
from relance.app import members
from relance.app.ports.membership import Membership
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
    return listed(
        part_of(
            found,
            lambda each: each.subject,
            of=session.list_named("members"),
            limit=limit,
            after=after,
        ),
        member_body,
    )


@router.get("/v1/members/<member>", tags=["Access"])
def get_member(session: CurrentSession, member: str) -> Response[MemberBody]:
    """Show one of them."""
    return single(member_body(members.member_of(member, access=session.access)))


@router.put("/v1/members/<member>", tags=["Access"])
def change_member(
    session: CurrentSession, member: str, body: RoleWrite, if_match: IfMatch = None
) -> Response[MemberBody]:
    """Give somebody another role. Somebody must stay admin."""
    changed = members.change_role(
        _as_read(member, session, if_match),
        body.role,
        by=session.membership.subject,
        access=session.access,
        store=session.store,
    )
    return single(member_body(changed))


@router.delete("/v1/members/<member>", tags=["Access"], status_code=HTTPStatus.NO_CONTENT)
def remove_member(session: CurrentSession, member: str, if_match: IfMatch = None) -> Response[None]:
    """Take somebody out, from the next request on. What they did stays. Somebody stays admin."""
    members.remove(
        _as_read(member, session, if_match),
        by=session.membership.subject,
        access=session.access,
        store=session.store,
    )
    return nothing()


def _as_read(subject: str, session: Session, if_match: str | None) -> Membership:
    """Return a member; raises NotFound, or Conflict when If-Match names another state of it."""
    found = members.member_of(subject, access=session.access)
    check_unchanged(if_match, member_body(found))
    return found


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
