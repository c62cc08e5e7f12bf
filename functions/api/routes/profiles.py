"""Customer profiles (S1)."""

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
from functions.api.bodies import profile_body
from functions.api.routes.router import new_router
from relance.app import scenarios
from relance.contracts.http.profiles import ProfileBody, ProfileCreate, ProfilePatch
from relance.contracts.http.values import Page

router = new_router()


@router.get("/v1/profiles", tags=["Profiles"])
def list_profiles(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[ProfileBody]:
    """List the types of customers."""
    profiles = list(session.store.profiles())
    page = part_of(
        profiles,
        lambda profile: profile.id,
        of=session.list_named("profiles"),
        limit=limit,
        after=after,
    )
    return listed(page, profile_body)


@router.post("/v1/profiles", tags=["Profiles"], status_code=HTTPStatus.CREATED)
def create_profile(session: CurrentSession, body: ProfileCreate) -> Response[ProfileBody]:
    """Add a type of customer."""
    profile = scenarios.create_profile(body, store=session.store)
    return single(
        profile_body(profile),
        version=profile.version,
        status=HTTPStatus.CREATED,
        location=f"/v1/profiles/{profile.id}",
    )


@router.get("/v1/profiles/<profile>", tags=["Profiles"])
def get_profile(session: CurrentSession, profile: str) -> Response[ProfileBody]:
    """Show a type of customer."""
    found = scenarios.profile_of(profile, store=session.store)
    return single(profile_body(found), version=found.version)


@router.patch("/v1/profiles/<profile>", tags=["Profiles"])
def rename_profile(
    session: CurrentSession, profile: str, body: ProfilePatch, if_match: IfMatch = None
) -> Response[ProfileBody]:
    """Give a type of customer another name."""
    renamed = scenarios.rename_profile(
        profile, body.name, store=session.store, expected=expected(if_match)
    )
    return single(profile_body(renamed), version=renamed.version)


@router.delete("/v1/profiles/<profile>", tags=["Profiles"], status_code=HTTPStatus.NO_CONTENT)
def delete_profile(
    session: CurrentSession, profile: str, if_match: IfMatch = None
) -> Response[None]:
    """Remove a type of customer that nothing uses."""
    scenarios.delete_profile(profile, store=session.store, expected=expected(if_match))
    return nothing()
