"""The letter's PDF, read back."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from relance.domain.customer import Address, Customer
from relance.domain.scenario import StepKey
from relance.messages.context import MessageContext
from relance.messages.envelope import UnusableAddress
from relance.messages.letter import make_letter
from relance.messages.logo import read_logo
from relance.messages.render import render_letter_html
from tests.unit.messages.examples import (
    ANNE,
    DEBTOR,
    SENDER,
    STEP_OF,
    dispute,
    example,
    invoice,
    message,
)
from tests.unit.messages.pictures import png

POINT = 25.4 / 72
# What a French window envelope shows, from the page's top left, in millimetres.
WINDOW = {"left": 100, "right": 190, "top": 45, "bottom": 79}
LONG = Address(
    lines=(
        "Service de la comptabilité fournisseurs",
        "Bâtiment Jean-Baptiste Charcot, escalier B",
        "Zone industrielle de la Vallée des Trois Rivières",
        "117 boulevard du Général de Castelnau",
        "CS 12345",
    ),
    postal_code="44000",
    city="SAINT-SÉBASTIEN-SUR-LOIRE CEDEX 09",
)


def letter(context: MessageContext, template: str = "reminder_4") -> PdfReader:
    return PdfReader(io.BytesIO(make_letter(template, context=context)))


def words_of(page: PageObject) -> list[tuple[str, float, float, float]]:
    """Return each run of text with its left, baseline from the top and size, in millimetres."""
    runs: list[tuple[str, float, float, float]] = []
    height = float(page.mediabox.height)

    def visit(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text.strip():
            x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
            y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
            scale = abs(cm[3] * tm[3])
            runs.append((text.strip(), x * POINT, (height - y) * POINT, size * scale * POINT))

    page.extract_text(visitor_text=visit)
    return runs


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize(
    "debtor",
    [
        DEBTOR,
        replace(DEBTOR, address=LONG, name="Société coopérative des artisans menuisiers réunis"),
        replace(DEBTOR, address=Address(lines=("1 rue X",), city="Berlin", country="DE")),
        replace(DEBTOR, name="W" * 60, address=replace(LONG, lines=("MW " * 20, "x" * 40))),
        replace(DEBTOR, name="Щит и Меч " * 9, address=Address(lines=("Οδός Ερμού " * 8,))),
    ],
    ids=["usual", "long", "abroad", "wide", "other script"],
)
def test_the_address_and_nothing_else_shows_in_the_window(debtor: Customer) -> None:
    """M4: NF address zone, x 100–190 mm, y 45–79 mm; the sender's own lines stay out of it."""
    context = message(invoice("F-1"), customer=debtor)
    runs = words_of(letter(context).pages[0])
    shown = [
        (text, x, y, size)
        for text, x, y, size in runs
        if x > WINDOW["left"] - 5 and WINDOW["top"] - 3 < y < WINDOW["bottom"] + 3
    ]
    together = "".join("".join(text.split()) for text, *_ in shown)
    lines = (debtor.name, "À l’attention de Anne Martin", *context.customer.address)
    assert together == "".join("".join(line.split()) for line in lines)
    for _, x, baseline, size in shown:
        assert x >= WINDOW["left"]
        assert baseline - size >= WINDOW["top"]
        assert baseline + size * 0.3 <= WINDOW["bottom"]


def test_an_address_too_long_for_the_window_is_refused_not_cut() -> None:
    crowded = replace(DEBTOR, address=replace(LONG, lines=LONG.lines * 3))
    with pytest.raises(UnusableAddress, match="window"):
        render_letter_html("reminder_4", context=message(invoice("F-1"), customer=crowded))


def test_a_customer_without_an_address_gets_no_letter() -> None:
    for nowhere in (None, Address(lines=(" ",))):
        context = message(invoice("F-1"), customer=replace(DEBTOR, address=nowhere))
        with pytest.raises(UnusableAddress, match="no postal address"):
            render_letter_html("reminder_4", context=context)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("template", sorted(STEP_OF))
def test_every_letter_is_whole_on_one_page(template: str, language: str) -> None:
    context = example(template, language=language, count=3)
    reader = letter(context, template)
    said = text_of(reader)
    assert len(reader.pages) == 1
    for expected in ("Menuiserie Lefèvre SAS", "411DUPONT", "Claire Lefèvre", context.today):
        assert expected in said
    for line in context.invoices:
        assert line.number in said
    assert " ".join(context.total.split()) in said
    assert "1 / 1" in said
    closing = "salutations distinguées" if language == "fr" else "Yours faithfully"
    assert closing in said


