"""Customers listed by what they are (A4)."""

from typing import Any

import pytest

from tests.functions.api.site import Site


@pytest.fixture
def known(site: Site) -> Site:
    """A company with five customers that differ."""
    site.call("POST", "/v1/profiles", {"name": "Export"})
    for code, name, more in (
        ("411KER", "Menuiserie Kervadec", {"sector": "Bâtiment", "tags": ["fidèle", "Ouest"]}),
        ("411GOF", "Le Goff et Fils", {"sector": "batiment", "region": "Bretagne"}),
        ("411MAR", "Société Marée", {"profile": "export", "tags": ["ouest"]}),
        ("411OLD", "Anciens Établissements", {"account_manager": "carl"}),
    ):
        body = {"code": code, "name": name} | more
        assert site.call("POST", "/v1/customers", body).status == 201
    site.add_customer("411MAIL")
    return site


def codes(site: Site, **query: Any) -> set[str]:
    """The customers listed, over all parts, by the ends of their codes."""
    found: list[str] = []
    after: dict[str, Any] = {}
    while True:
        answer = site.call("GET", "/v1/customers", limit=2, **query, **after)
        assert answer.status == 200, answer.text
        found += [each["code"].removeprefix("411") for each in answer.body["items"]]
        if answer.body["next"] is None:
            assert len(set(found)) == len(found)
            return set(found)
        after = {"after": answer.body["next"]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"KER", "GOF", "MAR", "OLD", "MAIL"}),
        ({"sector": "BATIMENT"}, {"KER", "GOF"}),
        ({"sector": "bâtiment", "region": "bretagne"}, {"GOF"}),
        ({"tag": "ouest"}, {"KER", "MAR"}),
        ({"tag": "fidele"}, {"KER"}),
        ({"profile": "export"}, {"MAR"}),
        ({"account_manager": "carl"}, {"OLD"}),
        ({"has_email": "true"}, {"MAIL"}),
        ({"has_email": "false"}, {"KER", "GOF", "MAR", "OLD"}),
        ({"q": "maree"}, {"MAR"}),
        ({"q": "goff le"}, {"GOF"}),
        ({"q": "411ma"}, {"MAR", "MAIL"}),
        ({"q": "nobody"}, set()),
        ({"region": "none"}, set()),
    ],
)
def test_customers_are_listed_by_what_they_are(
    known: Site, query: dict[str, Any], expected: set[str]
) -> None:
    assert codes(known, **query) == expected


def test_another_company_finds_nobody(known: Site) -> None:
    assert known.call("GET", "/v1/customers", user="rita", q="maree").body["items"] == []


def test_a_question_that_is_none_is_refused(known: Site) -> None:
    queries: list[dict[str, Any]] = [
        {"has_email": "maybe"},
        {"q": "x" * 201},
        {"after": "x", "q": "maree"},
    ]
    for query in queries:
        answer = known.call("GET", "/v1/customers", **query)
        assert answer.status == 422
        assert answer.body["errors"][0]["parameter"] in query
