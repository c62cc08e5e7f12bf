"""The API describes itself, and its page fetches nothing from outside (H1)."""

import base64
import gzip
import re
from typing import Any

from openapi_spec_validator import validate

from relance.contracts.http.values import Problem
from tests.functions.api.described import document
from tests.functions.api.site import Site


def test_the_description_is_valid_openapi_and_public(site: Site) -> None:
    answer = site.call("GET", "/v1/openapi.json", user=None)

    assert answer.status == 200
    assert answer.body["openapi"].startswith("3.1")
    validate(answer.body)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_has_a_name_of_its_own_and_says_what_it_is_for(site: Site) -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    tags = {each["name"] for each in document()["tags"]}

    assert len(set(names)) == len(names)
    for path, method, operation in operations():
        assert operation["summary"], (method, path)
        assert len(operation["description"]) > 20, (method, path)
        assert set(operation["tags"]) <= tags, (method, path)


def test_every_operation_names_each_status_it_may_answer_and_no_others(site: Site) -> None:
    for path, method, operation in operations():
        statuses = set(operation["responses"])
        least = {"422", "500", "401", "403", "503"}

        assert "default" not in statuses
        assert len([each for each in statuses if each < "300"]) in (1, 2), (method, path)
        assert least <= statuses or not operation["security"], (method, path)
        assert ("404" in statuses) >= ("{" in path), (method, path)
        assert ("415" in statuses) == (method != "get"), (method, path)


def test_every_refusal_is_a_problem_whose_example_fits(site: Site) -> None:
    refusals = document()["components"]["responses"]

    assert {"NotSignedIn", "NotFound", "Invalid", "ChangedSince", "TooManyRequests"} <= set(
        refusals
    )
    for refusal in refusals.values():
        content = refusal["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert Problem.model_validate(content["example"]).type.startswith("urn:relance:problem:")


def test_who_may_ask_is_said_of_each_operation(site: Site) -> None:
    security = {operation["operationId"]: operation["security"] for _, _, operation in operations()}

    assert security["list_customers"] == [{"person": ["viewer"]}, {"program": ["read"]}]
    assert security["create_import"] == [{"person": ["admin"]}, {"program": ["import"]}]
    assert security["invite"] == [{"person": ["admin"]}]
    assert security["sign_up"] == [{"person": []}]
    assert set(document()["components"]["securitySchemes"]) == {"person", "program"}


def test_every_post_may_carry_an_idempotency_key_and_every_edit_an_if_match(site: Site) -> None:
    for path, method, operation in operations():
        parameters = operation.get("parameters", [])
        keys = [each.get("$ref", "").endswith("/IdempotencyKey") for each in parameters]

        assert any(keys) == (method == "post"), (method, path)
        conditional = any(each.get("name") == "If-Match" for each in parameters)
        assert conditional == ("412" in operation["responses"]), (method, path)


def test_parameters_say_what_they_are_and_take_no_null(site: Site) -> None:
    for path, _, operation in operations():
        for parameter in operation.get("parameters", []):
            if "$ref" not in parameter:
                assert parameter["description"], (path, parameter["name"])
                assert "null" not in str(parameter["schema"]), (path, parameter["name"])


def test_bodies_refuse_what_they_do_not_know(site: Site) -> None:
    schemas = site.call("GET", "/v1/openapi.json").body["components"]["schemas"]

    assert schemas["CustomerCreate"]["additionalProperties"] is False
    assert schemas["TenantPatch"]["additionalProperties"] is False


# How long, how many, which version, which status, which row: what counts, and is no money.
COUNTS = re.compile(
    r"^(v|version|scenario_version|status|row|level|kept|broken|count|every|cycle|duration"
    r"|days|days_.*|.*_days|.*_months|years|usual_term|min_contact_delay|weekdays|expires_in"
    r"|most_.*|hold_share|hold_items|first_wave_cap|contacted_tonight|moved|customers"
    r"|read|refused|created|changed|closed|absent|unchanged)$"
)


def test_no_amount_of_money_is_a_number(site: Site) -> None:
    """An amount is a text and names its currency, or says whose it takes (H1)."""
    numbers = {
        (name, field)
        for name, schema in document()["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
        if any(kind in str(told) for kind in ("'type': 'integer'", "'type': 'number'"))
    }
    assert {each for each in numbers if not COUNTS.match(each[1])} == set()


def test_the_page_carries_all_it_needs(site: Site) -> None:
    answer = site.call("GET", "/v1/docs", user=None)
    markup = re.sub(r"<(script|style)>.*?</\1>", "", answer.text, flags=re.DOTALL)

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert len(answer.text) > 1_000_000
    assert "SwaggerUIBundle" in answer.text
    assert "format=json" not in answer.text
    assert '"openapi.json"' in answer.text
    assert not re.search(r"<(link|img|iframe|object)\b|\bsrc\s*=|\bhref\s*=", markup)
    assert not re.search(r"<script[^>]+src", answer.text)
    assert "@import" not in answer.text.partition("</style>")[0]


def test_the_browser_keeps_the_page_from_asking_anybody_else(site: Site) -> None:
    policy = site.call("GET", "/v1/docs").headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "connect-src 'self'" in policy
    assert "http" not in policy


def test_the_page_is_sent_packed_to_those_who_can_unpack_it(site: Site) -> None:
    event = {
        "version": "2.0",
        "rawPath": "/v1/docs",
        "rawQueryString": "",
        "headers": {"accept-encoding": "gzip"},
        "requestContext": {
            "stage": "$default",
            "requestId": "r",
            "http": {"method": "GET", "path": "/v1/docs"},
        },
        "isBase64Encoded": False,
    }

    result = site.app(event, None)

    assert result["isBase64Encoded"] is True
    assert gzip.decompress(base64.b64decode(result["body"])).startswith(b"<!DOCTYPE html>")
