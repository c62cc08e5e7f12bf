"""D46 over the API: what is open by age, in each currency, of one customer and of all."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from relance.domain.items import Item, ItemKind, ItemStatus
from tests.functions.api.site import Site

BUCKETS = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90")


def amounts(row: dict[str, Any]) -> dict[str, str]:
    """The amounts of one currency that are not nothing, as texts."""
    return {
        name: value["amount"]
        for name, value in row.items()
        if name != "currency" and value["amount"].strip("0.")
    }


def put(site: Site, item: Item, **changes: Any) -> None:
    """Let a sync change an item of the first customer."""
    account = site.account("C1")
    site.store().apply_sync(account.customer, put=[replace(item, **changes)], import_id="test")


@pytest.fixture
def ready(site: Site) -> Site:
    """Two customers with items of every age on 9 March 2025, and one who owes nothing."""
    site.add_customer("C1")
    for number, due, amount in (
        ("F-1", date(2025, 3, 9), 1_00),
        ("F-2", date(2025, 3, 8), 2_00),
        ("F-3", date(2025, 2, 6), 4_00),
        ("F-4", date(2025, 1, 7), 8_00),
        ("F-5", date(2024, 12, 8), 16_00),
    ):
        site.add_item("C1", number, due=due, amount=amount)
    site.add_item("C1", "A-1", kind=ItemKind.CREDIT_NOTE, due=None, amount=32_00)
    site.add_item("C1", "R-1", kind=ItemKind.RECEIPT, due=None, amount=64_00)
    site.add_customer("C2")
    site.add_item("C2", "F-6", due=date(2025, 3, 1), amount=128_00)
    site.add_customer("C3")
    return site


def test_d46_a_customers_balance_is_shown_by_age_with_credits_apart(ready: Site) -> None:
    body = ready.call("GET", "/v1/customers/C1/aged-balance", user="vera").body
    (row,) = body["currencies"]
    assert (body["on"], body["customer"], row["currency"]) == ("2025-03-09", "C1", "EUR")
    assert amounts(row) == {
        "not_due": "1.00",
        "days_1_30": "2.00",
        "days_31_60": "4.00",
        "days_61_90": "8.00",
        "days_over_90": "16.00",
        "credit_notes": "32.00",
        "receipts": "64.00",
        "total": "-65.00",
    }


def test_d46_ages_may_be_counted_on_a_later_day(ready: Site) -> None:
    (row,) = ready.call("GET", "/v1/customers/C2/aged-balance", on="2025-07-01").body["currencies"]
    assert amounts(row) == {"days_over_90": "128.00", "total": "128.00"}


def test_what_was_open_on_a_past_day_is_not_guessed(ready: Site) -> None:
    for path in ("/v1/aged-balance", "/v1/customers/C1/aged-balance"):
        answer = ready.call("GET", path, on="2025-03-08")
        assert answer.status == 422
        assert [each["parameter"] for each in answer.body["errors"]] == ["on"]
    assert ready.call("GET", "/v1/aged-balance", on="yesterday").status == 422


def test_d46_the_total_is_what_is_open_in_the_ledger_stopped_or_not(ready: Site) -> None:
    first = next(each for each in ready.account("C1").items if each.number == "F-5")
    put(ready, first, status=ItemStatus.HANDED_OVER)
    ready.call("POST", "/v1/customers/C2/stops", {"reason": "r"})
    (row,) = ready.call("GET", "/v1/aged-balance").body["currencies"]
    items = [each for code in ("C1", "C2") for each in ready.account(code).items]
    assert row["total"]["amount"] == f"{sum(each.balance for each in items) / 100:.2f}"


def test_customers_come_in_parts_whose_sums_add_up_to_the_whole(ready: Site) -> None:
    whole = ready.call("GET", "/v1/aged-balance", user="vera").body
    assert [each["customer"] for each in whole["items"]] == ["C1", "C2"]
    assert whole["next"] is None

    parts: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 1}
    while not parts or parts[-1]["next"]:
        parts.append(ready.call("GET", "/v1/aged-balance", **query).body)
        query["after"] = parts[-1]["next"]
    assert [each["customer"] for part in parts for each in part["items"]] == ["C1", "C2"]
    for name in (*BUCKETS, "credit_notes", "receipts", "total"):
        sums = (float(row[name]["amount"]) for part in parts for row in part["currencies"])
        assert sum(sums) == float(whole["currencies"][0][name]["amount"])


def test_d20_currencies_are_never_added(ready: Site) -> None:
    usd = ready.add_item("C1", "F-7")
    put(ready, usd, currency="USD", residual=5_00)
    rows = ready.call("GET", "/v1/aged-balance").body["currencies"]
    assert [(each["currency"], each["total"]["amount"]) for each in rows] == [
        ("EUR", "63.00"),
        ("USD", "5.00"),
    ]


def test_another_companys_figures_are_not_in_it(ready: Site) -> None:
    body = ready.call("GET", "/v1/aged-balance", user="rita").body
    assert (body["items"], body["currencies"]) == ([], [])
    assert ready.call("GET", "/v1/customers/C1/aged-balance", user="rita").status == 404
