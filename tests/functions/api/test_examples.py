"""Every example of the OpenAPI document is carried out, and answered as described (H1).

A new operation takes its example from functions/api/openapi/examples.json.
"""

from typing import Any
from urllib.parse import quote

import pytest

from tests.functions.api.described import document
from tests.functions.api.furnished import Furnished
from tests.functions.api.site import Answer, Site

# Pictures are no JSON: their own tests send them.
PICTURES = {"get_logo", "set_logo", "delete_logo"}

# What most actions and imports have nothing of.
SOMETIMES_EMPTY = {"get_carriage", "get_refused_rows"}


def examples() -> list[tuple[str, str, str, Any]]:
    """Each operation's id, method, path and body, as a reader of the document finds them."""
    found = []
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            bodies = content.get("application/json", {}).get("examples", {})
            values = [each["value"] for each in bodies.values()] or [None]
            found += [(operation["operationId"], method, path, value) for value in values]
    return [each for each in found if each[0] not in PICTURES]


def operation_of(path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["paths"][path][method]
    return found


def carried_out(
    site: Site, method: str, path: str, body: Any, *, if_match: str | None = None
) -> Answer:
    """Send a request with the example of each parameter."""
    operation = operation_of(path, method)
    query: dict[str, Any] = {}
    for parameter in operation.get("parameters", []):
        example = parameter.get("example")
        if parameter.get("in") == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(example)))
        elif parameter.get("in") == "query" and example is not None:
            query[parameter["name"]] = str(example).lower() if example is True else example
    visit = operation["security"] == [{"person": []}]
    user = "nora" if visit else "anna"
    return site.call(method.upper(), path, body, user=user, if_match=if_match, **query)


@pytest.fixture(scope="module")
def read_only() -> Furnished:
    """The company that requests read; those that write are given one of their own."""
    return Furnished()


@pytest.mark.parametrize(("name", "method", "path", "body"), examples())
def test_each_example_does_what_it_says(
    read_only: Furnished, name: str, method: str, path: str, body: Any
) -> None:
    site = read_only if method == "get" else Furnished()

    answer = carried_out(site, method, path, body)

    assert answer.status < 300, answer.text
    if "/json" in answer.headers.get("Content-Type", ""):
        assert [each for each in answer.body.get("outcomes", []) if each["refusal"]] == []


def test_whoever_sends_a_body_finds_an_example_of_it() -> None:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                assert content["application/json"].get("examples"), (method, path)


def test_every_link_leads_somewhere(read_only: Furnished) -> None:
    """What a list or a new resource answers is what the linked operations ask for."""
    names = {
        operation["operationId"]: (path, method)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }
    followed = set()
    for name, method, path, body in examples():
        responses = operation_of(path, method)["responses"].values()
        if not any("links" in each for each in responses):
            continue
        site = Furnished() if method == "post" else read_only
        answer = carried_out(site, method, path, body)
        described = operation_of(path, method)["responses"][str(int(answer.status))]
        for link in described.get("links", {}).values():
            target, verb = names[link["operationId"]]
            for parameter, expression in link["parameters"].items():
                target = target.replace(
                    f"{{{parameter}}}", _found(expression, answer, path, method)
                )
            assert "{" not in target
            if verb == "get" and link["operationId"] not in SOMETIMES_EMPTY:
                assert site.call("GET", target).status == 200, (name, target)
            followed.add((name, link["operationId"]))

    assert ("create_customer", "get_customer") in followed
    assert ("create_scenarios", "replace_scenario") in followed
    assert ("list_actions", "complete_action") in followed
    assert ("add_contact", "remove_contact") in followed


def _found(expression: str, answer: Answer, path: str, method: str) -> str:
    kind, _, rest = expression.partition("#" if "#" in expression else "path.")
    if kind.startswith("$request"):
        (value,) = [
            each["example"]
            for each in operation_of(path, method)["parameters"]
            if each.get("name") == rest
        ]
        return str(value)
    found = answer.body
    for part in rest.strip("/").split("/"):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return quote(str(found))
