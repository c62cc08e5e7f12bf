"""Who is asking, for which tenant, and what they may do (H2, H3).

A person shows an access token of the user pool, a program a key. Both name a subject only; what is
stored of it gives the tenant and what it may do there. Nothing else in a request is looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Annotated, NoReturn

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.permissions import Needed, needed
from functions.api.problems import Refused
from relance.app.access import Access, Directory, ProgramKey, TenantAccess
from relance.app.dependencies import ApiDependencies
from relance.app.errors import NotAcceptedError
from relance.app.facts import today
from relance.app.ports.clock import Clock
from relance.app.ports.files import Files
from relance.app.ports.jobs import Jobs
from relance.app.ports.membership import Membership
from relance.app.ports.tenant_store import TenantStore
from relance.app.ports.vault import Vault
from relance.app.program_keys import is_key, opened_by
from relance.runtime.telemetry import logger

PUBLIC = frozenset({"/v1/docs", "/v1/openapi.json"})
# What a link in a message leads to: its signature says whose it is. And where a tenant's postal
# provider tells its news, with a name and password of its own.
SIGNED_BY_ITSELF = ("/v1/o/", "/v1/postal/")
# What somebody does who belongs to no company yet.
VISITORS = frozenset({("POST", "/v1/sign-up"), ("POST", "/v1/invitations/acceptance")})
_SCHEME = "bearer"
_PROGRAM = "program"
RETRY_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A person who is signed in, whether a member of a company or of none."""

    subject: str
    token: str
    access: Access
    directory: Directory
    wall: Clock

    def email(self) -> str:
        """Return the address that the person proved to have.

        Raises Refused: 403 without one, 401 when the token opens nothing any more, 503 when it
        can't be told now.
        """
        try:
            found = self.directory.person(self.token)
        except NotAcceptedError:
            _not_now()
        if found is None:
            _unknown()
        if found.email is None:
            message = "Prove first that your e-mail address is yours: it is how others know you."
            raise Refused(HTTPStatus.FORBIDDEN, message)
        return found.email


@dataclass(frozen=True, kw_only=True)
class Session:
    """A request's member, and what their tenant has: nothing here reaches another tenant.

    `wall` is the system's time, whatever day the local stage plays. `seed` is what the ids of what
    this request makes follow from: the same again makes the same; None for any.
    """

    membership: Membership
    key: ProgramKey | None
    store: TenantStore
    access: TenantAccess
    ledger_files: Files
    documents: Files
    jobs: Jobs
    clock: Clock
    wall: Clock
    vault: Callable[[], Vault]
    seed: str | None = None

    @property
    def author(self) -> str:
        """How the member is named in what they did."""
        if self.key is not None:
            return f"{_PROGRAM}:{self.key.name}"
        return self.membership.email or self.membership.subject

    def today(self) -> date:
        """Return the tenant day."""
        return today(self.store.tenant(), self.clock)

    def failed(self, _: str, error: Exception) -> None:
        """Log what failed beside or within what is answered; of whom may be a person's name."""
        logger("api").error("a part failed", tenant=self.membership.tenant, exc_info=error)

    def list_named(self, name: str) -> str:
        """Return what a list of the tenant's is called in its cursors."""
        return f"{self.membership.tenant}/{name}"


def current_session(request: Request) -> Session:
    """Return the session that `open_session` made for this request."""
    session: Session = request.context["session"]
    return session


def current_visitor(request: Request) -> Visitor:
    """Return the visitor that `greet` made for this request."""
    visitor: Visitor = request.context["visitor"]
    return visitor


CurrentSession = Annotated[Session, Depends(current_session)]
CurrentVisitor = Annotated[Visitor, Depends(current_visitor)]


def is_visit(event: APIGatewayProxyEventV2) -> bool:
    """Tell whether this is for those who belong to no company yet."""
    return (event.http_method.upper(), event.path) in VISITORS


def greet(event: APIGatewayProxyEventV2, dependencies: ApiDependencies) -> Visitor:
    """Return the person who asks.

    Raises Refused: 401 without a valid token, 403 for a program, 503 when it can't be told now.
    """
    shown = _credential(event)
    if is_key(shown):
        _forbidden(Needed("admin", None))
    return Visitor(
        subject=_subject(shown, dependencies),
        token=shown,
        access=dependencies.access,
        directory=dependencies.directory,
        wall=dependencies.wall,
    )


def open_session(event: APIGatewayProxyEventV2, dependencies: ApiDependencies) -> Session:
    """Return the session of whoever asks; only what is stored of it names the tenant.

    Raises Refused: 401 without a valid token or key, 403 without a membership, 503 when it can't
    be told now.
    """
    shown = _credential(event)
    key = None
    if is_key(shown):
        key = opened_by(shown, access=dependencies.access, clock=dependencies.wall)
        if key is None:
            _unknown()
        subject = f"{_PROGRAM}:{key.id}"
        membership = Membership(subject=subject, tenant=key.tenant, role=_PROGRAM)
    else:
        membership = _member(_subject(shown, dependencies), dependencies)
    tenant = membership.tenant
    return Session(
        membership=membership,
        key=key,
        store=dependencies.store_for(tenant),
        access=dependencies.access_for(tenant),
        ledger_files=dependencies.ledger_files_for(tenant),
        documents=dependencies.documents_for(tenant),
        jobs=dependencies.jobs,
        clock=dependencies.clock,
        wall=dependencies.wall,
        vault=partial(dependencies.vault_for, tenant),
    )


def check_permission(event: APIGatewayProxyEventV2, session: Session) -> None:
    """Raise Refused (403) unless the session may do what is asked."""
    least = needed(event.http_method, event.path)
    if session.key is not None:
        if least.scope not in session.key.scopes:
            _forbidden(least)
    elif not least.met_by_role(session.membership.role):
        message = f"This needs the role {least.role}; yours is {session.membership.role}."
        raise Refused(HTTPStatus.FORBIDDEN, message)


def _credential(event: APIGatewayProxyEventV2) -> str:
    scheme, _, shown = event.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != _SCHEME or not shown.strip():
        _unknown()
    return shown.strip()


def _subject(token: str, dependencies: ApiDependencies) -> str:
    try:
        subject = dependencies.tokens.subject(token)
    except NotAcceptedError:
        _not_now()
    if subject is None:
        _unknown()
    return subject


def _member(subject: str, dependencies: ApiDependencies) -> Membership:
    found = dependencies.access.membership(subject)
    if found is None or not Needed("viewer", None).met_by_role(found.role):
        raise Refused(HTTPStatus.FORBIDDEN, "You are not a member of any company here.")
    return found


def _not_now() -> NoReturn:
    raise Refused(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Who you are can't be checked just now; try again.",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def _unknown() -> NoReturn:
    raise Refused(
        HTTPStatus.UNAUTHORIZED,
        "Sign in: the request carries no valid token or key.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _forbidden(least: Needed) -> NoReturn:
    message = (
        f"This needs a key with the scope {least.scope}."
        if least.scope
        else "This is for people: no key opens it."
    )
    raise Refused(HTTPStatus.FORBIDDEN, message)
