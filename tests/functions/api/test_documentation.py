"""The API describes itself, and its page fetches nothing from outside (H1)."""

import base64
import gzip
import re

from openapi_spec_validator import validate

from tests.functions.api.site import Site


def test_the_description_is_valid_openapi_and_public(site: Site) -> None:
    answer = site.call("GET", "/v1/openapi.json", user=None)

    assert answer.status == 200
    assert answer.body["openapi"].startswith("3.1")
    validate(answer.body)


def test_every_operation_says_how_it_is_refused_and_has_a_name_of_its_own(site: Site) -> None:
    document = site.call("GET", "/v1/openapi.json").body
    operations = [each for methods in document["paths"].values() for each in methods.values()]

    assert all("default" in each["responses"] for each in operations)
    assert all(len(each["responses"]) == 2 for each in operations)
    assert len({each["operationId"] for each in operations}) == len(operations)
    assert document["security"] == [{"token": []}]


def test_bodies_refuse_what_they_do_not_know(site: Site) -> None:
    schemas = site.call("GET", "/v1/openapi.json").body["components"]["schemas"]

    assert schemas["CustomerCreate"]["additionalProperties"] is False
    assert schemas["TenantPatch"]["additionalProperties"] is False


def test_the_page_carries_all_it_needs(site: Site) -> None:
    answer = site.call("GET", "/v1/docs", user=None)
    markup = re.sub(r"<(script|style)>.*?</\1>", "", answer.text, flags=re.DOTALL)

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert len(answer.text) > 1_000_000
    assert "SwaggerUIBundle" in answer.text
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
