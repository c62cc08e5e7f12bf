"""Who gets a copy of an e-mail (M3)."""

from dataclasses import replace

from relance.domain.customer import Contact, Customer
from relance.messages.copies import copies
from relance.messages.recipients import email_recipients
from tests.unit.messages.examples import DEBTOR

ANNE = Contact(id="a", name="Anne", email="anne@example.fr", main=True)
BOSS = Contact(id="b", name="Boss", role="Management", email="boss@example.fr")
LAWYER = Contact(id="l", name="Law", role="legal", email="law@example.fr")


def copied(
    *contacts: Contact, roles: tuple[str, ...] = (), addresses: tuple[str, ...] = ()
) -> tuple[str, ...]:
    customer: Customer = replace(DEBTOR, contacts=contacts)
    to = email_recipients(customer, ["accounting"])
    assert to is not None
    return copies(customer, to=to, roles=roles, addresses=addresses)


def test_copies_go_to_all_of_the_roles_and_to_the_addresses_named() -> None:
    found = copied(ANNE, BOSS, LAWYER, roles=("management",), addresses=("team@example.com",))
    assert found == ("boss@example.fr", "team@example.com")


def test_nobody_is_written_to_twice() -> None:
    found = copied(
        ANNE,
        BOSS,
        roles=("accounting", "management"),
        addresses=("BOSS@example.fr", "anne@example.fr"),
    )
    assert found == ("boss@example.fr",)


def test_nobody_stands_in_for_a_role_without_anybody() -> None:
    assert copied(ANNE, LAWYER, roles=("management",)) == ()


def test_an_address_that_bounced_or_is_none_gets_no_copy() -> None:
    gone = replace(BOSS, email_blocked=True)
    found = copied(
        ANNE,
        gone,
        roles=("management",),
        addresses=("boss@example.fr", "no address", "a\r\nb@c.fr"),
    )
    assert found == ()


def test_a_message_never_has_more_recipients_than_the_provider_takes() -> None:
    assert len(copied(ANNE, addresses=tuple(f"p{n}@example.com" for n in range(80)))) == 49
