"""Receivable entries, live and put away."""

from datetime import date
from typing import Any

from relance.domain.identifiers import derived_id
from relance.domain.items import ItemKind
from tests.functions.api.site import Site

HANDED_OVER = {"reason": "to the agency", "status": "handed_over"}


def test_the_tenants_items_are_listed_with_their_effective_due_date(site: Site) -> None:
    one = site.call("POST", "/v1/customers", {"code": "C1", "name": "X", "terms": {"days": 10}})
    two = site.add_customer("C2")
    site.add_item(one.body["id"], "F1", due=None)
    item = site.add_item(two.id, "F2", due=date(2025, 3, 1))

    listed = site.call("GET", "/v1/items").body["items"]

    assert {each["number"]: each["effective_due"] for each in listed} == {
        "F1": "2025-02-11",
        "F2": "2025-03-01",
    }
    (shown,) = [each for each in listed if each["id"] == item.id]
    answer = site.call("GET", f"/v1/items/{item.id}")
    assert answer.body.items() >= shown.items()
    assert answer.headers["ETag"] == site.call("GET", f"/v1/items/{item.id}").headers["ETag"]
    assert shown["customer"] == two.id
    assert shown["residual"] == {"amount": "1200.00", "currency": "EUR"}


def test_an_item_put_away_is_still_shown(site: Site) -> None:
    customer = site.add_customer()
    item = site.add_item(customer.id, "F1")
    site.store().archive(site.account(customer.id).customer, [item.id])

    assert site.call("GET", f"/v1/items/{item.id}").status == 200
    assert site.call("GET", "/v1/items/unknown").status == 404


def test_a_customers_items_are_listed_oldest_due_first_in_parts(site: Site) -> None:
    customer = site.add_customer()
    for number, day in (("F3", 3), ("F1", 1), ("F2", 2)):
        site.add_item(customer.id, number, due=date(2025, 3, day))
    address = f"/v1/customers/{customer.id}/items"

    first = site.call("GET", address, limit=2).body
    second = site.call("GET", address, limit=2, after=first["next"]).body

    assert [each["number"] for each in first["items"]] == ["F1", "F2"]
    assert [each["number"] for each in second["items"]] == ["F3"]
    assert second["next"] is None
    assert [each["days_overdue"] for each in first["items"]] == [8, 7]


def test_items_paid_and_put_away_are_listed_apart(site: Site) -> None:
    customer = site.add_customer()
    item = site.add_item(customer.id, "F1")
    site.store().archive(site.account(customer.id).customer, [item.id])

    live = site.call("GET", f"/v1/customers/{customer.id}/items").body
    paid = site.call("GET", f"/v1/customers/{customer.id}/items", paid="true").body

    assert live["items"] == []
    assert [each["number"] for each in paid["items"]] == ["F1"]


def numbers(site: Site, **query: Any) -> list[str]:
    """The numbers of the items listed, over all parts."""
    found: list[str] = []
    after: dict[str, Any] = {}
    while True:
        answer = site.call("GET", "/v1/items", limit=2, **query, **after)
        assert answer.status == 200, answer.text
        found += [each["number"] for each in answer.body["items"]]
        if answer.body["next"] is None:
            return found
        after = {"after": answer.body["next"]}


def owing(site: Site) -> None:
    """Give one customer three items and another two, due on different days."""
    for code, number, due, amount, kind in (
        ("A", "F1", date(2025, 3, 1), 10_000, ItemKind.INVOICE),
        ("A", "F2", date(2025, 3, 9), 20_000, ItemKind.INVOICE),
        ("A", "F3", date(2025, 2, 1), 5_000, ItemKind.CREDIT_NOTE),
        ("B", "F4", date(2025, 2, 20), 30_000, ItemKind.INVOICE),
        ("B", "F5", date(2025, 4, 1), 999, ItemKind.INVOICE),
    ):
        if site.store().account(code) is None:
            site.add_customer(code)
        site.add_item(code, number, due=due, amount=amount, kind=kind)


def test_items_come_oldest_due_first_or_latest(site: Site) -> None:
    owing(site)

    assert numbers(site) == ["F3", "F4", "F1", "F2", "F5"]
    assert numbers(site, order="newest") == ["F5", "F2", "F1", "F4", "F3"]
    assert numbers(site, customer="A") == ["F3", "F1", "F2"]
    assert numbers(site, customer="A", order="newest") == ["F2", "F1", "F3"]


def test_items_are_listed_by_what_they_are_and_what_is_open_of_them(site: Site) -> None:
    owing(site)

    assert numbers(site, overdue="true") == ["F4", "F1"]
    assert numbers(site, overdue="true", customer="A") == ["F1"]
    assert numbers(site, kind="credit_note") == ["F3"]
    assert numbers(site, min_amount="100") == ["F4", "F1", "F2"]
    assert numbers(site, min_amount="100.01") == ["F4", "F2"]
    site.call("PATCH", f"/v1/items/{derived_id('B', 'F4')}", HANDED_OVER)
    assert numbers(site, status="handed_over") == ["F4"]
    assert numbers(site, customer="NOBODY") == []


def test_a_list_that_cannot_be_is_refused_by_its_parameter(site: Site) -> None:
    owing(site)
    latest = site.call("GET", "/v1/items", limit=1, order="newest").body["next"]

    for query in (
        {"kind": "x"},
        {"min_amount": "1,5"},
        {"min_amount": "-1"},
        {"after": latest},
        {"after": "x", "customer": "A"},
    ):
        answer = site.call("GET", "/v1/items", **query)
        assert answer.status == 422
        assert answer.body["errors"][0]["parameter"] in query


def test_another_company_s_customer_has_no_items(site: Site) -> None:
    owing(site)

    assert site.call("GET", "/v1/items", user="rita", customer="A").body["items"] == []
