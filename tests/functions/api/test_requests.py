"""The form of a request: what is refused before any route sees it, with the field's name (H1)."""

import json

import pytest

from functions.api.requests import MOST_BODY_BYTES, MOST_NESTING, MOST_WHOLE
from tests.functions.api.site import Site


@pytest.mark.parametrize(
    "raw", ["[]", '[{"name": "X"}]', '"x"', "{", "NaN", '{"name": NaN}', "[" * 50_000, "null"]
)
def test_a_body_that_is_no_json_object_is_refused(site: Site, raw: str) -> None:
    answer = site.call("PATCH", "/v1/tenant", raw=raw)

    assert answer.status == 422
    assert answer.pointers == [""]


def test_a_body_of_another_type_is_refused(site: Site) -> None:
    answer = site.call("PATCH", "/v1/tenant", raw="name=X", content_type="text/plain")

    assert answer.status == 415


def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    raw = json.dumps({"name": "x" * MOST_BODY_BYTES})

    assert site.call("PATCH", "/v1/tenant", raw=raw).status == 413
    assert site.call("PATCH", "/v1/tenant", raw="é" * MOST_BODY_BYTES).status == 413


def test_a_missing_body_is_named(site: Site) -> None:
    answer = site.call("POST", "/v1/customers")

    assert answer.status == 422
    assert answer.pointers == [""]


def nested(depth: int, inner: str = "1") -> str:
    """A body with `depth` objects in one another."""
    return '{"a":' * depth + inner + "}" * depth


def test_a_field_that_is_named_twice_is_refused_wherever_it_is(site: Site) -> None:
    for raw, pointers in (
        ('{"name": "A", "name": "B", "name": "C"}', ["/name"]),
        ('{"terms": {"days": 1, "days": 2}, "a/b": 1, "a/b": 1}', ["/a~1b", "/terms/days"]),
        ('{"roles": [{"of": 1}, {"of": 1, "of": 1}]}', ["/roles/1/of"]),
        ('{"a\\u0000": 1, "a\\u0000": 2}', ["", ""]),
    ):
        answer = site.call("PATCH", "/v1/tenant", raw=raw)

        assert (answer.status, answer.pointers) == (422, pointers), raw
        assert answer.body["errors"][0]["message"] == "is named twice"
    assert site.call("GET", "/v1/tenant").body["name"] == "Atelier"


def test_a_body_is_nested_so_deep_and_no_deeper(site: Site) -> None:
    deep = site.call("PATCH", "/v1/tenant", raw=nested(MOST_NESTING))
    deeper = site.call("PATCH", "/v1/tenant", raw=nested(MOST_NESTING + 1))

    assert deep.pointers == ["/a"]  # an unknown field, not a deep one
    assert "nested" in deeper.body["errors"][0]["message"]
    assert site.call("PATCH", "/v1/tenant", raw=nested(40_000)).status == 422


@pytest.mark.parametrize("number", ["1e400", "-1e999", str(MOST_WHOLE + 1), f"-{10**300}"])
def test_a_number_out_of_range_is_named(site: Site, number: str) -> None:
    answer = site.call("PATCH", "/v1/tenant", raw=f'{{"terms": {{"days": {number}}}}}')

    assert answer.status == 422
    assert answer.pointers == ["/terms/days"]


def test_a_number_of_thousands_of_digits_is_no_json(site: Site) -> None:
    assert site.call("PATCH", "/v1/tenant", raw=f'{{"x": {"9" * 10_000}}}').status == 422


@pytest.mark.parametrize("odd", ["\\u0000", "\\ud800", "\\udc00\\ud800"])
def test_text_that_is_none_is_named_with_all_other_such_fields(site: Site, odd: str) -> None:
    raw = f'{{"name": "a{odd}", "address": ["ok", "{odd}"], "bic": "x"}}'
    answer = site.call("PATCH", "/v1/tenant", raw=raw)

    assert answer.status == 422
    assert set(answer.pointers) == {"/name", "/address/1"}


def test_the_name_of_a_field_may_not_be_odd_either(site: Site) -> None:
    answer = site.call("PATCH", "/v1/tenant", raw='{"terms": {"a\\ud800": 1}}')

    assert answer.pointers == ["/terms"]


def test_whole_characters_outside_the_first_plane_are_taken(site: Site) -> None:
    raw = '{"sender_name": "\\ud83d\\ude00"}'

    assert site.call("PATCH", "/v1/tenant", raw=raw).body["sender_name"] == "😀"


def test_an_odd_parameter_of_the_address_is_named(site: Site) -> None:
    answer = site.call("GET", "/v1/customers", code="a\x00b")

    assert answer.status == 422
    assert answer.body["errors"][0]["parameter"] == "code"


def test_another_method_is_answered_with_those_there_are(site: Site) -> None:
    answer = site.call("DELETE", "/v1/tenant")

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, PATCH, OPTIONS"
    assert answer.body["type"] == "urn:relance:problem:method-not-allowed"
    assert site.call("TRACE", "/v1/customers/C1").status == 405


def test_the_address_of_what_is_done_with_many_is_none_of_their_ids(site: Site) -> None:
    answer = site.call("GET", "/v1/actions/approvals")

    assert answer.status == 405
    assert answer.headers["Allow"] == "POST, OPTIONS"


def test_who_may_not_ask_is_told_so_before_which_methods_there_are(site: Site) -> None:
    assert site.call("DELETE", "/v1/tenant", user=None).status == 401
    assert site.call("DELETE", "/v1/tenant", user="vera").status == 403


def test_options_says_which_methods_there_are_and_lets_no_other_site_in(site: Site) -> None:
    answer = site.call("OPTIONS", "/v1/customers", user=None)

    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert site.call("OPTIONS", "/v1/nowhere", user=None).status == 404


def test_head_is_get_without_its_body(site: Site) -> None:
    asked = site.call("GET", "/v1/tenant")
    answer = site.call("HEAD", "/v1/tenant")

    assert (answer.status, answer.text) == (200, "")
    assert {name: text for name, text in answer.headers.items() if name != "RateLimit"} == {
        name: text for name, text in asked.headers.items() if name != "RateLimit"
    }
    assert site.call("HEAD", "/v1/customers/NOBODY").status == 404
    assert site.call("HEAD", "/v1/simulations").status == 405


def test_every_problem_names_its_kind_and_the_request(site: Site) -> None:
    for answer, kind in (
        (site.call("GET", "/v1/customers/NOBODY"), "not-found"),
        (site.call("PATCH", "/v1/tenant", {"name": ""}), "invalid"),
        (site.call("PATCH", "/v1/tenant", {"name": "A"}, if_match='"99"'), "changed-since"),
        (site.call("GET", "/v1/tenant", user=None), "not-signed-in"),
        (site.call("GET", "/v1/nowhere"), "not-found"),
    ):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.body["type"] == f"urn:relance:problem:{kind}"
        assert answer.body["request_id"] == "request-1"
        assert {"title", "status", "detail"} <= answer.body.keys()
