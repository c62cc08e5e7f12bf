"""The batch that a tenant prints and posts itself: the list, then each letter on its own sheet."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination
from weasyprint import HTML

from relance.channels.postal.print_room import BatchLetter, UnreadableLetter, print_batch

ON = date(2025, 3, 9)


def letter(
    number: int, *, pages: int = 1, registered: bool = False, customer: str = ""
) -> BatchLetter:
    more = '<p style="break-before: page">suite</p>' * (pages - 1)
    return BatchLetter(
        reference=f"411-{number}",
        customer=customer or f"Client {number}",
        pdf=bytes(HTML(string=f"<p>lettre-{number}</p>{more}").write_pdf()),
        registered=registered,
        amount=123456,
        currency="EUR",
    )


LETTERS = [letter(1), letter(2, pages=2, registered=True), letter(3, pages=3)]


def batch(letters: list[BatchLetter], *, language: str = "fr", duplex: bool = False) -> bytes:
    return print_batch(letters, tenant="Ateliers Moreau", on=ON, language=language, duplex=duplex)


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_the_list_names_customer_kind_pages_and_amount_of_each_letter() -> None:
    listed = texts(batch(LETTERS))[0].replace("\u202f", " ").replace("\xa0", " ")
    assert "Courriers à poster" in listed
    assert "9 mars 2025" in listed
    assert "Lettres : 3, dont recommandées : 1" in listed
    rows = [line for line in listed.splitlines() if line.strip()[:1].isdigit() and "Client" in line]
    assert [row.split() for row in rows] == [
        ["2", "Client", "2", "recommandée", "avec", "AR", "2", "1", "234,56", "€"],
        ["4", "Client", "1", "lettre", "simple", "1", "1", "234,56", "€"],
        ["5", "Client", "3", "lettre", "simple", "3", "1", "234,56", "€"],
    ]


def test_registered_letters_come_first_and_each_begins_where_the_list_says() -> None:
    pages = texts(batch(LETTERS))
    assert [page.strip() for page in pages[1:]] == [
        *("lettre-2", "suite"),
        "lettre-1",
        *("lettre-3", "suite", "suite"),
    ]


def test_on_both_sides_each_letter_begins_on_a_new_sheet() -> None:
    found = PdfReader(BytesIO(batch(LETTERS, duplex=True)))
    starts = [
        found.get_destination_page_number(each)
        for each in found.outline
        if isinstance(each, Destination)
    ]
    assert starts == [2, 4, 6]
    assert len(found.pages) == 10
    assert [page.extract_text().strip() for page in found.pages][2:7:2] == [
        "lettre-2",
        "lettre-1",
        "lettre-3",
    ]


def test_the_same_letters_make_the_same_bytes() -> None:
    assert batch(LETTERS, duplex=True) == batch(LETTERS, duplex=True)


def test_a_list_of_several_pages_still_counts_right() -> None:
    many = [replace(LETTERS[0], reference=f"411-{n}", customer=f"Client {n}") for n in range(60)]
    found = PdfReader(BytesIO(batch(many, language="en")))
    cover = len(found.pages) - 60
    assert cover > 1
    (first,) = [
        line.split()[0]
        for page in found.pages[:cover]
        for line in page.extract_text().splitlines()
        if "Client 0 " in line
    ]
    assert int(first) == cover + 1
    assert "Letters to post" in found.pages[0].extract_text()


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script> & <b>Fils</b>",
        "{{ 7*7 }} {% raw %}",
        "a\x00b\r\nc\u202etxt",
        "x" * 400,
        "日本商事 🧾",
        '"><img src="file:///etc/passwd">',
    ],
)
def test_a_hostile_name_stays_text(name: str) -> None:
    pages = texts(batch([letter(1, customer=name)]))
    assert len(pages) == 2
    assert "49" not in pages[0]
    assert "root:" not in pages[0]


def test_a_language_that_is_not_written_falls_back_to_english() -> None:
    assert "Letters to post" in texts(batch(LETTERS, language="de"))[0]


@pytest.mark.parametrize("pdf", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF", LETTERS[0].pdf[:500]])
def test_a_letter_that_can_not_be_read_is_named(pdf: bytes) -> None:
    with pytest.raises(UnreadableLetter) as raised:
        batch([LETTERS[0], replace(LETTERS[1], pdf=pdf)])
    assert raised.value.reference == "411-2"


def test_no_letters_make_no_batch() -> None:
    with pytest.raises(ValueError, match="no letter"):
        batch([])
