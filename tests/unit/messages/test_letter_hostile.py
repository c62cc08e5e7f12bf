"""Whatever people and ledgers call things, a letter prints it and does nothing else with it."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader

from relance.domain.customer import Address
from relance.domain.scenario import StepKey
from relance.messages.context import Sender
from relance.messages.envelope import UnusableAddress
from relance.messages.letter import make_letter
from relance.messages.pdf import UnusableLetter
from tests.unit.messages.examples import ANNE, DEBTOR, SENDER, invoice, message

OURS = (
    "</div></body><script>app.alert(1)</script>",
    '"><img src="file:///etc/passwd">',
    "<style>@page { size: A0 }</style>",
    "{{ sender.iban }} {% raw %} {{ 7 * 7 }}",
    "{{ ''.__class__.__mro__ }}",
    ") Tj ET Q (\\) >> endobj",
    "/JavaScript /Launch << /S /URI >>",
    "&lt;b&gt; &amp; &#x202e; &nbsp;",
    "\u202egnp.fdp\u202c \u0000 \u0008 \ud83d",
    "Z̸̢̛a̴l̷g̶o̵ " * 8,
    "\ufeff\u200b\u200d\u2028\u2029\x85\r\n\t",
    "😀👩\u200d👩\u200d👧🏳️\u200d🌈",
    "العربية עברית हिन्दी ไทย 漢字",
    "W" * 600,
    "a\u00ad" * 300,
    "-" * 200,
    "url(http://127.0.0.1:9/) expression(1)",
    "asset:logo asset:transfer-code",
    "<!--", "]]>", "--> <!DOCTYPE x>", "\\", "'", '"', "=1+1", "%n%s%x", "NULL", "None", "   ",
)  # fmt: skip


def strings() -> Iterator[tuple[str, ...]]:
    """Yield naughty strings a dozen at a time, ours and others' where they are at hand."""
    found = list(OURS)
    shared = Path(__file__).parents[4] / "shared" / "data" / "hostile" / "blns.json"
    if shared.exists():
        found += json.loads(shared.read_text(encoding="utf-8"))
    for start in range(0, len(found), 12):
        yield tuple((found[start : start + 12] * 12)[:12])


def made(text: tuple[str, ...]) -> bytes | None:
    """Return the letter with these texts in its fields; None when it is refused for its address."""
    debtor = replace(
        DEBTOR,
        name=text[0],
        code=text[1] or "411",
        address=Address(lines=(text[2][:60], text[3][:60]), postal_code="44000", city="NANTES"),
    )
    sender = Sender(
        name=text[4],
        email=text[5],
        signature=f"{text[6]}\n{text[7]}",
        iban=SENDER.iban,
        bic=text[8],
        address=(text[9], text[10]),
        phone=text[11],
        footer=text[0],
    )
    lines = [invoice(text[7]), invoice(text[8], 60_000, label=text[9])]
    context = message(
        *lines, step=StepKey.R4, customer=debtor, sender=sender, contact=replace(ANNE, name=text[6])
    )
    try:
        return make_letter("reminder_4", context=context)
    except (UnusableAddress, UnusableLetter):
        return None


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = (document[number].get_textpage() for number in range(len(document)))
    return " ".join(" ".join(page.get_text_range() for page in pages).split())


def test_no_text_in_any_field_breaks_a_letter_or_acts_in_it() -> None:
    printed = 0
    for text in strings():
        pdf = made(text)
        if pdf is None:
            continue
        printed += 1
        read = PdfReader(io.BytesIO(pdf), strict=True)
        assert [round(float(size)) for size in read.pages[0].mediabox[2:]] == [595, 842]
        assert set(read.root_object) <= {"/Type", "/Pages", "/Lang"}
        for page in read.pages:
            assert "/Annots" not in page
            assert len(page.images) <= 1  # the code to pay by, and no other picture
        said = text_of(pdf)
        assert "1 234,56 €" in said
        assert "44000 NANTES" in said
    assert printed >= 2


@pytest.mark.parametrize("text", OURS[:4])
def test_markup_and_templates_in_a_name_are_printed_as_they_are(text: str) -> None:
    debtor = replace(DEBTOR, name=text)
    pdf = make_letter("reminder_4", context=message(invoice("F-1"), customer=debtor))
    assert "".join(text.split()) in "".join(text_of(pdf).split())


def test_what_people_are_called_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    debtor = replace(DEBTOR, code="\U0010fffd")
    assert make_letter("reminder_4", context=message(invoice("F-1"), customer=debtor))
    assert caplog.text == ""
