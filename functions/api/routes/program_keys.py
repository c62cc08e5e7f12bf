"""Keys for programs: what their scopes name, and nothing about people, invitations and keys."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit, listed, nothing, single
from functions.api.routes.router import new_router
from relance.app import program_keys
from relance.app.access import ProgramKey
from relance.app.ports.clock import Clock
from relance.contracts.http.access import ProgramKeyBody, ProgramKeyCreate, ProgramKeyMade
from relance.contracts.http.values import Page

router = new_router()


@router.get("/v1/program-keys", tags=["Access"])
def list_program_keys(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[ProgramKeyBody]:
    """List the keys, newest first, revoked ones too."""
    page = session.access.keys(limit=limit, after=after)
    return listed(page, lambda each: ProgramKeyBody(**_fields(each, session.wall)))


@router.post("/v1/program-keys", tags=["Access"], status_code=HTTPStatus.CREATED)
def create_program_key(session: CurrentSession, body: ProgramKeyCreate) -> Response[ProgramKeyMade]:
    """Make a key for a program. It is shown this once; only a hash of it is kept."""
    made, text = program_keys.make_key(
        body,
        by=session.author,
        access=session.access,
        clock=session.wall,
        tenant=session.membership.tenant,
    )
    return single(
        ProgramKeyMade(**_fields(made, session.wall), key=text),
        status=HTTPStatus.CREATED,
        location=f"/v1/program-keys/{made.id}",
    )


@router.get("/v1/program-keys/<key>", tags=["Access"])
def get_program_key(session: CurrentSession, key: str) -> Response[ProgramKeyBody]:
    """Show a key: what it may do, when it was last used."""
    found = program_keys.key_of(key, access=session.access)
    return single(ProgramKeyBody(**_fields(found, session.wall)))


@router.delete("/v1/program-keys/<key>", tags=["Access"], status_code=HTTPStatus.NO_CONTENT)
def revoke_program_key(session: CurrentSession, key: str) -> Response[None]:
    """Revoke a key: its next request is refused. It stays in the list."""
    program_keys.revoke_key(key, by=session.author, access=session.access, clock=session.wall)
    return nothing()


def _fields(key: ProgramKey, wall: Clock) -> dict[str, Any]:
    plain = ProgramKeyBody.model_fields.keys() - {"state", "prefix"}
    over = "revoked" if key.revoked_at is not None else "expired"
    return {name: getattr(key, name) for name in plain} | {
        "prefix": f"{program_keys.KEY}_{key.id}",
        "state": "open" if key.opens(wall.now()) else over,
    }
