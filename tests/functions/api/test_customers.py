"""Customers and the people there (C1, C7)."""

from datetime import date
from typing import Any

import pytest

from relance.domain.items import ItemKind
from tests.functions.api.site import DAY, Site

WHOLE = {
    "code": "411 DUVAL/B",
    "name": "Duval & Fils",
    "language": "fr",
    "country": "FR",
    "terms": {"days": 45, "base": "net_then_month_end"},
    "address": {"lines": ["1 rue du Port"], "postal_code": "29200", "city": "Brest"},
    "contacts": [
        {"name": "Martin", "email": "martin@example.com", "phone": "01 99 00 12 34"},
        {"name": "Ann", "role": "management", "language": "en", "main": True},
    ],
}


def test_a_customer_is_made_with_its_contacts(site: Site) -> None:
    made = site.call("POST", "/v1/customers", WHOLE, user="carl")

    assert made.status == 201
    assert made.headers["Location"] == "/v1/customers/411~20DUVAL~2fB"
    shown = site.call("GET", made.headers["Location"])
    assert shown.body == made.body
    assert shown.headers["ETag"] == f'"{shown.body["version"]}"'
    assert shown.body["terms"] == {"days": 45, "base": "net_then_month_end"}
    assert shown.body["address"]["country"] == "FR"
    assert shown.body["has_email"] is True
    martin, ann = shown.body["contacts"]
    assert martin["phone"] == "+33199001234"
    assert ann["main"] is True
    assert shown.body["balances"] == []


def test_a_code_is_taken_once_and_found_again(site: Site) -> None:
    site.call("POST", "/v1/customers", WHOLE)

    assert site.call("POST", "/v1/customers", WHOLE).status == 409
    found = site.call("GET", "/v1/customers", code="411 DUVAL/B").body["items"]
    assert [each["code"] for each in found] == ["411 DUVAL/B"]
    assert site.call("GET", "/v1/customers", code="411").body["items"] == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"code": ""}, "/code"),
        ({"code": " 411"}, "/code"),
        ({"code": "4\n11"}, "/code"),
        ({"name": None}, "/name"),
        ({"profile": "unknown"}, "/profile"),
        ({"language": "français"}, "/language"),
        ({"country": "France"}, "/country"),
        ({"terms": {"days": 400}}, "/terms/days"),
        ({"terms": {"days": "30"}}, "/terms/days"),
        ({"address": {"lines": ["x"] * 7}}, "/address/lines"),
        ({"contacts": [{"name": "X", "email": "nobody"}]}, "/contacts/0/email"),
        ({"contacts": [{"name": "X", "phone": "12"}]}, "/contacts/0/phone"),
        ({"contacts": [{"name": "X", "phone": "call me"}]}, "/contacts/0/phone"),
        ({"contacts": [{"email": "x@example.com"}]}, "/contacts/0/name"),
        ({"contacts": [{"name": "X"}] * 51}, "/contacts"),
        ({"next_date": "2025-01-01"}, "/next_date"),
    ],
)
def test_bad_input_names_its_field(site: Site, changes: dict[str, Any], pointer: str) -> None:
    answer = site.call("POST", "/v1/customers", WHOLE | changes)

    assert answer.status == 422
    assert answer.pointers == [pointer]
    assert site.call("GET", "/v1/customers").body["items"] == []


def test_an_edit_changes_what_it_names_and_the_next_date(site: Site) -> None:
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    customer = site.add_customer()
    site.add_item(customer.id, "F1", due=None)
    read = site.call("GET", f"/v1/customers/{customer.id}")

    answer = site.call(
        "PATCH",
        f"/v1/customers/{customer.id}",
        {"terms": {"days": 45}, "address": {"lines": ["2 quai"]}, "language": "en"},
        user="carl",
        if_match=read.headers["ETag"],
    )

    assert answer.status == 200
    assert answer.body["name"] == "Société C1"
    assert answer.body["language"] == "en"
    assert answer.body["next_date"] == "2025-03-10"  # due on 18 March, said eight days before
    cleared = site.call(
        "PATCH", f"/v1/customers/{customer.id}", {"terms": None, "address": None, "language": None}
    )
    assert cleared.body["terms"] is None
    assert cleared.body["next_date"] is None


def test_an_edit_of_a_customer_that_changed_meanwhile_is_refused(site: Site) -> None:
    customer = site.add_customer()
    read = site.call("GET", f"/v1/customers/{customer.id}").headers["ETag"]
    site.add_item(customer.id, "F1")

    answer = site.call("PATCH", f"/v1/customers/{customer.id}", {"name": "X"}, if_match=read)

    assert answer.status == 412
    assert site.account(customer.id).customer.name == "Société C1"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"profile": None}, "/profile"),
        ({"profile": "unknown"}, "/profile"),
        ({"code": "C2"}, "/code"),
        ({"contacts": []}, "/contacts"),
        ({"terms": {"base": "net"}}, "/terms/days"),
    ],
)
def test_an_edit_that_cannot_be_names_its_field(
    site: Site, body: dict[str, Any], pointer: str
) -> None:
    customer = site.add_customer()

    answer = site.call("PATCH", f"/v1/customers/{customer.id}", body)

    assert answer.status == 422
    assert answer.pointers == [pointer]
    assert site.account(customer.id).customer.version == customer.version


