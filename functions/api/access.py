"""Who is asking, for which tenant, and what they may do (H2, H3)."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, NoReturn

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.problems import Refused
from relance.app.dependencies import ApiDependencies
from relance.app.facts import today
from relance.app.ports import Clock, Files, Jobs, Membership, TenantStore, Vault
from relance.contracts.http.values import FieldProblem

PUBLIC = frozenset({"/v1/docs", "/v1/openapi.json"})
# What a link in a message leads to: its signature says whose it is. And where a tenant's postal
# provider tells its news, with a name and password of its own.
SIGNED_BY_ITSELF = ("/v1/o/", "/v1/postal/")
ROLES = ("viewer", "collector", "admin")
MOST_BODY_BYTES = 256 * 1024

# What collectors work on or may ask; everything else is changed by admins only.
_COLLECTORS_OWN = (
    "/v1/actions",
    "/v1/customers",
    "/v1/items",
    "/v1/letters",
    "/v1/opt-outs",
    "/v1/simulations",
)
# What not even a viewer sees: an account with others.
_ADMINS_ALONE = ("/v1/postal-account",)
_SAFE_PATH = re.compile(r"[A-Za-z0-9_.~/-]{1,1024}")


@dataclass(frozen=True, kw_only=True)
class Session:
    """A request's member, and what their tenant has: nothing here reaches another tenant."""

    membership: Membership
    store: TenantStore
    ledger_files: Files
    documents: Files
    jobs: Jobs
    clock: Clock
    vault: Callable[[], Vault]

    @property
    def author(self) -> str:
        """How the member is named in what they did."""
        return self.membership.email or self.membership.subject

    def today(self) -> date:
        """Return the tenant day."""
        return today(self.store.tenant(), self.clock)


def current_session(request: Request) -> Session:
    """Return the session that `open_session` made for this request."""
    session: Session = request.context["session"]
    return session


CurrentSession = Annotated[Session, Depends(current_session)]


def open_session(event: APIGatewayProxyEventV2, dependencies: ApiDependencies) -> Session:
    """Return the session of the token's subject; only its membership record names the tenant.

    Raises Refused: 401 without a token, 403 without a membership or with too low a role.
    """
    claims = _claims(event)
    subject = claims.get("sub") or claims.get("client_id")
    if not subject:
        raise Refused(HTTPStatus.UNAUTHORIZED, "Sign in: the request carries no valid token.")
    membership = dependencies.registry.membership(str(subject))
    if membership is None or membership.role not in ROLES:
        raise Refused(HTTPStatus.FORBIDDEN, "You are not a member of any company here.")
    needed = required_role(event.http_method, event.path)
    if ROLES.index(membership.role) < ROLES.index(needed):
        message = f"This needs the role {needed}; yours is {membership.role}."
        raise Refused(HTTPStatus.FORBIDDEN, message)
    return Session(
        membership=membership,
        store=dependencies.store_for(membership.tenant),
        ledger_files=dependencies.ledger_files_for(membership.tenant),
        documents=dependencies.documents_for(membership.tenant),
        jobs=dependencies.jobs,
        clock=dependencies.clock,
        vault=partial(dependencies.vault_for, membership.tenant),
    )


def required_role(method: str, path: str) -> str:
    """Return the least role that may do this; what is not named is for admins."""
    if path.startswith(_ADMINS_ALONE):
        return "admin"
    if method.upper() in ("GET", "HEAD"):
        return "viewer"
    return "collector" if path.startswith(_COLLECTORS_OWN) else "admin"


def check_request(event: APIGatewayProxyEventV2) -> None:
    """Refuse what no route should have to think about.

    That is: a path no resource of ours could have, a body that is too large, is not JSON, or is
    no object.
    """
    if not _SAFE_PATH.fullmatch(event.path):
        raise Refused(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
    raw = event.get("body")
    if not raw:
        return
    if len(raw) > 2 * MOST_BODY_BYTES:  # even in base64
        _too_large()
    try:
        body = event.decoded_body or ""
        size = len(body.encode())
    except ValueError:
        _not_json("is not UTF-8 text")
    if size > MOST_BODY_BYTES:
        _too_large()
    media_type = event.headers.get("content-type", "application/json").partition(";")[0].strip()
    if media_type.lower() != "application/json":
        message = f"Send application/json, not {media_type!r}."
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
    try:
        value = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        _not_json(f"is not JSON: {error}")
    if not isinstance(value, dict):
        _not_json("must be a JSON object")


def _claims(event: APIGatewayProxyEventV2) -> dict[str, Any]:
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    return (authorizer.get("jwt") or {}).get("claims") or {}


def _too_large() -> NoReturn:
    message = f"A body may have {MOST_BODY_BYTES // 1024} KiB."
    raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def _not_json(message: str) -> NoReturn:
    raise Refused(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The body can't be read.",
        FieldProblem(pointer="", message=f"The body {message}"),
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
