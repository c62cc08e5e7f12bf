"""Interest and indemnity as messages print them (M7, D26)."""

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.tenant_rules import TenantRules
from relance.domain.terms import Terms
from relance.messages.legal import LegalFields
from relance.messages.render import render_email
from tests.unit.messages.examples import DEBTOR, credit, dispute, example, invoice, message

JULY = date(2024, 7, 10)
NARROW, NO_BREAK = "\u202f", "\u00a0"
LATE = invoice("F-1", original=100_000, due=date(2024, 6, 20))


def plain(text: str) -> str:
    """Every white space a plain one."""
    return " ".join(text.split())


def legal(*items: object, **more: object) -> LegalFields:
    """The legal fields of a message about these items."""
    found = message(*items, **({"on": JULY, "legal": True} | more)).legal  # type: ignore[arg-type]
    assert found is not None
    return found


def test_d26_the_calculation_is_printed_and_its_total_rounded_once() -> None:
    """The rule's own figures: 3.97 + 3.90 shown, 7.88 in all."""
    found = legal(LATE, language="en")
    (invoice_,) = found.invoices
    assert [(line.first, line.last, line.days, line.rate) for line in invoice_.lines] == [
        ("21 June 2024", "30 June 2024", 10, "14.50%"),
        ("1 July 2024", "10 July 2024", 10, "14.25%"),
    ]
    assert [line.amount for line in invoice_.lines] == ["€3.97", "€3.90"]
    assert [line.base for line in invoice_.lines] == ["€1,000.00", "€1,000.00"]
    assert (found.as_of, invoice_.number, invoice_.interest) == ("10 July 2024", "F-1", "€7.88")
    assert (found.interest, found.indemnity) == ("€7.88", "€40.00")
    assert (found.added, found.whole) == ("€47.88", "€1,047.88")
    assert found.unknown == ()


def test_d26_the_indemnity_is_owed_once_a_late_invoice_and_not_before() -> None:
    second = invoice("F-2", original=100_000, due=date(2024, 7, 9))
    found = legal(LATE, second, invoice("F-3", due=JULY), language="en")
    assert (found.count, found.indemnity_each, found.indemnity) == (2, "€40.00", "€80.00")
    assert [each.number for each in found.invoices] == ["F-1", "F-2"]
    assert message(invoice("F-3", due=JULY), on=JULY, legal=True).legal is None


def test_d26_nothing_is_added_up_across_currencies() -> None:
    found = legal(replace(LATE, currency="GBP"), language="en")
    assert (found.interest, found.indemnity) == ("£7.88", "€40.00")
    assert (found.added, found.whole) == ("", "")


def test_d26_a_semester_without_a_known_rate_costs_nothing_and_is_named() -> None:
    item = invoice("F-1", original=100_000, due=date(2031, 6, 20))
    found = legal(item, on=date(2031, 7, 10), language="en")
    assert found.unknown == ("2031-H1", "2031-H2")
    assert (found.invoices, found.interest, found.added) == ((), "", "€40.00")


def test_d29_interest_is_not_asked_for_what_is_disputed() -> None:
    found = legal(LATE, language="en", disputes=(dispute(LATE, 50_000),), on=date(2025, 2, 1))
    assert {line.base for line in found.invoices[0].lines} == {"€500.00"}


def test_d26_open_credits_bear_no_interest_the_oldest_invoice_first() -> None:
    other = replace(LATE, id="411DUPONT-F-2", number="F-2")
    found = legal(LATE, other, credit("R-1", 120_000), language="en")
    assert [each.number for each in found.invoices] == ["F-2"]
    assert found.invoices[0].lines[0].base == "€800.00"
    assert (found.count, found.whole) == (1, "€846.30")


def test_d38_interest_counts_from_the_legal_due_date() -> None:
    usual = replace(DEBTOR, usual_term=365, terms=Terms(30))
    dated = replace(LATE, due=None, issued=date(2024, 5, 21))
    found = legal(dated, customer=usual, language="en")
    assert found.invoices[0].lines[0].first == "21 June 2024"


def test_m7_only_a_step_that_asks_for_it_and_a_french_seller_print_it() -> None:
    assert message(LATE, on=JULY).legal is None
    assert message(LATE, on=JULY, legal=True, rules=TenantRules(country="DE")).legal is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            (
                "Sommes dues de plein droit au 10 juillet 2024, en sus des factures",
                "Pénalités de retard, facture F-1",
                "du 21 juin 2024 au 30 juin 2024 : 10 jours sur 1 000,00 € à 14,50 % l’an = 3,97 €",
                "Indemnité forfaitaire pour frais de recouvrement",
                "1 047,88 €",
                "décompte arrêté au 10 juillet 2024",
            ),
        ),
        (
            "en",
            (
                "Owed by law on 10 July 2024 in addition to the invoices",
                "21 June 2024 to 30 June 2024: 10 days on €1,000.00 at 14.50% a year = €3.97",
                "Fixed compensation for recovery costs",
                "€1,047.88",
                "calculation up to 10 July 2024",
            ),
        ),
    ],
)
def test_m7_a_formal_notice_shows_the_calculation_in_text_and_page(
    language: str, said: tuple[str, ...]
) -> None:
    context = message(LATE, on=JULY, legal=True, language=language)
    email = render_email("formal_notice", context=context)
    for text in (email.text, email.html):
        for words in said:
            assert words in plain(text)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_m7_without_a_calculation_a_formal_notice_only_reserves_it(language: str) -> None:
    context = replace(example("formal_notice", language=language), legal=None)
    text = plain(render_email("formal_notice", context=context).text)
    assert "S’ajouteront" in text or "will be added" in text
    assert "décompte" not in text
    unknown = message(
        replace(LATE, due=date(2031, 6, 20)), on=date(2031, 7, 10), legal=True, language=language
    )
    text = plain(render_email("formal_notice", context=unknown).text)
    assert "40" in text
    assert "figure ci-dessus" not in text
    assert "shown above" not in text
    assert ("ne figurent pas" in text) or ("not in this calculation" in text)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_d29_every_form_of_an_email_shows_what_is_disputed(language: str) -> None:
    context = message(LATE, disputes=(dispute(LATE, 30_000),), language=language)
    email = render_email("reminder_1", context=context)
    for text in (email.text, email.html):
        assert plain(context.invoices[0].disputed) in plain(text)
        assert plain(context.invoices[0].remaining) in plain(text)