def test_balances_add_up_by_currency_with_credits_apart(site: Site) -> None:
    customer = site.add_customer()
    site.add_item(customer.id, "F1", due=date(2025, 3, 8), amount=100_000)
    site.add_item(customer.id, "F2", due=DAY, amount=50_000)
    site.add_item(customer.id, "A1", kind=ItemKind.CREDIT_NOTE, amount=20_050)

    (balance,) = site.call("GET", f"/v1/customers/{customer.id}").body["balances"]

    assert balance["balance"] == {"amount": "1299.50", "currency": "EUR"}
    assert balance["overdue"] == {"amount": "1000.00", "currency": "EUR"}
    assert balance["credits"] == {"amount": "200.50", "currency": "EUR"}


def test_the_history_of_a_customer_is_listed(site: Site) -> None:
    customer = site.add_customer()
    item = site.add_item(customer.id, "F1")
    action = site.add_action(item, customer=customer.id)

    (listed,) = site.call("GET", f"/v1/customers/{customer.id}/actions").body["items"]

    assert listed["id"] == action.id
    assert listed["sends"] == [{"item": item.id, "step": "r2", "cycle": 0}]


def test_the_explanation_says_what_holds_each_item_and_by_which_rule(site: Site) -> None:
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    customer = site.add_customer()
    site.add_item(customer.id, "late", due=date(2025, 3, 1))
    site.add_item(customer.id, "later", due=date(2025, 6, 1))
    site.add_item(customer.id, "unknown", due=None)

    answer = site.call("GET", f"/v1/customers/{customer.id}/explanation", user="vera").body

    assert answer["on"] == answer["next_event"] == "2025-03-09"
    found = {each["number"]: each for each in answer["items"]}
    assert found["late"]["hold"] is None
    assert found["late"]["next_step"] == "r1"
    assert (found["later"]["hold"], found["later"]["rule"]) == ("nothing_due", "D5")
    assert found["later"]["until"] == "2025-05-24"
    assert (found["unknown"]["hold"], found["unknown"]["rule"]) == ("no_due_date", "D4")


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/items", "/v1/actions", "/v1/imports"])
def test_a_cursor_that_a_list_did_not_give_is_refused(site: Site, path: str) -> None:
    answer = site.call("GET", path, after="bm9uc2Vuc2U")

    assert answer.status == 422
    assert [error["parameter"] for error in answer.body["errors"]] == ["after"]


def test_customers_come_in_parts(site: Site) -> None:
    for number in range(5):
        site.add_customer(f"C{number}")
    found: list[str] = []
    part = site.call("GET", "/v1/customers", limit=2).body
    while part["next"] is not None:
        found += [each["code"] for each in part["items"]]
        part = site.call("GET", "/v1/customers", limit=2, after=part["next"]).body
    found += [each["code"] for each in part["items"]]

    assert found == ["C0", "C1", "C2", "C3", "C4"]


def test_a_usual_term_is_set_and_cleared(site: Site) -> None:
    customer = site.add_customer()
    address = f"/v1/customers/{customer.id}"

    assert site.call("PATCH", address, {"usual_term": 60}).body["usual_term"] == 60
    assert site.account(customer.id).customer.usual_term == 60
    assert site.call("PATCH", address, {"usual_term": -1}).status == 422
    assert site.call("PATCH", address, {"usual_term": None}).body["usual_term"] is None


MARKS = {
    "sector": "Bois",
    "region": "Bretagne",
    "tags": ["Salon", "fidèle", "salon"],
    "siren": "303 265 045",
    "vat": "fr 40 303265045",
}


def test_what_customers_are_chosen_by_and_their_numbers_are_kept_as_they_are_checked(
    site: Site,
) -> None:
    made = site.call("POST", "/v1/customers", WHOLE | MARKS).body

    assert {name: made[name] for name in MARKS} == MARKS | {
        "tags": ["Salon", "fidèle"],
        "siren": "303265045",
        "vat": "FR40303265045",
    }
    address = f"/v1/customers/{made['id']}"
    empty: dict[str, Any] = {"sector": None, "region": None, "siren": None, "vat": None, "tags": []}
    left = site.call("PATCH", address, empty).body
    assert {name: left[name] for name in MARKS} == empty


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"siren": "303265046"}, "/siren"),
        ({"siren": "30326504"}, "/siren"),
        ({"siren": "732829320"}, "/vat"),
        ({"vat": "FR41303265045"}, "/vat"),
        ({"vat": "303265045"}, "/vat"),
        ({"vat": "XX1"}, "/vat"),
        ({"country": "ZZ"}, "/country"),
        ({"country": "QX"}, "/country"),
        ({"language": "qq"}, "/language"),
        ({"language": "fr-ZZ"}, "/language"),
        ({"tags": ["a;b"]}, "/tags/0"),
        ({"tags": ["x" * 51]}, "/tags/0"),
        ({"tags": None}, "/tags"),
    ],
)
def test_numbers_and_codes_that_nobody_has_are_refused(
    site: Site, change: dict[str, Any], pointer: str
) -> None:
    made = site.call("POST", "/v1/customers", WHOLE | MARKS).body

    answer = site.call("PATCH", f"/v1/customers/{made['id']}", change)

    assert (answer.status, answer.pointers) == (422, [pointer])


@pytest.mark.parametrize("vat", ["DE136695976", "GB980780684", "CHE-107.787.577 MWST"])
def test_vat_numbers_of_other_countries_are_checked_by_their_own_rules(
    site: Site, vat: str
) -> None:
    assert site.call("POST", "/v1/customers", WHOLE | {"vat": vat}).status == 201
    wrong = vat.replace("7", "8", 1)
    assert site.call("POST", "/v1/customers", WHOLE | {"vat": wrong}).pointers == ["/vat"]
