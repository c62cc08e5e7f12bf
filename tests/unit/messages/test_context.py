"""What a message may say: amounts, days, credits and the account's net."""

from dataclasses import asdict, replace
from datetime import date

import pytest

from relance.domain.customer import Address
from relance.domain.items import ItemKind
from relance.domain.scenario import StepKey
from relance.domain.tenant_rules import TenantRules
from relance.domain.terms import Terms
from tests.unit.messages.examples import (
    DEBTOR,
    SENDER,
    credit,
    dispute,
    example,
    invoice,
    message,
    settled,
)

NARROW = "\u202f"
NO_BREAK = "\u00a0"


def test_a_part_payment_shows_original_paid_and_remaining() -> None:
    """D21."""
    line = message(invoice("F-1", 100_000)).invoices[0]
    assert (line.original, line.paid, line.remaining) == (
        f"1{NARROW}234,56{NO_BREAK}€",
        f"234,56{NO_BREAK}€",
        f"1{NARROW}000,00{NO_BREAK}€",
    )
    assert line.part_paid


def test_d29_what_is_disputed_is_shown_and_not_asked_for() -> None:
    part = invoice("F-1", 100_000)
    context = message(part, invoice("F-2"), disputes=(dispute(part, 30_000),), net=193_456)
    line, other = context.invoices
    assert (line.original, line.paid, line.disputed, line.remaining) == (
        f"1{NARROW}234,56{NO_BREAK}€",
        f"234,56{NO_BREAK}€",
        f"300,00{NO_BREAK}€",
        f"700,00{NO_BREAK}€",
    )
    assert (context.disputes, other.disputed) == (True, "")
    assert context.total == context.payable == context.net == f"1{NARROW}934,56{NO_BREAK}€"
    assert not context.states_net


def test_d29_nothing_is_disputed_in_a_thank_you() -> None:
    paid = settled("F-1")
    context = message(paid, step=StepKey.THANK_YOU, disputes=(dispute(paid, 1_00),))
    assert (context.disputes, context.total) == (False, f"1{NARROW}234,56{NO_BREAK}€")


def test_an_invoice_nobody_paid_on_is_not_part_paid() -> None:
    assert not message(invoice("F-1")).invoices[0].part_paid


def test_amounts_and_days_are_written_in_the_language() -> None:
    english = message(invoice("F-1"), language="en")
    assert english.total == "€1,234.56"
    assert english.today == "9 March 2025"
    french = message(invoice("F-1"))
    assert french.today == "9 mars 2025"
    assert french.invoices[0].issued == "1er janvier 2025"
    assert french.invoices[0].due == "31 janvier 2025"


@pytest.mark.parametrize(
    ("currency", "minor", "written"),
    [
        ("JPY", 123_456, "JP¥123,456"),
        ("TND", 1_234_567, "TND1,234.567"),
        ("RSD", 123_456, "RSD1,234.56"),
        ("XYZ", 1, "XYZ0.01"),
    ],
)
def test_no_currency_loses_its_decimals(currency: str, minor: int, written: str) -> None:
    context = message(invoice("F-1", original=minor, currency=currency), language="en")
    assert context.total.replace(NO_BREAK, "") == written


def test_the_day_an_invoice_falls_due_it_is_not_late() -> None:
    """D3."""
    lines = message(
        invoice("F-1", due=date(2025, 3, 9)),
        invoice("F-2", due=date(2025, 3, 8)),
        invoice("F-3", due=date(2025, 4, 1)),
    ).invoices
    assert [line.days_late for line in lines] == [0, 1, 0]


def test_a_due_date_from_terms_is_shown_like_any_other() -> None:
    """D4: the customer's own terms come before the tenant's."""
    rules = TenantRules(terms=Terms(10))
    item = invoice("F-1", due=None)
    assert message(item, rules=rules).invoices[0].due == "11 janvier 2025"
    own = replace(DEBTOR, terms=Terms(30))
    assert message(item, rules=rules, customer=own).invoices[0].due == "31 janvier 2025"


