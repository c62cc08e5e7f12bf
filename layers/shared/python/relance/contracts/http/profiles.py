"""Customer profiles over HTTP (S1)."""

from pydantic.json_schema import SkipJsonSchema

from relance.contracts.http.texts import Name, Slug
from relance.contracts.http.values import Body, Patch


class ProfileBody(Body):
    """A type of customer."""

    id: str
    name: str
    version: int


class ProfileCreate(Body):
    """A new profile; its id follows from its name unless given."""

    name: Name
    id: Slug | None = None


class ProfilePatch(Patch):
    """A new name for a profile; its id stays."""

    name: Name | SkipJsonSchema[None] = None
