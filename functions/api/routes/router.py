"""Where a module's routes are gathered."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter as Router

__all__ = ["Router", "new_router"]


def new_router() -> Router:
    """Return an empty router."""
    return Router()  # type: ignore[no-untyped-call] # published without a type
