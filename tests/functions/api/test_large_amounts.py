"""Amounts as large as ledgers hold, and sums of them, are told in every list (D20)."""

from typing import Any

import pytest

from relance.domain.scenario import Channel
from tests.functions.api.described import differences
from tests.functions.api.site import Answer, Site

MOST = 999_999_999_999_99
LARGE = {"amount": "1000000000000.00", "currency": "EUR"}


@pytest.fixture
def rich(site: Site) -> Site:
    """A site with a customer that owes twice the most that an invoice may be of."""
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    site.add_customer("C1")
    for number in ("F1", "F2"):
        site.add_item("C1", number, amount=MOST)
    return site


def called(site: Site, method: str, path: str, body: Any = None, **query: Any) -> Answer:
    answer = site.call(method, path, body, **query)
    assert list(differences(method, path, answer)) == []
    return answer


@pytest.mark.parametrize("stored", [MOST, 10**15 - 1, 10**17])
def test_every_list_tells_what_is_stored_and_its_sums(rich: Site, stored: int) -> None:
    item = rich.add_item("C1", "F3", amount=stored)  # as ledgers were once read
    for path in (
        "/v1/customers",
        "/v1/customers/C1",
        "/v1/customers/C1/items",
        "/v1/customers/C1/explanation",
        "/v1/customers/C1/aged-balance",
        "/v1/customers/C1/personal-data",
        "/v1/items",
        f"/v1/items/{item.id}",
        "/v1/aged-balance",
        "/v1/preview",
    ):
        assert called(rich, "GET", path).status == 200, path
    whole = called(rich, "GET", "/v1/customers/C1").body["balances"][0]["balance"]["amount"]
    assert int(whole.replace(".", "")) == 2 * MOST + stored


def test_an_amount_that_is_given_is_no_larger_than_a_ledgers(rich: Site) -> None:
    item = rich.account("C1").items[0].id
    for path, body in (
        ("/v1/customers/C1/promises", {"amount": LARGE, "due": "2025-03-14"}),
        ("/v1/customers/C1/disputes", {"item": item, "reason": "r", "amount": LARGE}),
    ):
        answer = called(rich, "POST", path, body)
        assert (answer.status, answer.pointers) == (422, ["/amount/amount"])


def test_all_that_is_open_is_promised_however_much_it_is(rich: Site) -> None:
    first, second = rich.account("C1").items
    action = rich.add_action(first, customer="C1", channel=Channel.CALL)
    items = [first.id, second.id]
    body = {"result": "promise", "promise": {"due": "2025-03-14", "items": items}}
    assert called(rich, "POST", f"/v1/actions/{action.id}/completion", body).status == 200
    [promise] = called(rich, "GET", "/v1/customers/C1/promises").body["items"]
    assert promise["amount"]["amount"] == "1999999999999.98"
