"""What answering a request costs on a warm process, beside the same route in an empty handler.

    PYTHONPATH=layers/shared/python:. .venv/bin/python -m bench.api [--rounds N]

The API runs on a store in memory, so what the table takes is left out; the empty handler is the
same framework with one route of the same form, which answers the same, a constant, unchecked. Both
answer in turn. In CPU time, the median of some hundred requests: the share is what can be compared
between machines.
"""

import argparse
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from tests.functions.api.site import Site

CUSTOMERS, ITEMS = 200, 5


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One kind of request; `rule` is its route's form, `body` makes a new one for each."""

    method: str
    path: str
    rule: str
    body: Callable[[int], Any] | None = None


def furnished() -> Site:
    """Return a site whose company has customers with open items."""
    site = Site()
    for number in range(CUSTOMERS):
        customer = site.add_customer(f"C{number:03}")
        for invoice in range(ITEMS):
            site.add_item(customer.id, f"FA-{number}-{invoice}")
    return site


def kinds() -> Iterator[Asked]:
    """Yield the requests that are measured: reads of one and many, an edit, something new."""
    yield Asked(method="GET", path="/v1/tenant", rule="/v1/tenant")
    yield Asked(method="GET", path="/v1/customers/C001", rule="/v1/customers/<customer>")
    yield Asked(method="GET", path="/v1/customers", rule="/v1/customers")
    yield Asked(method="GET", path="/v1/items", rule="/v1/items")
    yield Asked(
        method="GET",
        path="/v1/customers/C001/explanation",
        rule="/v1/customers/<customer>/explanation",
    )
    yield Asked(
        method="PATCH",
        path="/v1/customers/C002",
        rule="/v1/customers/<customer>",
        body=lambda number: {"name": f"Société {number}"},
    )
    yield Asked(
        method="POST",
        path="/v1/customers",
        rule="/v1/customers",
        body=lambda number: {"code": f"N{number}", "name": "Menuiserie Kervadec"},
    )


def empty_handler(asked: Asked, answer: str) -> Callable[[dict[str, Any], Any], Any]:
    """Return the same route that does nothing but answer."""
    app = APIGatewayHttpResolver()

    def constant(**_: str) -> Response[str]:
        return Response(status_code=200, content_type="application/json", body=answer)

    app.route(asked.rule, method=[asked.method])(constant)
    return app.resolve


def event_of(asked: Asked, number: int) -> dict[str, Any]:
    """Return the event that the gateway would make of a request."""
    return {
        "version": "2.0",
        "rawPath": asked.path,
        "rawQueryString": "",
        "headers": {"authorization": "Bearer anna", "content-type": "application/json"},
        "requestContext": {
            "stage": "$default",
            "requestId": f"request-{number}",
            "http": {"method": asked.method, "path": asked.path},
        },
        "body": json.dumps(asked.body(number)) if asked.body else None,
        "isBase64Encoded": False,
    }


def measure(site: Site, asked: Asked, rounds: int) -> tuple[float, float]:
    """Return the median CPU milliseconds of our answer and of the empty handler's."""
    first = site.app(event_of(asked, 0), None)
    if first["statusCode"] >= 300:
        raise RuntimeError(f"{asked.method} {asked.path}: {first['body']}")
    empty = empty_handler(asked, first["body"])
    empty(event_of(asked, 0), None)
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(1, rounds + 1):
        event = event_of(asked, number)
        for handler, times in ((site.app, found[0]), (empty, found[1])):
            began = time.process_time()
            handler(event, None)
            times.append((time.process_time() - began) * 1000)
    return statistics.median(found[0]), statistics.median(found[1])


def main() -> None:
    """Print a row a kind of request."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=300)
    rounds = asked.parse_args().rounds
    logging.disable()
    site = furnished()
    print(f"Python {sys.version.split()[0]}; CPU ms, median of {rounds}")
    print(f"{'':45} {'ours':>7} {'empty':>7} {'share':>7}")
    for kind in kinds():
        ours, empty = measure(site, kind, rounds)
        name = f"{kind.method} {kind.rule}"
        print(f"  {name:43} {ours:7.2f} {empty:7.2f} {ours / empty:7.1f}")


if __name__ == "__main__":
    main()
