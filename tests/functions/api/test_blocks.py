"""Stops, disputes and promises over the API, from noting them to their end (C2, C4, C5)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from relance.domain.items import ItemKind
from tests.functions.api.site import DAY, Site

TODAY = "2025-03-09"


@pytest.fixture
def ready(site: Site) -> Site:
    """A site with one customer that owes 1,200.00 overdue, and 500.00 more later."""
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    customer = site.add_customer()
    site.add_item(customer.id, "F-1", due=date(2025, 3, 1))
    site.add_item(customer.id, "F-2", due=date(2025, 4, 1), amount=50_000)
    return site


def _item(site: Site, number: str = "F-1") -> str:
    return next(each.id for each in site.account("C1").items if each.number == number)


def _hold(site: Site, number: str = "F-1") -> str | None:
    told = site.call("GET", "/v1/customers/C1/explanation").body["items"]
    hold: str | None = next(each["hold"] for each in told if each["number"] == number)
    return hold


def test_c2_a_stop_holds_from_now_until_someone_lifts_it(ready: Site) -> None:
    made = ready.call("POST", "/v1/customers/C1/stops", {"reason": "direction"}, user="carl")
    assert made.status == 201
    assert made.body["since"] == TODAY
    assert made.body["author"]
    assert _hold(ready) == "stopped"

    ended = ready.call("POST", f"/v1/customers/C1/stops/{made.body['id']}/end", user="carl")
    assert (ended.status, ended.body["ended_on"]) == (200, TODAY)
    assert _hold(ready) is None
    listed = ready.call("GET", "/v1/customers/C1/stops", user="vera").body["items"]
    assert listed == [ended.body]
    again = ready.call("POST", f"/v1/customers/C1/stops/{made.body['id']}/end")
    assert again.status == 409


def test_c2_a_stop_may_be_of_one_item_and_end_by_itself(ready: Site) -> None:
    body = {"reason": "r", "item": _item(ready), "until": "2025-03-20"}
    assert ready.call("POST", "/v1/customers/C1/stops", body).status == 201
    told = ready.call("GET", "/v1/customers/C1/explanation").body["items"]
    held = {each["number"]: (each["hold"], each["until"]) for each in told}
    assert held["F-1"] == ("stopped", "2025-03-21")
    assert held["F-2"][0] == "nothing_due"


def test_c2_a_stop_ends_within_two_years_or_by_a_person(ready: Site) -> None:
    for far in ("2027-03-10", "9999-12-31"):
        answer = ready.call("POST", "/v1/customers/C1/stops", {"reason": "r", "until": far})
        assert (answer.status, answer.pointers) == (422, ["/until"])
        assert "for good" in answer.body["detail"]
    assert ready.account("C1").blocks == ()
    body = {"reason": "r", "until": "2027-03-09"}
    assert ready.call("POST", "/v1/customers/C1/stops", body).status == 201


def test_c4_a_dispute_holds_its_item_until_it_is_resolved(ready: Site) -> None:
    body = {"item": _item(ready), "reason": "wrong quantity", "owner": "logistics"}
    made = ready.call("POST", "/v1/customers/C1/disputes", body)
    assert (made.status, made.body["amount"]) == (201, None)
    assert _hold(ready) == "disputed"

    address = f"/v1/customers/C1/disputes/{made.body['id']}/resolution"
    resolved = ready.call("POST", address, {"resolution": "we were right"})
    assert (resolved.status, resolved.body["resolved_on"]) == (200, TODAY)
    assert _hold(ready) == "not_yet"  # the gap restarts
    assert ready.call("GET", "/v1/customers/C1/disputes").body["items"] == [resolved.body]
    assert ready.call("POST", address, {"resolution": "again"}).status == 409


def test_c4_a_part_dispute_leaves_the_rest(ready: Site) -> None:
    body = {
        "item": _item(ready),
        "reason": "r",
        "amount": {"amount": "200.00", "currency": "EUR"},
    }
    made = ready.call("POST", "/v1/customers/C1/disputes", body)
    assert made.body["amount"] == {"amount": "200.00", "currency": "EUR"}
    assert _hold(ready) is None


def test_what_is_disputed_of_an_invoice_is_told_in_its_currency_when_it_is_put_away_too(
    site: Site,
) -> None:
    customer = site.add_customer("C1")
    item = replace(site.add_item(customer.id, "F-JPY", amount=5_000), currency="JPY")
    site.store().apply_sync(site.account("C1").customer, put=[item], import_id="i")
    body = {"item": item.id, "reason": "r", "amount": {"amount": "2000", "currency": "JPY"}}
    made = site.call("POST", "/v1/customers/C1/disputes", body)
    told = {"amount": "2000", "currency": "JPY"}
    assert (made.status, made.body["amount"]) == (201, told)

    paid = replace(item, residual=0, paid_on=DAY)
    stored = site.store().apply_sync(site.account("C1").customer, put=[paid], import_id="i")
    site.store().archive(stored, [item.id])

    [listed] = site.call("GET", "/v1/customers/C1/disputes").body["items"]
    assert listed["amount"] == told
    address = f"/v1/customers/C1/disputes/{made.body['id']}/resolution"
    assert site.call("POST", address, {"resolution": "paid"}).body["amount"] == told
    kept = site.call("GET", "/v1/customers/C1/personal-data").body["disputes"]
    assert [each["amount"] for each in kept] == [told]


def test_c5_a_promise_holds_its_items_and_is_counted(ready: Site) -> None:
    body = {
        "amount": {"amount": "1200.00", "currency": "EUR"},
        "due": "2025-03-14",
        "items": [_item(ready)],
        "note": "by transfer",
    }
    made = ready.call("POST", "/v1/customers/C1/promises", body)
    assert (made.status, made.body["state"]) == (201, "running")
    assert _hold(ready) == "promised"
    record = ready.call("GET", "/v1/customers/C1/promises", user="vera").body
    assert (record["kept"], record["broken"], record["items"]) == (0, 0, [made.body])

    address = f"/v1/customers/C1/promises/{made.body['id']}/cancellation"
    assert ready.call("POST", address).body["state"] == "void"
    assert _hold(ready) is None
    assert ready.call("POST", address).status == 409


def test_c5_a_promise_without_items_is_of_all_that_is_open(ready: Site) -> None:
    ready.add_item("C1", "A-1", kind=ItemKind.CREDIT_NOTE, due=None, amount=1_00)
    body = {"amount": {"amount": "1700.00", "currency": "EUR"}, "due": "2025-03-14"}
    made = ready.call("POST", "/v1/customers/C1/promises", body)
    assert set(made.body["items"]) == {_item(ready), _item(ready, "F-2")}


@pytest.mark.parametrize(
    ("kind", "body", "pointer"),
    [
        ("stops", {"reason": ""}, "/reason"),
        ("stops", {"reason": "r", "until": "2025-03-08"}, "/until"),
        ("stops", {"reason": "r", "item": "C1-nothing"}, "/item"),
        ("stops", {"reason": "r", "colour": "red"}, "/colour"),
        ("disputes", {"reason": "r", "item": "C2-0"}, "/item"),
        ("disputes", {"reason": "r", "item": "F-1", "amount": ("0.00", "EUR")}, "/amount"),
        ("disputes", {"reason": "r", "item": "F-1", "amount": ("1200.01", "EUR")}, "/amount"),
        ("disputes", {"reason": "r", "item": "F-1", "amount": ("1", "USD")}, "/amount/currency"),
        ("promises", {"amount": ("1", "EUR"), "due": "2025-03-08"}, "/due"),
        ("promises", {"amount": ("1", "EUR"), "due": "2027-03-08"}, "/due"),
        ("promises", {"amount": ("9999", "EUR"), "due": "2025-03-14"}, "/amount"),
        ("promises", {"amount": ("1", "USD"), "due": "2025-03-14"}, "/amount"),
        ("promises", {"amount": ("1", "EUR"), "due": "2025-03-14", "items": ["x"]}, "/items/0"),
    ],
)
def test_bad_input_names_its_field_and_nothing_is_written(
    ready: Site, kind: str, body: dict[str, object], pointer: str
) -> None:
    plain = dict(body)
    if isinstance(body.get("amount"), tuple):
        plain["amount"] = dict(zip(("amount", "currency"), body["amount"], strict=True))  # type: ignore[call-overload]
    if body.get("item") == "F-1":
        plain["item"] = _item(ready)
    answer = ready.call("POST", f"/v1/customers/C1/{kind}", plain)
    assert answer.status == 422
    assert [each["pointer"] for each in answer.body["errors"]] == [pointer]
    assert ready.account("C1").blocks == ()


@pytest.mark.parametrize("kind", ["stops", "disputes", "promises"])
def test_who_may_only_look_writes_nothing_down(ready: Site, kind: str) -> None:
    assert ready.call("POST", f"/v1/customers/C1/{kind}", {}, user="vera").status == 403
    assert ready.call("GET", f"/v1/customers/NOBODY/{kind}").status == 404


def test_a_block_of_another_kind_or_customer_is_not_found(ready: Site) -> None:
    made = ready.call("POST", "/v1/customers/C1/stops", {"reason": "r"}).body["id"]
    ready.add_customer("C2")
    for path in (
        f"/v1/customers/C2/stops/{made}/end",
        f"/v1/customers/C1/promises/{made}/cancellation",
    ):
        assert ready.call("POST", path).status == 404


def test_a_customer_has_no_endless_list_of_blocks(ready: Site) -> None:
    for _ in range(500):
        assert ready.call("POST", "/v1/customers/C1/stops", {"reason": "r"}).status == 201
    assert ready.call("POST", "/v1/customers/C1/stops", {"reason": "r"}).status == 422


def test_the_stops_of_all_customers_are_listed_while_they_stand(site: Site) -> None:
    for code in ("A", "B"):
        site.add_customer(code)
    stops = {
        "lifted": site.call("POST", "/v1/customers/A/stops", {"reason": "lifted"}).body,
        "open": site.call("POST", "/v1/customers/A/stops", {"reason": "open"}).body,
        "today": site.call(
            "POST", "/v1/customers/B/stops", {"reason": "today", "until": TODAY}
        ).body,
    }
    site.call("POST", f"/v1/customers/A/stops/{stops['lifted']['id']}/end")

    listed = site.call("GET", "/v1/stops", user="vera").body["items"]

    assert {each["reason"]: each["customer_name"] for each in listed} == {
        "open": "Société A",
        "today": "Société B",
    }
    (standing,) = [each for each in listed if each["reason"] == "open"]
    assert standing == stops["open"] | {"customer": "A", "customer_name": "Société A"}
    site.clock.instant += timedelta(days=1)
    later = site.call("GET", "/v1/stops").body["items"]
    assert [each["reason"] for each in later] == ["open"]
    assert site.call("GET", "/v1/stops", user="rita").body["items"] == []