def pages_of(count: int) -> list[str]:
    reader = letter(example("formal_notice", count=count), "formal_notice")
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_a_long_list_flows_over_pages_with_its_header_repeated() -> None:
    pages = pages_of(90)
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
        if "FA-2025-" in page:
            assert "Reste dû" in page
    for number in range(1, 91):
        assert sum(page.count(f"FA-2025-{number:04}") for page in pages) == 1


@pytest.mark.parametrize("count", [22, 23, 24, 25, 26, 27])
def test_the_total_never_stands_on_a_page_without_an_invoice(count: int) -> None:
    """The first of these letters ends its list on one page, the last on the next."""
    (last,) = (page for page in pages_of(count) if "Total de ces factures" in page)
    assert f"FA-2025-{count:04}" in last


def test_an_invoice_is_never_split_between_pages() -> None:
    """Numbers so long that they take several lines."""
    items = [invoice(f"FACTURE-{number:02}-" + "0123456789" * 4) for number in range(30)]
    pages = [
        "".join(page.extract_text().split())
        for page in letter(message(*items, step=StepKey.R4)).pages
    ]
    assert len(pages) > 1
    for item in items:
        assert sum(item.number in page for page in pages) == 1


def test_an_amount_too_wide_for_its_column_is_shown_whole_and_beside_the_others() -> None:
    items = (invoice("F-1", original=98_765_432_109_876, residual=98_765_432_109_875),)
    said = text_of(letter(message(*items, step=StepKey.R4)))
    assert "37 987 654 321 098,76 € 0,01 € 987 654 321 098,75 €" in said


def test_amounts_and_payments_stand_in_columns_only_where_something_was_paid() -> None:
    """D21: original, paid and remaining of a part payment."""
    whole = text_of(letter(message(invoice("F-1"), step=StepKey.R4)))
    part = text_of(letter(message(invoice("F-1"), invoice("F-2", 60_000), step=StepKey.R4)))
    assert "Déjà réglé" not in whole
    for shown in ("Déjà réglé", "1 234,56 €", "634,56 €", "600,00 €", "1 834,56 €"):
        assert shown in part


def test_what_is_disputed_is_shown_under_its_invoice_and_not_asked_for() -> None:
    """D29."""
    item = invoice("F-1")
    context = message(item, step=StepKey.R4, disputes=(dispute(item, 23_456),))
    said = text_of(letter(context))
    assert "Contesté, non réclamé ici : 234,56 €" in said
    assert "Montant : 1 000,00 €" in said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_formal_notice_prints_how_interest_and_indemnity_were_reckoned(language: str) -> None:
    """M7, D26: each period with its days, base and rate; 40 EUR for each invoice."""
    items = [invoice("F-1", due=date(2024, 12, 1)), invoice("F-2")]
    context = message(*items, step=StepKey.R5, language=language, legal=True)
    assert context.legal is not None
    said = text_of(letter(context, "formal_notice"))
    for late in context.legal.invoices:
        for line in late.lines:
            for figure in (line.first, line.last, line.base, line.rate, line.amount):
                assert " ".join(figure.split()) in said
        assert " ".join(late.interest.split()) in said
    for figure in (context.legal.interest, context.legal.indemnity, context.legal.whole):
        assert " ".join(figure.split()) in said
    assert len(context.legal.invoices[0].lines) == 2  # two semesters


def test_a_letterhead_of_any_length_stays_out_of_the_window() -> None:
    sender = replace(
        SENDER,
        name="Compagnie générale des établissements réunis de menuiserie et de charpente",
        address=tuple(f"Bâtiment {number}, entrée principale de la zone" for number in range(12)),
        logo=read_logo(png(400, 400)),
        footer="SAS au capital de 50 000 €\nRCS Nantes 123 456 789\nTVA FR00 123 456 789",
    )
    context = message(invoice("F-1"), sender=sender, step=StepKey.R4)
    reader = letter(context)
    seen = [
        text
        for text, x, y, _ in words_of(reader.pages[0])
        if x > WINDOW["left"] - 5 and WINDOW["top"] - 3 < y < WINDOW["bottom"] + 3
    ]
    lines = (DEBTOR.name, "À l’attention de Anne Martin", *context.customer.address)
    assert seen == list(lines)
    assert "RCS Nantes 123 456 789" in text_of(reader)


def test_markup_in_a_name_is_printed_not_obeyed() -> None:
    name = '<img src="file:///etc/passwd"><b>Dupont</b>'
    context = message(
        invoice("F-1"), customer=replace(DEBTOR, name=name), contact=replace(ANNE, name="<h1>")
    )
    assert "<b>Dupont</b>" in "".join(text_of(letter(context)))
