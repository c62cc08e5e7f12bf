"""The customers as a CSV that can be sent back (L5, A6)."""

from typing import Any

import pytest

from relance.app.customer_import import CustomersTaken, import_customers
from relance.app.ports.tenant import Profile
from relance.app.schedule import unheard
from relance.domain.customer import Customer
from relance.domain.people import Group
from tests.functions.api.site import DAY, Site

WHOLE: dict[str, Any] = {
    "code": "411 DUVAL/B",
    "name": 'Duval; "Fils" & Cie',
    "profile": "export",
    "language": "fr-CA",
    "country": "CA",
    "terms": {"days": 45, "base": "month_end_then_net"},
    "usual_term": 0,
    "method": "card",
    "account_manager": "group:north",
    "sector": "=SUM(A1)",
    "region": "-",
    "tags": ["-", "@home"],
    "siren": "303265045",
    "vat": "FR40303265045",
    "address": {"lines": ["", "1 rue du Port", "", "Bât. B"], "postal_code": "29200",
                "city": "+Brest", "country": "FR"},
    "contacts": [
        {"name": "'=cmd", "email": "martin@example.com", "phone": "+33199001234"},
        {"name": "Ann", "role": "management", "language": "en", "main": True},
        {"name": "Ann", "role": "legal"},
    ],
}  # fmt: skip
PLAIN = {"code": "C2", "name": "-"}


@pytest.fixture
def company(site: Site) -> Site:
    site.store().save_profile(Profile(id="export", name="Export"))
    site.store().save_group(Group(id="north", name="North"))
    for body in (WHOLE, PLAIN):
        assert site.call("POST", "/v1/customers", body).status == 201
    return site


def again(site: Site, text: str) -> CustomersTaken:
    return import_customers(
        [text.encode()], store=site.store(), on=DAY, author="import", failed=unheard
    )


def test_what_is_exported_and_sent_back_changes_nothing(company: Site) -> None:
    answer = company.call("GET", "/v1/customers.csv", user="vera")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    taken = again(company, answer.text)
    assert taken.file.issues == ()
    assert taken.file.warnings == ()
    assert (taken.created, taken.changed, taken.unchanged) == (0, 0, 2)


def test_one_row_a_contact_and_one_for_a_customer_without_any(company: Site) -> None:
    header, *rows = company.call("GET", "/v1/customers.csv").text.splitlines()

    assert header.startswith(
        "\ufeffCode;Name;Profile;Sector;Region;Tags;Language;Country;Address 1"
    )
    assert [row.partition(";")[0] for row in rows] == ["411 DUVAL/B"] * 3 + ["C2"]


def test_no_cell_is_a_formula(company: Site) -> None:
    text = company.call("GET", "/v1/customers.csv").text

    for cell in ("'=SUM(A1)", "'-", "'+Brest", "''=cmd", "+33199001234"):
        assert f";{cell};" in text
    for cell in (";=", ";@", ";-;"):
        assert cell not in text


def test_what_is_exported_makes_the_same_customers_elsewhere(company: Site) -> None:
    text = company.call("GET", "/v1/customers.csv").text
    other = Site()
    other.store().save_profile(Profile(id="export", name="Export"))
    other.store().save_group(Group(id="north", name="North"))

    assert again(other, text).created == 2
    assert other.call("GET", "/v1/customers.csv").text == text


def test_a_long_list_comes_in_parts_that_lead_to_each_other(site: Site) -> None:
    for number in range(2_001):
        code = f"C{number:05}"
        site.store().save_customer(Customer(id=code, code=code, name="X"))
    first = site.call("GET", "/v1/customers.csv")
    address, _, after = first.headers["Link"].partition(">")[0][1:].partition("?after=")
    second = site.call("GET", address, after=after)

    assert (len(first.text.splitlines()), len(second.text.splitlines())) == (2_001, 2)
    assert "Link" not in second.headers
    assert site.call("GET", address, after="made up").status == 422
