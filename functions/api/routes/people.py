"""Who works for the company: users, and the groups that share what is to do (A2)."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import (
    MOST,
    After,
    IfMatch,
    Limit,
    expected,
    listed,
    nothing,
    part_of,
    single,
)
from functions.api.routes.router import new_router
from relance.app import people
from relance.contracts.http.people import GroupBody, GroupCreate, GroupWrite, UserBody
from relance.contracts.http.values import Page

router = new_router()


@router.get("/v1/users", tags=["People"])
def list_users(session: CurrentSession, limit: Limit = MOST, after: After = None) -> Page[UserBody]:
    """List who has access, with their roles."""
    users = [
        UserBody(name=name, role=role)
        for name, role in people.people_of(session.store).users.items()
    ]
    return listed(
        part_of(
            users, lambda each: each.name, of=session.list_named("users"), limit=limit, after=after
        ),
        _itself,
    )


@router.get("/v1/groups", tags=["People"])
def list_groups(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[GroupBody]:
    """List the groups of users."""
    groups = list(session.store.groups())
    return listed(
        part_of(
            groups, lambda each: each.id, of=session.list_named("groups"), limit=limit, after=after
        ),
        GroupBody.of,
    )


@router.post("/v1/groups", tags=["People"], status_code=HTTPStatus.CREATED)
def create_group(session: CurrentSession, body: GroupCreate) -> Response[GroupBody]:
    """Make a group: what it is to do stands on the list of each of its members."""
    group = people.create_group(body, store=session.store)
    return single(
        GroupBody.of(group),
        version=group.version,
        status=HTTPStatus.CREATED,
        location=f"/v1/groups/{group.id}",
    )


@router.get("/v1/groups/<group>", tags=["People"])
def get_group(session: CurrentSession, group: str) -> Response[GroupBody]:
    """Show a group."""
    found = people.group_of(group, store=session.store)
    return single(GroupBody.of(found), version=found.version)


@router.put("/v1/groups/<group>", tags=["People"])
def replace_group(
    session: CurrentSession, group: str, body: GroupWrite, if_match: IfMatch = None
) -> Response[GroupBody]:
    """Write a group anew."""
    edited = people.replace_group(group, body, store=session.store, expected=expected(if_match))
    return single(GroupBody.of(edited), version=edited.version)


@router.delete("/v1/groups/<group>", tags=["People"], status_code=HTTPStatus.NO_CONTENT)
def delete_group(session: CurrentSession, group: str, if_match: IfMatch = None) -> Response[None]:
    """Take a group away that no scenario and no customer names."""
    people.delete_group(group, store=session.store, expected=expected(if_match))
    return nothing()


def _itself(user: UserBody) -> UserBody:
    return user
