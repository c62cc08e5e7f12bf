"""Answers the HTTP API's requests."""

from functools import cache
from typing import Any

from functions.api.app import Answer, build_app
from relance.runtime.wiring.api import wired


@cache
def _app() -> Answer:
    return build_app(wired)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one request (API Gateway HTTP API, payload version 2)."""
    return _app()(event, context)
