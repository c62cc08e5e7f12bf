"""The PDF as a file: the same bytes again, its own fonts, nothing read and nothing given away."""

import io
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from relance.domain.customer import Address
from relance.messages.letter import make_letter
from relance.messages.logo import UnusableLogo, read_logo
from relance.messages.pdf import UnusableLetter, check_printable, letter_pdf
from relance.messages.render import render_letter_html
from tests.unit.messages.examples import DEBTOR, SENDER, example, invoice, message
from tests.unit.messages.pictures import drawn, jpeg, png

ROOT = Path(__file__).parents[3]
BRANDED = replace(SENDER, logo=read_logo(png(300, 120, mode="RGBA")), footer="SAS\nRCS Nantes")


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def branded() -> bytes:
    return make_letter("reminder_4", context=message(invoice("F-1"), sender=BRANDED))


def fonts_of(pdf: bytes) -> list[DictionaryObject]:
    fonts: list[DictionaryObject] = []
    for page in reader(pdf).pages:
        resources: Any = page["/Resources"]
        fonts += [each.get_object() for each in resources["/Font"].values()]
    return fonts


def pictures_of(pdf: bytes) -> list[Image.Image]:
    """Return the pictures on the first page: the logo and the code."""
    return [each.image for each in reader(pdf).pages[0].images if each.image]


def test_the_same_letter_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from tests.unit.messages.test_pdf import branded;"
        "sys.stdout.buffer.write(branded())"
    )
    again = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )
    assert again.stdout == branded()


def test_what_was_printed_before_changes_nothing() -> None:
    first = branded()
    make_letter("formal_notice", context=example("formal_notice", language="en", count=40))
    other = replace(BRANDED, logo=read_logo(jpeg(90, 90)))
    make_letter("thank_you", context=message(invoice("F-2"), sender=other))
    assert branded() == first


def test_two_letters_with_another_logo_show_each_its_own() -> None:
    red, grey = read_logo(png(60, 60, colour=200)), read_logo(png(60, 60, mode="L", colour=80))
    shown = []
    for logo in (red, grey, red):
        context = message(invoice("F-1"), sender=replace(SENDER, logo=logo))
        shown.append(
            [
                each.getpixel((5, 5))
                for each in pictures_of(make_letter("reminder_4", context=context))
                if each.width == 60
            ]
        )
    assert shown == [[(200, 200, 200)], [(80, 80, 80)], [(200, 200, 200)]]


def test_fonts_are_in_the_file_with_only_the_letters_it_uses() -> None:
    fonts = fonts_of(branded())
    assert fonts
    for font in fonts:
        (descendant,) = [each.get_object() for each in font["/DescendantFonts"]]  # type: ignore[attr-defined]
        descriptor = descendant["/FontDescriptor"]
        name = str(descriptor["/FontName"])
        assert name[7] == "+"  # six letters say that it is a part of the font
        assert len(descriptor["/FontFile2"].get_data()) < 40_000
        assert font["/ToUnicode"]


def test_the_text_can_be_read_back_with_its_accents() -> None:
    context = message(invoice("F-1"), customer=replace(DEBTOR, name="Œuvre Éponyme & Ærø, Ltd"))
    said = reader(make_letter("reminder_4", context=context)).pages[0].extract_text()
    for text in ("Œuvre Éponyme & Ærø, Ltd", "12 rue de l’Église", "Échéance", "pénalités"):
        assert text in said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_file_says_its_language_title_and_author_and_nothing_of_the_machine(
    language: str,
) -> None:
    pdf = make_letter("formal_notice", context=example("formal_notice", language=language))
    read = reader(pdf)
    assert str(read.root_object["/Lang"]) == language
    assert {name: str(value) for name, value in (read.metadata or {}).items()} == {
        "/Title": "Mise en demeure de payer" if language == "fr" else "Formal notice to pay",
        "/Author": "Menuiserie Lefèvre SAS",
    }
    assert read.xmp_metadata is None
    for trace in (b"WeasyPrint", b"file:", b"/usr", str(ROOT).encode(), b"CreationDate"):
        assert trace not in pdf


