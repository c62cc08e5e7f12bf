"""Which methods an address has: for OPTIONS, for HEAD, and for who asks with another (405)."""

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def methods_of(app: APIGatewayHttpResolver, path: str) -> tuple[str, ...]:
    """Return the methods that the address has, none where there is nothing.

    An address of its own is never that of one of many: at `/v1/actions/approvals` is no action.
    """
    for routes in (app._static_routes, app._dynamic_routes):
        if found := {route.method.upper() for route in routes if route.rule.match(path)}:
            break
    else:
        return ()
    if "GET" in found:
        found.add("HEAD")
    return tuple(method for method in _ORDER if method in found | {"OPTIONS"})
