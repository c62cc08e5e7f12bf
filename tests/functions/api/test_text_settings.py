"""How text messages are sent is a setting of the company's (M5)."""

from decimal import Decimal
from typing import Any

import pytest

from relance.domain.opt_outs import TextSettings
from tests.functions.api.site import Site

USUAL = {"sender": "", "most_parts": 4, "max_price": None}


def test_the_settings_are_shown_and_changed_one_by_one(site: Site) -> None:
    assert site.call("GET", "/v1/tenant").body["texts"] == USUAL
    texts = {"sender": "Atelier29", "most_parts": 2, "max_price": "0.15"}
    assert site.call("PATCH", "/v1/tenant", {"texts": texts}).body["texts"] == texts
    assert site.store().tenant().texts == TextSettings(
        sender="Atelier29", most_parts=2, max_price=Decimal("0.15")
    )
    shorter = site.call("PATCH", "/v1/tenant", {"texts": {"most_parts": 3}}).body["texts"]
    assert shorter == texts | {"most_parts": 3}
    free = site.call("PATCH", "/v1/tenant", {"texts": {"max_price": None}}).body["texts"]
    assert free == shorter | {"max_price": None}


def test_other_settings_leave_them_alone(site: Site) -> None:
    site.call("PATCH", "/v1/tenant", {"texts": {"sender": "Atelier"}})
    assert site.call("PATCH", "/v1/tenant", {"name": "A"}).body["texts"]["sender"] == "Atelier"


def test_they_have_nobody_looked_at_again(site: Site) -> None:
    before = site.store().tenant().rules_version
    site.call("PATCH", "/v1/tenant", {"texts": {"sender": "Atelier"}})
    assert site.store().tenant().rules_version == before


@pytest.mark.parametrize(
    ("texts", "pointer"),
    [
        ({"sender": "AB"}, "/texts/sender"),
        ({"sender": "12345"}, "/texts/sender"),
        ({"sender": "Mon Atelier"}, "/texts/sender"),
        ({"sender": "AtelierBrehat"}, "/texts/sender"),
        ({"sender": "Bréhat"}, "/texts/sender"),
        ({"sender": "Atelier\n"}, "/texts/sender"),
        ({"most_parts": 0}, "/texts/most_parts"),
        ({"most_parts": 11}, "/texts/most_parts"),
        ({"most_parts": "2"}, "/texts/most_parts"),
        ({"max_price": 0.15}, "/texts/max_price"),
        ({"max_price": "-1"}, "/texts/max_price"),
        ({"max_price": "1e3"}, "/texts/max_price"),
        ({"parts": 3}, "/texts/parts"),
        (None, "/texts"),
    ],
)
def test_what_can_not_be_names_its_field(site: Site, texts: Any, pointer: str) -> None:
    answer = site.call("PATCH", "/v1/tenant", {"texts": texts})
    assert (answer.status, answer.pointers) == (422, [pointer])
    assert site.call("GET", "/v1/tenant").body["texts"] == USUAL