def test_what_a_camera_noted_in_a_logo_is_not_sent_to_debtors() -> None:
    picture = Image.new("RGB", (80, 40), (10, 120, 10))
    noted = picture.getexif()
    noted[0x010F] = "Secret Camera"
    noted[0x0112] = 6  # held upright: to be turned
    logo = read_logo(drawn(picture, "JPEG", exif=noted))
    pdf = make_letter(
        "reminder_4", context=message(invoice("F-1"), sender=replace(SENDER, logo=logo))
    )
    assert b"Secret Camera" not in pdf
    assert (40, 80) in [each.size for each in pictures_of(pdf)]


def test_a_jpeg_without_pixels_is_told_from_one_that_can_be_printed() -> None:
    whole = jpeg(90, 60)
    check_printable(read_logo(whole))
    with pytest.raises(UnusableLogo, match="damaged"):
        check_printable(read_logo(whole[: whole.index(b"\xff\xda")] + b"\xff\xd9"))


def test_a_jpeg_that_states_two_sizes_is_not_unpacked_to_the_larger() -> None:
    whole = jpeg(90, 60)
    start = whole.index(b"\xff\xc0")
    (length,) = struct.unpack_from(">H", whole, start + 2)
    frame = whole[start : start + 2 + length]
    larger = frame[:5] + struct.pack(">HH", 4_000, 4_000) + frame[9:]
    twice = whole[: start + 2 + length] + larger + whole[start + 2 + length :]
    with pytest.raises(UnusableLogo, match="larger than it says"):
        check_printable(read_logo(twice))


def test_a_logo_larger_than_printed_is_made_smaller_once() -> None:
    logo = read_logo(png(2000, 400))
    pdf = make_letter(
        "reminder_4", context=message(invoice("F-1"), sender=replace(SENDER, logo=logo))
    )
    assert max(each.width for each in pictures_of(pdf)) == 780


@pytest.mark.parametrize(
    "html",
    [
        '<img src="file:///etc/hostname">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="data:image/png;base64,iVBORw0KGgo=">',
        '<p style="background: url(file:///etc/hostname)">x</p>',
        '<img src="asset:letter.css">',
        '<img src="asset:logo">',
        '<img src="asset:/etc/hostname">',
        '<img src="../pdf.py">',
        '<object data="file:///etc/hostname"></object>',
        '<embed src="file:///etc/hostname">',
    ],
)
def test_a_letter_that_wants_a_file_or_the_network_is_not_made(html: str) -> None:
    with pytest.raises(UnusableLetter, match="may not read"):
        letter_pdf(f"<html><head></head><body>{html}</body></html>")


@pytest.mark.parametrize(
    "html",
    [
        '<svg width="9" height="9"><image href="file:///etc/hostname" width="9" height="9"/></svg>',
        '<link rel="stylesheet" href="https://example.com/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<style>@import url("file:///etc/passwd");</style>',
        '<style>@font-face { font-family: "Liberation Sans"; src: local("DejaVu Sans") }</style>',
        '<svg width="9" height="9"><style>@import "file:///etc/passwd";</style></svg>',
    ],
)
def test_no_letter_brings_styles_or_fonts_that_the_next_one_would_meet(html: str) -> None:
    with pytest.raises(UnusableLetter, match="styles or drawings of their own"):
        letter_pdf(f"<html><head>{html}</head><body>{html}</body></html>")


def test_a_letter_read_as_xml_is_the_one_that_is_read_as_html() -> None:
    html = render_letter_html(
        "reminder_1", context=message(invoice("FA-1"), sender=replace(SENDER, iban=""))
    )
    no_xml = html.replace('lang="fr"', "lang=fr")
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(no_xml)  # noqa: S314 - our own
    assert letter_pdf(html) == letter_pdf(no_xml)


def test_an_address_that_no_font_can_print_is_refused() -> None:
    nowhere = replace(DEBTOR, address=Address(lines=("1 rue \U0010fffd",), city="NANTES"))
    with pytest.raises(UnusableLetter, match="no font"):
        make_letter("reminder_4", context=message(invoice("F-1"), customer=nowhere))


def test_an_odd_character_elsewhere_does_not_stop_a_letter() -> None:
    context = message(invoice("F-\U0010fffd"), customer=DEBTOR)
    assert len(reader(make_letter("reminder_4", context=context)).pages) == 1
