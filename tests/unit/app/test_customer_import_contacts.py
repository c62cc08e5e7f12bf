"""Contacts by CSV: which one a row means, and what becomes of it (L5, C1)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.customer import Contact
from tests.fakes.world import World, invoice
from tests.unit.app.customer_lists import DAY, customer, take, told


@pytest.fixture
def world() -> World:
    return World()


def contacts(world: World) -> list[tuple[str, str | None, bool]]:
    return [(each.name, each.email, each.main) for each in customer(world).contacts]


def test_a_row_changes_the_contact_with_its_address_else_that_of_its_name(world: World) -> None:
    world.add_customer(on=DAY)
    take(world, "Code,Contact,E-mail\nC1,M. Duval,MARTIN@example.com\n")
    assert contacts(world) == [("M. Duval", "MARTIN@example.com", True)]
    take(world, "Code,Contact,E-mail\nC1,m. duval,new@example.com\n")
    assert contacts(world) == [("m. duval", "new@example.com", True)]


def test_two_people_of_one_name_keep_their_own_addresses(world: World) -> None:
    world.add_customer(email=None, on=DAY)
    text = "Code,Contact,E-mail\nC1,Compta,one@example.com\nC1,Compta,two@example.com\n"
    for _ in range(2):
        take(world, text)
        assert contacts(world)[1:] == [
            ("Compta", "one@example.com", False),
            ("Compta", "two@example.com", False),
        ]
    reversed_text = "\n".join([text.splitlines()[0], *reversed(text.splitlines()[1:]), ""])
    assert take(world, reversed_text).unchanged == 1


def test_the_same_contact_twice_is_one(world: World) -> None:
    world.add_customer(email=None, on=DAY)
    text = (
        "Code,Contact,E-mail,Phone\n"
        "C1,Ann,ann@example.com,01 99 00 12 34\nC1,Ann,ann@example.com,\nC1,Bob,,\nC1,Bob,,\n"
    )
    take(world, text)
    assert [name for name, *_ in contacts(world)] == ["Martin Duval", "Ann", "Bob"]
    assert take(world, text).unchanged == 1


def test_the_main_contact_is_the_one_that_a_row_says(world: World) -> None:
    world.add_customer(on=DAY)
    text = "Code,Contact,E-mail,Main\nC1,Ann,ann@example.com,yes\nC1,Martin Duval,,\n"
    take(world, text)
    assert contacts(world) == [
        ("Martin Duval", "martin@example.com", False),
        ("Ann", "ann@example.com", True),
    ]
    assert take(world, text).unchanged == 1


def test_a_row_that_names_nobody_means_the_only_contact_there_is(world: World) -> None:
    world.add_customer(on=DAY)
    take(world, "Code,Contact language\nC1,en\n")
    assert customer(world).contacts[0].language == "en"
    take(world, "Code,Contact\nC1,Ann\n")
    assert told(take(world, "Code,Contact language\nC1,de\n")) == [(2, "Contact language")]


def test_a_blocked_address_stays_blocked_and_a_new_one_is_not(world: World) -> None:
    world.add_customer(on=DAY)
    stored = customer(world)
    blocked = tuple(replace(each, email_blocked=True) for each in stored.contacts)
    world.store.save_customer(replace(stored, contacts=blocked))
    take(world, "Code,E-mail,Contact\nC1,martin@example.com,Martin Duval\n")
    assert not customer(world).has_email
    take(world, "Code,E-mail,Contact\nC1,other@example.com,Martin Duval\n")
    assert customer(world).has_email


def test_d36_an_address_moves_the_customer_to_the_side_with_e_mail_at_its_level(
    world: World,
) -> None:
    identifier = world.add_customer(email=None, on=DAY).id
    world.put_items(identifier, invoice(identifier, "FA-1", due=date(2025, 3, 1)), on=DAY)
    world.walk(DAY, date(2025, 3, 12))
    take(world, "Code,Contact,E-mail\nC1,Martin Duval,martin@example.com\n")
    world.walk(date(2025, 3, 13), date(2025, 3, 31))
    assert [(sent.step, sent.channel) for sent in world.history(identifier)] == [
        ("r1", "letter"),
        ("r2", "call"),
        ("r3", "call"),
    ]
    take(world, "Code,Contact,E-mail\nC1,Martin Duval,-\n")
    assert not customer(world).has_email


def test_more_contacts_than_a_customer_may_have_are_refused(world: World) -> None:
    rows = "".join(f"C9,X,Contact {number}\n" for number in range(51))
    taken = take(world, f"Code,Name,Contact\n{rows}")
    assert taken.created == 0
    assert (taken.file.issues[-1].row, taken.file.refused) == (52, 51)


def test_a_contact_without_a_name_is_called_as_the_customer(world: World) -> None:
    take(world, "Code,Name,E-mail\nC9,Le Port,port@example.com\n")
    (contact,) = customer(world, "C9").contacts
    assert contact == Contact(
        id=contact.id, name="Le Port", email="port@example.com", main=True, role="accounting"
    )
