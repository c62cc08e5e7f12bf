"""Receivable entries, live and put away."""

from datetime import date

from tests.functions.api.site import Site


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
