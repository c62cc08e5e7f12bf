"""A letter as the provider is told of it: nothing cut short, nothing it would refuse later (M4)."""

from dataclasses import replace

import pytest

from relance.app.errors import RefusedError
from relance.channels.postal.maileva_forms import address, document, draft
from relance.contracts.postal_account import LetterOptions
from relance.domain.customer import Address
from relance.domain.postal import Addressee
from tests.adapters.postal.samples import LETTER, RECIPIENT, account, post
from tests.fakes.postal import Maileva


def to(
    name: str,
    *lines: str,
    attention: str = "",
    city: str = "Paris",
    code: str = "75011",
    country: str = "FR",
) -> Addressee:
    place = Address(lines=lines, postal_code=code, city=city, country=country)
    return Addressee(name=name, attention=attention, address=place)


def rows(addressee: Addressee) -> list[str]:
    found = address(addressee)
    return [found.get(f"address_line_{number}", "") for number in range(1, 7)]


@pytest.mark.parametrize(
    ("addressee", "expected"),
    [
        (
            to("Lefèvre", "3 rue des Lilas"),
            ["Lefèvre", "", "", "3 rue des Lilas", "", "75011 Paris"],
        ),
        (
            to("Lefèvre", "Bât. B", "3 rue des Lilas", attention="Anne Roux"),
            ["Lefèvre", "Anne Roux", "Bât. B", "3 rue des Lilas", "", "75011 Paris"],
        ),
        (
            to("Lefèvre", "Bât. B", "3 rue des Lilas", "BP 12"),
            ["Lefèvre", "", "Bât. B", "3 rue des Lilas", "BP 12", "75011 Paris"],
        ),
        (
            to("Lefèvre", "Hall 1", "Bât. B", "3 rue des Lilas", "BP 12"),
            ["Lefèvre", "Hall 1", "Bât. B", "3 rue des Lilas", "BP 12", "75011 Paris"],
        ),
        (
            to("Société coopérative des menuisiers réunis", "3 rue des Lilas"),
            [
                "Société coopérative des menuisiers",
                "réunis",
                "3 rue des Lilas",
                "",
                "",
                "75011 Paris",
            ],
        ),
        (to("Le Bourg"), ["Le Bourg", "", "", "", "", "75011 Paris"]),
        (to(" A\x00B\r\nC ", "1\true\u2028X"), ["A B C", "", "", "1 rue X", "", "75011 Paris"]),
    ],
    ids=["one line", "two lines", "three lines", "four lines", "long name", "no street", "dirt"],
)
def test_an_address_takes_the_places_that_the_post_reads(
    addressee: Addressee, expected: list[str]
) -> None:
    assert rows(addressee) == expected


@pytest.mark.parametrize(
    "addressee",
    [
        to("", "3 rue des Lilas"),
        to("\x00", "3 rue des Lilas"),
        to("Lefèvre", "3 rue des Lilas", city=""),
        to("Lefèvre", "3 rue des Lilas", city="x" * 33),
        to("Lefèvre", "x" * 39),
        to("Lefèvre", "a", "b", "c", "d", attention="Anne Roux"),
        to("Lefèvre", *("mot " * 60).split("  ")),
        to("Lefèvre", "3 rue des Lilas", code="7501"),
        to("Lefèvre", "3 rue des Lilas", code="75O11"),
        to("Lefèvre", "3 rue des Lilas", code="٧٥٠١١"),
        to("Lefèvre", "3 rue des Lilas", code=""),
    ],
)
def test_an_address_that_does_not_fit_is_refused_and_never_cut(addressee: Addressee) -> None:
    with pytest.raises(RefusedError):
        address(addressee)


def test_abroad_the_code_is_not_one_of_france() -> None:
    found = address(to("Acme", "1 High Street", code="SW1A 1AA", city="London", country="gb"))
    assert found["address_line_6"] == "SW1A 1AA London"
    assert found["country_code"] == "GB"


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, pdf=b""),
        replace(LETTER, pdf=b"<html>"),
        replace(LETTER, pdf=b"%PDF-" + b"0" * 20_000_000),
        replace(LETTER, reference=""),
        replace(LETTER, reference="x" * 256),
        replace(LETTER, recipient=to("A", "x" * 39)),
        replace(LETTER, registered=True, recipient=to("A", "b", code="1000", country="BE")),
    ],
    ids=["empty", "no pdf", "large", "no reference", "long reference", "address", "abroad"],
)
def test_what_would_never_be_taken_is_refused_before_any_call(
    letter: object, maileva: Maileva
) -> None:
    with pytest.raises(RefusedError):
        post(maileva.address).prepare(letter)  # type: ignore[arg-type]
    assert maileva.calls == []


def test_a_registered_letter_asks_for_its_receipt_and_is_kept_three_years_at_least() -> None:
    form = draft(replace(LETTER, registered=True), account(options=LetterOptions(years=0)))
    assert form["acknowledgement_of_receipt"] is True
    assert form["acknowledgement_of_receipt_scanning"] is True
    assert form["archiving_duration"] == 3
    assert "postage_type" not in form


def test_the_sender_and_the_reference_stand_on_every_draft() -> None:
    for letter in (LETTER, replace(LETTER, registered=True)):
        form = draft(letter, account())
        assert form["sender_address_line_1"] == "Ateliers Moreau"
        assert form["sender_address_line_6"] == "13002 Marseille"
        assert form["sender_country_code"] == "FR"
        assert form["custom_data"] == LETTER.reference


@pytest.mark.parametrize("title", ["", "\x00\n", "x" * 1000, '"}, {"name": "y'])
def test_any_title_becomes_a_name(title: str, maileva: Maileva) -> None:
    post(maileva.address).prepare(replace(LETTER, title=title))
    name = maileva.only().form["name"]
    assert 1 <= len(name) <= 256
    assert name.isprintable()


def test_the_exact_bytes_of_the_letter_arrive(maileva: Maileva) -> None:
    pdf = b"%PDF-1.7\r\n" + bytes(range(256)) * 50 + b"\r\n--x\r\n\r\n"
    post(maileva.address).prepare(replace(LETTER, pdf=pdf))
    kept = maileva.only()
    assert kept.documents == [pdf]
    assert kept.metadata == [{"priority": 1, "name": "letter.pdf"}]


def test_the_same_letter_makes_the_same_form() -> None:
    assert document(LETTER.pdf) == document(LETTER.pdf)


def test_a_letter_shown_in_a_log_shows_no_bytes_and_no_secret() -> None:
    assert "%PDF" not in repr(LETTER)
    assert "-secret" not in repr(account(username="moreau"))
    assert RECIPIENT.name in repr(LETTER)
