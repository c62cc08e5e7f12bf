"""The people at a customer's (C1)."""

from typing import Any

import pytest

from tests.functions.api.site import Site


def test_contacts_are_added_written_anew_and_removed(site: Site) -> None:
    customer = site.add_customer()
    address = f"/v1/customers/{customer.id}/contacts"

    made = site.call("POST", address, {"name": "Ann", "role": "legal"}, user="carl")
    assert made.status == 201
    written = site.call(
        "PUT",
        made.headers["Location"],
        {"name": "Ann Lee", "email": "Ann.Lee@Example.COM", "main": True},
        if_match=made.headers["ETag"],
    )
    assert written.status == 200
    assert written.body["email"] == "Ann.Lee@example.com"
    assert site.call("GET", made.headers["Location"]).body == written.body
    listed = site.call("GET", address).body["items"]
    assert {each["name"]: each["main"] for each in listed} == {
        "Martin Duval": False,
        "Ann Lee": True,
    }
    assert site.call("DELETE", made.headers["Location"], if_match='"1"').status == 412
    assert site.call("DELETE", made.headers["Location"]).status == 204
    assert site.call("GET", made.headers["Location"]).status == 404
    assert site.call("PUT", made.headers["Location"], {"name": "X"}).status == 404


def test_a_phone_is_read_as_of_the_customers_country(site: Site) -> None:
    customer = site.add_customer()
    site.call("PATCH", f"/v1/customers/{customer.id}", {"country": "GB"})

    answer = site.call(
        "POST", f"/v1/customers/{customer.id}/contacts", {"name": "X", "phone": "020 7946 0958"}
    )

    assert answer.body["phone"] == "+442079460958"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "X", "email": "x@example"}, "/email"),
        ({"name": "X", "email": "x@example.com, y@example.com"}, "/email"),
        ({"name": "X", "phone": "0"}, "/phone"),
        ({"name": ""}, "/name"),
        ({"name": "X", "id": "mine"}, "/id"),
    ],
)
def test_a_contact_that_cannot_be_reached_is_refused(
    site: Site, body: dict[str, Any], pointer: str
) -> None:
    customer = site.add_customer()

    answer = site.call("POST", f"/v1/customers/{customer.id}/contacts", body)

    assert answer.status == 422
    assert answer.pointers == [pointer]


def test_a_blocked_address_stays_blocked_until_someone_says_otherwise(site: Site) -> None:
    customer = site.add_customer()
    (contact,) = customer.contacts
    address = f"/v1/customers/{customer.id}/contacts/{contact.id}"
    same = {"name": "Martin", "email": "m@example.com"}

    other = {"name": "Martin", "email": "n@example.com"}

    def blocked(body: dict[str, Any]) -> bool:
        return bool(site.call("PUT", address, body).body["email_blocked"])

    assert blocked(same | {"email_blocked": True})
    assert blocked(same)
    assert not blocked(same | {"email_blocked": False})
    assert blocked(same | {"email_blocked": True})
    assert not blocked(other)


def test_losing_the_last_address_moves_the_customer_to_the_other_side(site: Site) -> None:
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    customer = site.add_customer()
    site.add_item(customer.id, "F1")
    (contact,) = customer.contacts

    site.call("DELETE", f"/v1/customers/{customer.id}/contacts/{contact.id}")

    assert site.call("GET", f"/v1/customers/{customer.id}").body["has_email"] is False
