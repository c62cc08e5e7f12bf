"""Answers about large accounts come in parts: Lambda answers six megabytes at most (H1)."""

from datetime import timedelta
from typing import Any

import pytest

from relance.domain.blocks import Promise
from relance.domain.identifiers import derived_id
from tests.functions.api.site import DAY, Site

MEGABYTE = 2**20
PROMISED = tuple(derived_id("C1", "item", number) for number in range(1_000))


def parts(site: Site, path: str, **query: Any) -> list[Any]:
    """Every part of what stands there, each small enough to be answered."""
    found: list[Any] = []
    after: dict[str, Any] = {}
    while True:
        answer = site.call("GET", path, **query, **after)
        assert answer.status == 200, answer.text
        assert len(answer.text.encode()) < 4 * MEGABYTE
        found.append(answer.body)
        if (more := answer.body["next"]) is None:
            return found
        after = {"after": more}


@pytest.fixture
def promising(site: Site) -> Site:
    """A customer with thirty promises of 1,000 items each, and one of a single one."""
    site.add_customer("C1")
    for number in range(31):
        made = Promise(
            id=derived_id("C1", "promise", number),
            items=PROMISED if number else PROMISED[:1],
            amount=100,
            currency="EUR",
            due=DAY - timedelta(days=10 + number % 4),
            made_on=DAY - timedelta(days=40),
            author="anna",
            open_when_made=100,
        )
        site.store().save_block(site.account("C1").customer, made)
    return site


@pytest.mark.parametrize("limit", [1, 4, 50, 200])
def test_promises_come_in_parts_that_fit_an_answer(promising: Site, limit: int) -> None:
    found = parts(promising, "/v1/customers/C1/promises", limit=limit)

    listed = [each for part in found for each in part["items"]]
    assert len({each["id"] for each in listed}) == len(listed) == 31
    assert [each["due"] for each in listed] == sorted(
        (each["due"] for each in listed), reverse=True
    )
    assert all(len(part["items"]) <= limit for part in found)
    assert all(sum(len(each["items"]) for each in part["items"]) <= 5_000 for part in found)
    assert {(part["kept"], part["broken"]) for part in found} == {(0, 31)}


def test_what_is_kept_of_a_large_account_is_given_in_parts_that_fit_an_answer(
    promising: Site,
) -> None:
    found = parts(promising, "/v1/customers/C1/personal-data", limit=200)

    listed = [each["id"] for part in found for each in part["promises"]]
    assert len(listed) == len(set(listed)) == 31
    assert all(sum(len(each["items"]) for each in part["promises"]) <= 5_000 for part in found)


def test_what_is_made_of_a_large_account_is_explained_in_parts(site: Site) -> None:
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    site.add_customer("C1")
    numbers = [f"F{number}" for number in range(7)]
    for place, number in enumerate(numbers):
        site.add_item("C1", number, due=DAY - timedelta(days=place))
    path = "/v1/customers/C1/explanation"
    [whole] = parts(site, path)
    assert [each["number"] for each in whole["items"]] == numbers[::-1]

    found = parts(site, path, limit=3)
    assert [len(part["items"]) for part in found] == [3, 3, 1]
    by_item = {each["item"]: each for part in found for each in part["items"]}
    assert by_item == {each["item"]: each for each in whole["items"]}
    assert [each["number"] for part in found for each in part["items"]] == numbers[::-1]
    assert {part["next_event"] for part in found} == {whole["next_event"]}


def test_a_part_of_an_explanation_is_large_and_bounded(site: Site) -> None:
    site.add_customer("C1")
    path = "/v1/customers/C1/explanation"
    assert site.call("GET", path, limit=1_000).status == 200
    assert site.call("GET", path, limit=1_001).status == 422