def test_credits_are_shown_once_and_the_net_is_stated() -> None:
    """D22."""
    context = message(
        invoice("F-1"), invoice("F-2"), credit("AV-1", 20_000), credit("R-1", 456, ItemKind.RECEIPT)
    )
    assert [line.number for line in context.credits] == ["AV-1", "R-1"]
    assert [line.is_receipt for line in context.credits] == [False, True]
    assert context.credits[0].amount == f"-200,00{NO_BREAK}€"
    assert context.states_net
    assert context.total == f"2{NARROW}469,12{NO_BREAK}€"
    assert context.net == context.payable == f"2{NARROW}264,56{NO_BREAK}€"


def test_the_net_is_stated_when_the_account_owes_more_than_is_listed() -> None:
    """D22; what is asked for here is only what is listed."""
    context = message(invoice("F-1"), net=500_000)
    assert context.states_net
    assert context.payable == context.total


def test_a_net_equal_to_the_total_is_not_said_twice() -> None:
    assert not message(invoice("F-1")).states_net


def test_a_notice_before_the_due_date_names_the_account_only_when_something_is_owed() -> None:
    coming = invoice("F-1", due=date(2025, 3, 17))
    assert not message(coming, step=StepKey.PRE_DUE, net=0).states_net
    assert not message(coming, step=StepKey.PRE_DUE, net=-100).states_net
    assert message(coming, step=StepKey.PRE_DUE, net=500_000).states_net


def test_a_thank_you_totals_what_was_paid_and_asks_for_nothing() -> None:
    context = message(settled("F-1"), settled("F-2"), step=StepKey.THANK_YOU, net=99_999)
    assert context.total == f"2{NARROW}469,12{NO_BREAK}€"
    assert context.invoices[0].paid_on == "20 février 2025"
    assert context.invoices[0].days_late == 0
    assert not context.states_net


def test_an_item_listed_for_information_does_not_advance() -> None:
    own, other = invoice("F-1"), invoice("F-2")
    lines = message(own, other, sends=[own]).invoices
    assert [line.advances for line in lines] == [True, False]


def test_no_level_number_reaches_a_template() -> None:
    """M8: two levels with the same facts make the same context."""
    first = asdict(message(invoice("F-1"), step=StepKey.R1))
    assert first == asdict(message(invoice("F-1"), step=StepKey.R4))


def test_line_breaks_and_control_characters_in_names_are_gone() -> None:
    hostile = replace(DEBTOR, name="Dupont\r\nBcc: spy@example.org\x00\x1b[31m\u202egnp.exe")
    context = message(invoice("F\n-\t1"), customer=hostile)
    assert context.customer.name == "Dupont Bcc: spy@example.org[31mgnp.exe"
    assert context.invoices[0].number == "F - 1"


def test_the_country_is_printed_abroad_only() -> None:
    berlin = Address(lines=("Lindenstr. 1",), postal_code="10969", city="Berlin", country="DE")
    abroad = replace(DEBTOR, address=berlin)
    assert message(invoice("F-1"), customer=abroad).customer.address == (
        "Lindenstr. 1",
        "10969 Berlin",
        "ALLEMAGNE",
    )
    assert message(invoice("F-1")).customer.address[-1] == "44000 NANTES"
    at_home = TenantRules(country="DE")
    assert message(invoice("F-1"), customer=abroad, rules=at_home).customer.address[-1] == (
        "10969 Berlin"
    )


def test_the_iban_is_written_in_groups_of_four() -> None:
    assert example("reminder_1").sender.iban == "FR76 3000 6000 0112 3456 7890 189"


def test_without_a_signature_the_tenant_signs_with_its_names() -> None:
    unsigned = replace(SENDER, signature=" \n ")
    assert message(invoice("F-1"), sender=unsigned).sender.signature == (
        "Menuiserie Lefèvre",
        "Menuiserie Lefèvre SAS",
    )
