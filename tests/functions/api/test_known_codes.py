"""Countries, languages, currencies and time zones that there are, wherever a company gives one."""

from dataclasses import replace
from typing import Any

import pytest

from relance.domain.customer import Address
from tests.functions.api.site import Answer, Site

MAPPING = {"columns": {"customer_name": "C", "number": "P", "issued": "D", "amount": "T"}}
ADDRESS = {"lines": ["1 Main Street"], "postal_code": "1", "city": "X"}
ACCOUNT = {
    "provider": "maileva",
    "client_id": "atelier",
    "client_secret": "a secret",
    "notify": "post@example.com",
    "callback_name": "maileva",
    "callback_password": "a long password of its own",
}
PLAN = {"name": "Short", "steps": []}


def ask(site: Site, way: str, body: Any) -> Answer:
    method, path = way.split(" ")
    return site.call(method, path, body, user="nora" if "sign-up" in path else "anna")


def plan(**amounts: Any) -> dict[str, Any]:
    return {"profile": "vip", "with_email": True, "plan": PLAN | amounts}


@pytest.mark.parametrize(
    ("way", "body", "pointer"),
    [
        ("POST /v1/sign-up", {"name": "X", "country": "ZZ"}, "/country"),
        ("POST /v1/sign-up", {"name": "X", "language": "zz-ZZ"}, "/language"),
        ("POST /v1/sign-up", {"name": "X", "timezone": "Factory"}, "/timezone"),
        ("POST /v1/sign-up", {"name": "X", "currency": "ZZZ"}, "/currency"),
        ("POST /v1/sign-up", {"name": "X", "currency": "XXX"}, "/currency"),
        ("PATCH /v1/tenant", {"country": "ZZ"}, "/country"),
        ("PATCH /v1/tenant", {"language": "zz"}, "/language"),
        ("PATCH /v1/tenant", {"language": "fr-ZZ"}, "/language"),
        ("PATCH /v1/tenant", {"timezone": "Factory"}, "/timezone"),
        ("PATCH /v1/tenant", {"timezone": "localtime"}, "/timezone"),
        ("PATCH /v1/tenant", {"reading": {"currency": "XAU"}}, "/reading/currency"),
        (
            "PATCH /v1/tenant",
            {"tolerances": [{"amount": "1", "currency": "ZZZ"}]},
            "/tolerances/0/currency",
        ),
        (
            "PATCH /v1/tenant",
            {"mappings": {"a/b": MAPPING | {"currency": "ZZZ"}}},
            "/mappings/a~1b/currency",
        ),
        ("PUT /v1/mappings/mine", {"mapping": MAPPING | {"currency": "ZZZ"}}, "/mapping/currency"),
        (
            "POST /v1/scenarios",
            plan(minimums=[{"amount": "1", "currency": "ZZZ"}]),
            "/plan/minimums/0/currency",
        ),
        (
            "POST /v1/scenarios",
            plan(ceilings=[{"amount": "1", "currency": "XTS"}]),
            "/plan/ceilings/0/currency",
        ),
        (
            "POST /v1/customers",
            {"code": "K1", "name": "X", "address": ADDRESS | {"country": "ZZ"}},
            "/address/country",
        ),
        (
            "PUT /v1/postal-account",
            {"account": ACCOUNT | {"sender": ADDRESS | {"name": "X", "country": "ZZ"}}},
            "/account/sender/country",
        ),
    ],
)
def test_a_code_that_nothing_has_is_refused_by_its_field(
    site: Site, way: str, body: dict[str, Any], pointer: str
) -> None:
    answer = ask(site, way, body)

    assert (answer.status, answer.pointers) == (422, [pointer])


@pytest.mark.parametrize(
    "codes",
    [
        {"country": "BE", "language": "nl-BE", "timezone": "Europe/Brussels", "currency": "EUR"},
        {"country": "CH", "language": "de", "timezone": "Europe/Zurich", "currency": "CHF"},
        {"country": "KW", "language": "ar", "timezone": "Etc/GMT-3", "currency": "KWD"},
        {"country": "NC", "language": "fr", "timezone": "Pacific/Noumea", "currency": "XPF"},
    ],
)
def test_what_a_company_signs_up_with_is_how_it_begins(site: Site, codes: dict[str, str]) -> None:
    made = site.call("POST", "/v1/sign-up", {"name": "Zürich AG"} | codes, user="nora")

    assert made.status == 201
    tenant = site.call("GET", "/v1/tenant", user="nora").body
    assert {name: tenant[name] for name in ("country", "language", "timezone")} == {
        name: code for name, code in codes.items() if name != "currency"
    }
    assert tenant["reading"]["currency"] == codes["currency"]
    assert tenant["tolerances"] == []


def test_a_ledger_of_who_signed_up_in_another_currency_is_read_in_it(site: Site) -> None:
    site.call("POST", "/v1/sign-up", {"name": "Zürich AG", "currency": "CHF"}, user="nora")
    trial = {"mapping": MAPPING, "sample": "C;P;D;T\nDuval;F-1;2025-01-02;12,00\n"}
    [row] = site.call("POST", "/v1/mappings/trial", trial, user="nora").body["rows"]

    assert row["item"]["amount"] == {"amount": "12.00", "currency": "CHF"}


def test_what_was_stored_before_is_shown_and_kept_from_no_other_edit(site: Site) -> None:
    customer = site.add_customer("K1")

    address = Address(lines=("x",), postal_code="", city="", country="ZZ")
    site.store().save_customer(replace(site.account(customer.id).customer, address=address))

    assert site.call("GET", "/v1/customers/K1").body["address"]["country"] == "ZZ"
    assert site.call("PATCH", "/v1/customers/K1", {"name": "New"}).status == 200
