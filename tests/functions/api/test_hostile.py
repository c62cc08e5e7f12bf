"""Whatever is sent, the answer is a clear refusal or the thing asked for: never our own failure."""

import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.functions.api.site import Site

ODD: tuple[Any, ...] = (
    *(None, True, -1, 10**30, 1.5, math.pi, [], {}),
    *("", " ", "\x00", "\ud800", "é" * 300, "x" * 5000, "a\r\nb", "٣"),
    *("2025-02-30", "-0.00", "1e400", "=1+1", "${7*7}", "{{7*7}}", "../.."),
)
PLAUSIBLE: tuple[Any, ...] = (
    *("standard", "regular", "email", "call", "r1", "due_date", "reached", "export-simple"),
    *("EUR", "12.50", "FR", "fr", "anna@example.com", "01 99 00 12 34", 8, 30, False),
)
PATH_IDS = ("standard", "C1", "~ff", "-", "C1-0", "standard-with-email")
PLACES = (
    *("customer", "item", "action", "contact", "profile", "scenario", "upload", "template"),
    *("number", "group", "stop", "dispute", "promise"),
)
PARAMETERS = (
    *("limit", "after", "code", "paid", "waiting", "version"),
    *("responsible", "state", "channel", "late", "before"),
)
QUERIES = ("1", "true", "", "-1", "é", "9" * 400, "1,2", "~")

SITE = Site()
DOCUMENT = SITE.call("GET", "/v1/openapi.json").body
SCHEMAS = DOCUMENT["components"]["schemas"]
NAMES = sorted({name for schema in SCHEMAS.values() for name in schema.get("properties", {})})
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]

values = st.recursive(
    st.sampled_from(ODD + PLAUSIBLE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*NAMES, "~", "a/b"]), inner, max_size=6)
    ),
    max_leaves=12,
)


def fields(operation: dict[str, Any]) -> list[str]:
    """The names of the fields that an operation's body has."""
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    return sorted(SCHEMAS.get(reference.rpartition("/")[2], {}).get("properties", {}))


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_no_request_makes_us_fail(data: st.DataObject) -> None:
    method, path, operation = data.draw(st.sampled_from(OPERATIONS))
    named = data.draw(st.sampled_from(PATH_IDS))
    for parameter in PLACES:
        path = path.replace(f"{{{parameter}}}", named)
    body = data.draw(st.dictionaries(st.sampled_from([*fields(operation), "odd"]), values))
    parameters = st.sampled_from(PARAMETERS)
    query: dict[str, Any] = data.draw(st.dictionaries(parameters, st.sampled_from(QUERIES)))

    answer = SITE.call(method, path, body, **query)

    assert answer.status < 500
    if answer.status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.body["status"] == answer.status
    if answer.status == 422:
        assert all("pointer" in each or "parameter" in each for each in answer.body["errors"])
