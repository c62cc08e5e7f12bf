"""The code to pay by: what it says, when there is none, and that it can be read from the page."""

import io
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from relance.domain.scenario import StepKey
from relance.messages.context import MessageContext
from relance.messages.epc_qr import epc_payload, qr_png, remittance
from relance.messages.letter import make_letter
from tests.unit.messages.examples import DEBTOR, SENDER, credit, example, invoice, message

RIGHT: dict[str, object] = {
    "name": "Société Exemple",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "bic": "AGRIFRPPXXX",
    "amount": 12_345,
    "currency": "EUR",
    "remittance": "411DUPONT FA-1",
}


def payload(**other: object) -> str:
    return epc_payload(**(RIGHT | other))  # type: ignore[arg-type]


def read_from(context: MessageContext, template: str = "reminder_4") -> list[str]:
    """Return what a scanner reads on the pages of a letter printed at 200 dots an inch."""
    printed = pypdfium2.PdfDocument(make_letter(template, context=context))
    pages = [printed[number].render(scale=200 / 72).to_pil() for number in range(len(printed))]
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page)]


def test_a_code_says_who_is_paid_where_how_much_and_what_for() -> None:
    """The lines of EPC069-12, version 2, in UTF-8."""
    assert payload().split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "AGRIFRPPXXX",
        "Société Exemple",
        "FR7630006000011234567890189",
        "EUR123.45",
        "",
        "",
        "411DUPONT FA-1",
    ]


@pytest.mark.parametrize(
    ("amount", "written"),
    [(1, "EUR0.01"), (100, "EUR1.00"), (99_999_999_999, "EUR999999999.99")],
)
def test_an_amount_always_has_its_cents(amount: int, written: str) -> None:
    assert payload(amount=amount).split("\n")[7] == written


@pytest.mark.parametrize(
    "other",
    [
        {"currency": "USD"},
        {"currency": "CHF"},
        {"amount": 0},
        {"amount": -5},
        {"amount": 100_000_000_000},
        {"iban": ""},
        {"iban": "FR7630006000011234567890188"},
        {"iban": "TR330006100519786457841326"},
        {"iban": "CH9300762011623852957", "bic": ""},
        {"iban": "CH9300762011623852957", "bic": "no bic"},
        {"name": " "},
        {"remittance": "\n"},
    ],
)
def test_a_transfer_that_the_scheme_does_not_carry_has_no_code(other: dict[str, object]) -> None:
    assert payload(**other) == ""


def test_a_wrong_bic_is_left_out_where_none_is_needed() -> None:
    assert payload(bic="AGRI").split("\n")[4] == ""
    assert (
        payload(iban="CH9300762011623852957", bic="ubsw ch zh 80a").split("\n")[4] == "UBSWCHZH80A"
    )


def test_no_text_can_add_a_line_to_a_code() -> None:
    lines = payload(name="A\nFR00\r\nB", remittance="x\nEUR1.00\u2028y").split("\n")
    assert len(lines) == 11
    assert lines[6] == "FR7630006000011234567890189"


@pytest.mark.parametrize("text", ["é" * 140, "漢" * 140, "a" * 500, "😀" * 140])
def test_a_long_text_is_cut_between_characters_to_what_a_code_may_hold(text: str) -> None:
    for name in ("Société", "漢字" * 35, "ж" * 300):
        said = payload(name=name, remittance=text)
        lines = said.split("\n")
        assert len(said.encode()) <= 331
        assert len(lines[5]) <= 70
        assert len(lines[10]) <= 140
        assert text.startswith(lines[10])
        assert scanned(said) == said


def scanned(said: str) -> str:
    code = Image.frombytes("L", *_pixels(qr_png(said)))
    (found,) = zxingcpp.read_barcodes(code)
    return str(found.text)


def _pixels(png: bytes) -> tuple[tuple[int, int], bytes]:
    """Return a code four times as large, with white around it."""
    with Image.open(io.BytesIO(png)) as small:
        assert small.mode == "L"
        large = small.resize((small.width * 4, small.height * 4), Image.Resampling.NEAREST)
    sheet = Image.new("L", (large.width + 40, large.height + 40), 255)
    sheet.paste(large, (20, 20))
    return sheet.size, sheet.tobytes()


def test_codes_of_all_sizes_can_be_read() -> None:
    text = "Avoir déduit, 411-0007 ü 0000000000000000 " * 4
    for length in range(1, 141, 2):
        said = payload(amount=length**5, remittance=text[:length])
        assert scanned(said) == said


def test_a_transfer_is_matched_by_the_account_and_its_invoices_when_they_fit() -> None:
    assert remittance("411DUPONT", ["FA-1", "FA-2"]) == "411DUPONT FA-1 FA-2"
    assert remittance("411DUPONT", [f"FA-2025-{n:04}" for n in range(20)]) == "411DUPONT"


def test_the_code_on_a_letter_asks_for_what_the_letter_asks_for() -> None:
    items = [invoice("FA-1"), invoice("FA-2", 60_000), credit("AV-1", 10_000)]
    context = message(*items, step=StepKey.R4)
    (said,) = read_from(context)
    assert said == context.transfer_code
    assert said.split("\n")[5:8] == [SENDER.name, "FR7630006000011234567890189", "EUR1734.56"]
    assert said.split("\n")[10] == "411DUPONT FA-1 FA-2"
    assert context.payable == "1\u202f734,56\xa0€"


def test_the_code_stands_on_the_last_of_several_pages() -> None:
    context = example("reminder_4", count=60)
    assert read_from(context) == [context.transfer_code]


def test_a_letter_that_asks_for_nothing_has_no_code() -> None:
    assert read_from(example("thank_you"), "thank_you") == []


@pytest.mark.parametrize(
    "sender", [replace(SENDER, iban=""), replace(SENDER, iban="FR7630006000011234567890188")]
)
def test_a_sender_without_a_right_account_gets_a_letter_without_a_code(sender: object) -> None:
    context = message(invoice("F-1"), step=StepKey.R4, sender=sender)  # type: ignore[arg-type]
    assert context.transfer_code == ""
    assert read_from(context) == []


def test_another_currency_has_no_code() -> None:
    context = message(invoice("F-1", currency="GBP"), step=StepKey.R4, customer=DEBTOR)
    assert read_from(context) == []
