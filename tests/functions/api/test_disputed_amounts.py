"""Disputed amounts are told in their item's currency wherever that is kept just then (C4)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from relance.domain.blocks import Dispute
from relance.domain.identifiers import derived_id
from relance.domain.items import Item
from tests.functions.api.described import differences
from tests.functions.api.site import DAY, Site

DISPUTES = "/v1/customers/C1/disputes"
TOLD = {"amount": "10.00", "currency": "EUR"}


@pytest.fixture
def site(site: Site) -> Site:
    """A site with a customer whose 120 disputes are of items paid and put away since."""
    site.add_customer("C1")
    items = [site.add_item("C1", f"F{number}") for number in range(120)]
    for item in items:
        dispute = Dispute(
            id=derived_id("C1", "dispute", item.number),
            item=item.id,
            opened=DAY,
            reason="wrong quantity",
            author="anna",
            amount=10_00,
        )
        site.store().save_block(site.account("C1").customer, dispute)
    paid = [replace(item, residual=0, paid_on=DAY) for item in items]
    stored = site.store().apply_sync(site.account("C1").customer, put=paid, import_id="i")
    site.store().archive(stored, [item.id for item in items])
    return site


def told(site: Site) -> list[Any]:
    answer = site.call("GET", DISPUTES, limit=200)
    assert (answer.status, list(differences("GET", DISPUTES, answer))) == (200, [])
    return [each["amount"] for each in answer.body["items"]]


def test_the_items_of_many_disputes_are_read_together(site: Site) -> None:
    asked: list[str] = []

    def one(identifier: str) -> Item | None:
        asked.append(identifier)
        return None

    site.store().item = one  # type: ignore[method-assign,assignment]
    assert told(site) == [TOLD] * 120
    assert asked == []


def test_an_item_that_comes_back_while_its_dispute_is_listed_has_its_currency(site: Site) -> None:
    usual = site.store().archived

    def comes_back_before(items: Iterable[str]) -> Mapping[str, Item]:
        site.add_item("C1", "F7")
        return usual(items)

    site.store().archived = comes_back_before  # type: ignore[method-assign]
    assert told(site) == [TOLD] * 120


def test_a_dispute_is_listed_though_its_item_is_nowhere_to_be_found(site: Site) -> None:
    def no_one(_: str) -> None:
        return None

    def none_of(_: Iterable[str]) -> Mapping[str, Item]:
        return {}

    site.store().archived = none_of  # type: ignore[method-assign,assignment]
    site.store().item = no_one  # type: ignore[method-assign,assignment]
    assert told(site) == [None] * 120
