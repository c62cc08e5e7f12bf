"""The statement of an account that goes with an e-mail."""

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from relance.domain.facts import Facts
from relance.domain.items import ItemKind, ItemStatus
from relance.domain.tenant_rules import TenantRules
from relance.messages.statement import file_name, make_statement, statement
from tests.unit.messages.examples import DEBTOR, TODAY, credit, dispute, invoice, message

LATE = invoice("FA-1", 100_00, original=250_00)
COMING = invoice("FA-2", due=date(2025, 12, 31))
AVOIR = credit("AV-9", 30_00)
PAYMENT = credit("VIR-3", 20_00, ItemKind.RECEIPT)
GONE = invoice("FA-3", status=ItemStatus.WRITTEN_OFF)
PAID = invoice("FA-4", 0)
DOLLARS = invoice("FA-5", currency="USD")
ITEMS = (COMING, LATE, AVOIR, PAYMENT, GONE, PAID, DOLLARS)


def facts(*items: object, **more: object) -> Facts:
    return Facts(
        customer=DEBTOR,
        items=items,  # type: ignore[arg-type]
        actions=(),
        scenario=None,
        rules=TenantRules(),
        **more,  # type: ignore[arg-type]
    )


def printed(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def test_a_statement_lists_what_is_open_in_its_currency_and_sums_to_the_account() -> None:
    made = statement(facts(*ITEMS), currency="EUR", language="en", on=TODAY)
    assert sorted(line.number for line in made.lines) == ["AV-9", "FA-1", "FA-2", "VIR-3"]
    assert made.balance == "€1,284.56"
    ages = dict(made.ages)
    assert (ages["not_due"], ages["credit_notes"], ages["receipts"]) == (
        "€1,234.56",
        "€30.00",
        "€20.00",
    )


def test_what_is_disputed_stays_in_the_balance_and_is_named() -> None:
    made = statement(
        facts(LATE, disputes=(dispute(LATE, 40_00),)), currency="EUR", language="en", on=TODAY
    )
    (line,) = made.lines
    assert (line.remaining, line.disputed, made.balance) == ("€100.00", "€40.00", "€100.00")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Relevé de votre compte au", "Avoir AV-9", "Règlement VIR-3", "Non échu")),
        ("en", ("Statement of your account on", "Credit note AV-9", "Payment VIR-3", "Not yet")),
    ],
)
def test_the_pdf_can_be_read_back_in_each_language(language: str, words: tuple[str, ...]) -> None:
    context = message(LATE, language=language)
    account = statement(facts(*ITEMS), currency="EUR", language=language, on=TODAY)
    text = printed(make_statement(account, context=context))
    for said in (*words, "FA-1", "FA-2", account.balance.replace("\u202f", " "), DEBTOR.code):
        assert said.replace("\u00a0", " ") in text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "FA-3" not in text


def test_a_long_account_goes_over_several_pages_and_repeats_its_head() -> None:
    many = [invoice(f"FA-{number:03}") for number in range(120)]
    account = statement(facts(*many), currency="EUR", language="fr", on=TODAY)
    pages = PdfReader(io.BytesIO(make_statement(account, context=message(LATE)))).pages
    assert len(pages) > 2
    assert all("Échéance" in page.extract_text() for page in pages[:-1])


def test_hostile_names_are_printed_and_do_nothing() -> None:
    odd = '</td><script>app.alert(1)</script>=cmd|" /C calc"!A0'
    customer = replace(DEBTOR, name=odd, code="=1+1")
    context = message(invoice(odd), customer=customer)
    account = statement(facts(invoice(odd)), currency="EUR", language="fr", on=TODAY)
    text = printed(make_statement(account, context=context))
    assert "<script>" in text
    assert file_name(context) == "Relevé de compte =1+1.pdf"


def test_the_same_account_gives_the_same_bytes() -> None:
    account = statement(facts(*ITEMS), currency="EUR", language="fr", on=TODAY)
    context = message(LATE)
    assert make_statement(account, context=context) == make_statement(account, context=context)
