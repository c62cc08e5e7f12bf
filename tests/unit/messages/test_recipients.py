"""Who a message goes to (D41)."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from relance.domain.customer import Contact
from relance.messages.call import contact_to_call
from relance.messages.recipients import (
    email_recipients,
    letter_contact,
    text_numbers,
    text_recipient,
    usable_address,
    usable_number,
)
from tests.unit.messages.examples import DEBTOR

BOOKS = Contact(id="1", name="Bruno Petit", role="accounting", email="bruno@example.fr")
BOSS = Contact(id="2", name="Dalia Roy", role="management", email="dalia@example.fr", main=True)
LAW = Contact(id="3", name="Lou Faure", role="legal", email="lou@example.fr")


def to(*contacts: Contact, roles: tuple[str, ...] = ("accounting",)) -> tuple[str, ...]:
    found = email_recipients(replace(DEBTOR, contacts=contacts), roles)
    return found.addresses if found else ()


def test_everyone_of_the_roles_the_step_names_gets_it() -> None:
    assert to(BOSS, BOOKS, LAW, roles=("accounting", "legal")) == (BOOKS.email, LAW.email)


def test_without_anyone_of_the_role_the_main_contact_gets_it() -> None:
    assert to(LAW, BOSS) == (BOSS.email,)


def test_without_a_main_contact_the_first_who_can_be_reached_gets_it() -> None:
    assert to(replace(LAW, email=None), replace(BOSS, main=False)) == (BOSS.email,)


def test_a_blocked_address_is_not_used() -> None:
    """D42: the other one of the role is, then the fallbacks."""
    second = replace(BOOKS, id="9", email="compta@example.fr")
    assert to(replace(BOOKS, email_blocked=True), second, BOSS) == ("compta@example.fr",)
    assert to(replace(BOOKS, email_blocked=True), BOSS) == (BOSS.email,)


def test_nobody_to_be_reached_means_nobody() -> None:
    assert to() == ()
    assert to(replace(BOOKS, email="bruno(at)example.fr"), replace(BOSS, email="")) == ()


def test_one_address_under_two_names_gets_one_copy() -> None:
    assert to(BOOKS, replace(LAW, email="Bruno@Example.fr", role="accounting")) == (BOOKS.email,)


def test_the_main_contact_of_a_role_is_the_one_the_text_speaks_to() -> None:
    second = replace(BOOKS, id="9", email="chef@example.fr", main=True, language="en")
    found = email_recipients(replace(DEBTOR, contacts=(BOOKS, second)), ("accounting",))
    assert found is not None
    assert found.contact is second
    assert found.greeted == replace(second, name="")


def test_a_single_recipient_is_greeted_by_name() -> None:
    found = email_recipients(replace(DEBTOR, contacts=(BOOKS,)), ("accounting",))
    assert found is not None
    assert found.greeted is BOOKS


def test_no_message_has_more_recipients_than_ses_takes() -> None:
    many = [replace(BOOKS, id=str(n), email=f"p{n}@example.fr") for n in range(60)]
    assert len(to(*many)) == 50


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("anne@example.fr", "anne@example.fr"),
        (" anne@example.fr ", "anne@example.fr"),
        ("anne@EXAMPLE.FR", "anne@example.fr"),
        ("anne@société.example.com", "anne@xn--socit-esab.example.com"),
        ("rené@example.fr", None),
        ("anne", None),
        ("anne@example", None),
        ("anne@example.fr\r\nBcc: spy@example.org", None),
        ("Anne <anne@example.fr>", None),
        ("anne@example.fr,spy@example.org", None),
        ('"a b"@example.fr', None),
        ("anne@[192.0.2.1]", None),
        ("x" * 65 + "@example.fr", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_that_cannot_be_right_is_not_used(
    address: str | None, usable: str | None
) -> None:
    assert usable_address(address) == usable


@pytest.mark.parametrize(
    ("number", "country", "usable"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("+33 6 12 34 56 78", "DE", "+33612345678"),
        ("0033612345678", "FR", "+33612345678"),
        ("01 42 68 53 00", "FR", None),
        ("0151 23456789", "DE", "+4915123456789"),
        ("0151 23456789", "de", "+4915123456789"),
        ("06 12", "FR", None),
        ("06 12 34 56 78", "ZZ", None),
        ("call me", "FR", None),
        (None, "FR", None),
    ],
)
def test_only_a_mobile_number_gets_a_text_message(
    number: str | None, country: str, usable: str | None
) -> None:
    assert usable_number(number, country=country) == usable


def test_a_number_that_reached_somebody_else_is_not_texted() -> None:
    wrong = Contact(id="1", name="A", phone="+33612345678", phone_blocked=True)
    right = Contact(id="2", name="B", phone="+33612345679")
    debtor = replace(DEBTOR, contacts=(wrong, right))
    assert text_numbers(debtor) == {"+33612345679"}
    found = text_recipient(debtor, ("accounting",))
    assert found is not None
    assert found.number == "+33612345679"


def test_who_is_called_is_of_the_role_with_a_number_that_may_be_right() -> None:
    phone = "+33198765432"
    books, law = replace(BOOKS, phone=phone), replace(LAW, phone=phone)
    boss = replace(BOSS, phone=phone)
    debtor = replace(DEBTOR, contacts=(law, books, boss))
    wrong = replace(debtor, contacts=(law, replace(books, phone_blocked=True), boss))
    assert contact_to_call(debtor, ("Accounting",)) == books
    assert contact_to_call(debtor, ("legal", "accounting")) == law
    assert contact_to_call(wrong, ("accounting",)) == boss
    assert contact_to_call(replace(debtor, contacts=(BOSS, law)), ("management",)) == law
    assert contact_to_call(replace(debtor, contacts=(BOSS,)), ("management",)) is None


def test_a_text_message_goes_to_one_person_chosen_alike() -> None:
    debtor = replace(
        DEBTOR,
        contacts=(
            replace(BOOKS, phone="01 42 68 53 00"),
            replace(LAW, phone="06 12 34 56 79"),
            replace(BOSS, phone="06 12 34 56 78"),
        ),
    )
    found = text_recipient(debtor, ("accounting",))
    assert found is not None
    assert (found.number, found.contact.name) == ("+33612345678", "Dalia Roy")
    assert text_recipient(DEBTOR, ("accounting",)) is None


def test_a_letter_is_for_the_attention_of_the_role_then_the_main_contact() -> None:
    contacts = (LAW, BOSS, BOOKS)
    assert letter_contact(replace(DEBTOR, contacts=contacts), ("accounting",)) is BOOKS
    assert letter_contact(replace(DEBTOR, contacts=contacts), ("sales",)) is BOSS
    assert letter_contact(replace(DEBTOR, contacts=(LAW,)), ("sales",)) is None


def test_verdicts_on_many_odd_addresses_agree() -> None:
    """The ones refused by every standard are refused here; own examples stand in elsewhere."""
    shared = Path(__file__).parents[4] / "shared" / "data" / "hostile" / "email_addresses.json"
    odd = (
        json.loads(shared.read_text())
        if shared.exists()
        else [{"address": "a@b@example.fr", "category": "ISEMAIL_ERR"}]
    )
    wrong = [each["address"] for each in odd if each["category"] == "ISEMAIL_ERR"]
    assert wrong
    assert [address for address in wrong if usable_address(address)] == []
