"""The tenant's users and their groups over HTTP (A2)."""

from typing import Annotated, Literal

from pydantic import Field

from relance.contracts.http.texts import Name, Slug
from relance.contracts.http.values import Body
from relance.domain.people import Group

Members = Annotated[tuple[Name, ...], Field(max_length=200, description="users, by their names")]


class UserBody(Body):
    """Someone, or a program, with access. `name` is how it is named in what it did or is to do."""

    name: str
    role: str


class GroupBody(Body):
    """Several users. `responsible` is how the group is named where someone is to do something."""

    id: str
    name: str
    responsible: str
    members: tuple[str, ...]
    version: int

    @classmethod
    def of(cls, group: Group) -> "GroupBody":
        """Build from the domain's value."""
        return cls(
            id=group.id,
            name=group.name,
            responsible=group.reference,
            members=group.members,
            version=group.version,
        )


class GroupWrite(Body):
    """A group as a person writes it."""

    name: Name
    members: Members = ()


class GroupCreate(GroupWrite):
    """A new group; its `id` never changes."""

    id: Slug


class ResponsibleBody(Body):
    """Who is to do something: a user or a group, and its name for people."""

    responsible: str
    kind: Literal["user", "group"]
    name: str
