"""Which budget a request is counted against, and how an answer tells what is left of it (H3)."""

from http import HTTPStatus

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.access import Session
from functions.api.problems import Refused
from relance.app.dependencies import ApiDependencies
from relance.app.limits import WINDOW, Budget, Tally, take

# What looks at hundreds of customers, or draws something.
_HEAVY_RESOURCES = frozenset({"simulations", "aged-balance"})
_HEAVY_ENDINGS = (
    *("/impact", "/back-test", "/preview", "/trial"),
    *("/letters/batches", "/aged-balance", "/personal-data"),
    *("/export", ".csv", ".yaml"),
)


def budget_of(method: str, path: str) -> Budget:
    """Return the budget that a request is counted against."""
    resource = "".join(path.split("/")[2:3])
    if resource in _HEAVY_RESOURCES or path.endswith(_HEAVY_ENDINGS):
        return "heavy"
    return "reads" if method.upper() in ("GET", "HEAD") else "writes"


def count(
    request: APIGatewayProxyEventV2, session: Session, dependencies: ApiDependencies
) -> dict[str, str]:
    """Count a request of a tenant; return the headers that tell what is left.

    Raises Refused (429) when nothing is.
    """
    tenant, now = session.membership.tenant, session.wall.now()
    budget = budget_of(request.http_method, request.path)
    most = dependencies.limits.of(tenant, budget, store=session.store, now=now)
    tally = take(budget, most=most, counter=dependencies.counter_for(tenant), now=now)
    headers = _headers(tally)
    if tally.left is None:
        raise Refused(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Your company sent its {tally.most} {budget} requests of this minute.",
            headers={**headers, "Retry-After": str(tally.seconds)},
        )
    return headers


def _headers(tally: Tally) -> dict[str, str]:
    window = round(WINDOW.total_seconds())
    return {
        "RateLimit-Policy": f'"{tally.budget}";q={tally.most};w={window}',
        "RateLimit": f'"{tally.budget}";r={tally.left or 0};t={tally.seconds}',
    }
