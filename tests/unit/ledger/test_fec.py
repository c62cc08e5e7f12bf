"""The FEC as it is exported in real life (L2)."""

from datetime import date

import pytest

from relance.domain.items import ItemKind
from relance.domain.reading import ReadingSettings
from relance.ledger.issues import LedgerError
from relance.ledger.ledger import Ledger
from tests.unit.ledger.books import DATA, HEADER, Booking, fec, read, read_bookings, rows_of

INVOICE = Booking(cents=12000)
ROWS = rows_of(INVOICE)


def only_item(ledger: Ledger) -> tuple[ItemKind, int, int]:
    ((item,),) = (account.items for account in ledger.accounts.values())
    return item.kind, item.original, item.residual


def test_a_sale_makes_an_open_invoice() -> None:
    ledger = read_bookings(INVOICE)
    account = ledger.accounts["KERV"]
    (item,) = account.items
    assert (account.name, account.balances) == ("Nom KERV", {"EUR": 12000})
    assert (item.number, item.issued, item.due) == ("FA1", date(2025, 3, 1), None)
    assert (item.original, item.residual, item.label) == (12000, 12000, "Pose")
    assert (ledger.format, ledger.read, ledger.whole) == ("fec", 2, True)


@pytest.mark.parametrize(
    ("journal", "cents", "kind"),
    [
        ("VE", 100, ItemKind.INVOICE),
        ("VE", -100, ItemKind.CREDIT_NOTE),
        ("BQ", -100, ItemKind.RECEIPT),
        ("BQ", 100, ItemKind.INVOICE),
        ("OD", -100, ItemKind.WRITE_OFF),
    ],
)
def test_the_entry_tells_what_a_row_is(journal: str, cents: int, kind: ItemKind) -> None:
    assert only_item(read_bookings(Booking(cents=cents, journal=journal)))[0] is kind


def test_a_payment_settles_what_shares_its_letter() -> None:
    ledger = read_bookings(
        Booking(cents=12000, letter="AA"),
        Booking(cents=-12000, letter="AA", journal="BQ", day="20250405", piece="VIR"),
    )
    invoice, receipt = ledger.accounts["KERV"].items
    assert (invoice.residual, invoice.paid_on) == (0, date(2025, 4, 5))
    assert (receipt.residual, receipt.paid_on) == (0, None)


def test_a_write_off_settles_without_a_payment() -> None:
    ledger = read_bookings(
        Booking(cents=12000, letter="AA"),
        Booking(cents=-12000, letter="AA", journal="OD", piece="P"),
    )
    assert {(item.residual, item.paid_on) for item in ledger.accounts["KERV"].items} == {(0, None)}


def test_a_credit_of_the_years_opening_is_no_payment_of_that_day() -> None:
    rows = rows_of(
        Booking(cents=-12000, letter="AA", journal="BQ", day="20250101", piece="AN"),
        Booking(cents=12000, letter="AA"),
    )
    capital = [*rows[1][:4], "101000", "Capital", *rows[1][6:11], "0,00", "0,00", *rows[1][13:]]
    invoice = read(fec([capital, *rows])).accounts["KERV"].items[1]
    assert (invoice.residual, invoice.paid_on) == (0, None)


def test_one_letter_at_two_customers_matches_nothing_between_them() -> None:
    ledger = read_bookings(
        Booking(cents=100, letter="AA"), Booking(cents=-100, letter="AA", customer="LUMI")
    )
    assert [a.items[0].residual for a in ledger.accounts.values()] == [100, 100]


def test_a_negative_debit_is_a_credit() -> None:
    rows = [[*row] for row in ROWS]
    rows[0][11], rows[0][12] = "-120,00", ""
    rows[1][11], rows[1][12] = "", "-120,00"
    assert only_item(read(fec(rows))) == (ItemKind.CREDIT_NOTE, 12000, 12000)


def test_a_row_of_nothing_makes_no_item() -> None:
    rows = [*ROWS, [*ROWS[0][:11], "0,00", "0,00", *ROWS[0][13:]]]
    assert only_item(read(fec(rows)))[1] == 12000


@pytest.mark.parametrize("separator", ["\t", "|", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
def test_separators_and_line_ends_change_nothing(separator: str, end: str) -> None:
    assert read(fec(ROWS, separator=separator, end=end)) == read(fec(ROWS))


def test_a_comma_file_quotes_its_amounts() -> None:
    rows = [[f'"{field}"' for field in row] for row in ROWS]
    assert read(fec(rows, separator=",")) == read(fec(ROWS))


def test_names_of_columns_are_read_whatever_their_case_order_and_spacing() -> None:
    shuffled = [list(reversed(row)) for row in ROWS]
    header = [f" {name.upper()} " for name in reversed(HEADER)]
    assert read(fec(shuffled, header=header)) == read(fec(ROWS))


def test_padding_old_character_sets_and_separators_at_the_end_are_no_trouble() -> None:
    ledger = read((DATA / "fec_pipe_padded_cp1252.txt").read_bytes())
    paid, unpaid = ledger.accounts["00000501"], ledger.accounts["00000502"]
    assert (paid.name, unpaid.name) == ("Forge Élianthe", "Été & Fils")
    assert paid.items[0].paid_on == date(2025, 4, 2)
    assert (unpaid.items[0].number, unpaid.balances) == ("FA 0325", {"EUR": 36000})
    assert ledger.whole


def test_a_dos_file_spoils_accents_only_and_is_right_once_its_set_is_named() -> None:
    content = (DATA / "fec_pipe_padded_cp850.txt").read_bytes()
    guessed, told = read(content), read(content, settings=ReadingSettings(encoding="cp850"))
    assert told.accounts["00000501"].name == "Forge Élianthe"
    assert {code: a.balances for code, a in guessed.accounts.items()} == {
        code: a.balances for code, a in told.accounts.items()
    }
    assert any("cp1252" in warning for warning in guessed.warnings)


def test_extra_columns_give_the_due_date_and_the_true_number() -> None:
    ledger = read((DATA / "fec_semicolon_due_dates.csv").read_bytes())
    (item,) = ledger.accounts["LUMI"].items
    assert (item.number, item.due) == ("FA-2025-0012", date(2025, 3, 7))
    assert (item.issued, item.residual, item.label) == (date(2025, 2, 5), 24050, "Verres; montures")
    assert ledger.accounts["LUMI"].name == 'Optique "Lumineau"'


def test_an_amount_with_its_side_replaces_debit_and_credit() -> None:
    account = read((DATA / "fec_amount_and_side.txt").read_bytes()).accounts["JOUV"]
    assert [(item.kind, item.residual) for item in account.items] == [
        (ItemKind.INVOICE, 60000),
        (ItemKind.CREDIT_NOTE, 10000),
    ]


def test_without_an_auxiliary_account_the_account_itself_is_the_customer() -> None:
    rows = [[*row] for row in ROWS]
    rows[0][4:8] = ["411DUPRE", "Dupré SA", "", ""]
    assert read(fec(rows)).accounts["411DUPRE"].name == "Dupré SA"


def test_a_collective_account_is_pointed_out() -> None:
    rows = [[*row] for row in ROWS]
    rows[0][6:8] = ["", ""]
    assert "411000 has rows without an auxiliary" in read(fec(rows)).warnings[0]


def test_a_reference_left_empty_shows_the_text_instead() -> None:
    rows = [[*row] for row in ROWS]
    rows[0][8] = ""
    (item,) = read(fec(rows)).accounts["KERV"].items
    assert item.number == "Pose"


def test_an_auxiliary_account_that_cannot_be_printed_is_none() -> None:
    rows = [[*row] for row in ROWS]
    rows[0][6] = "\u200b"
    assert list(read(fec(rows)).accounts) == ["411000"]


def test_a_foreign_amount_is_taken_as_booked_and_said_so() -> None:
    rows = [[*row] for row in ROWS]
    rows[0][16:] = ["130,00", "USD"]
    ledger = read(fec(rows))
    assert ledger.accounts["KERV"].balances == {"EUR": 12000}
    assert "USD" in ledger.warnings[0]


def test_a_piece_date_left_empty_or_zero_is_the_booking_date() -> None:
    rows = [[*row] for row in ROWS]
    rows[0][9] = "00000000"
    (item,) = read(fec(rows)).accounts["KERV"].items
    assert item.issued == date(2025, 3, 1)


def test_trailing_empty_fields_may_be_left_off() -> None:
    assert read(fec([row[:14] for row in ROWS])) == read(fec(ROWS))


def test_two_files_put_end_to_end_are_one() -> None:
    second = rows_of(Booking(cents=5000, piece="FA2"))
    for row in second:
        row[2] = "2"
    assert read(fec(ROWS) + fec(second)).read == 4
    assert read(fec(ROWS) + fec(second)).whole


def test_the_name_most_rows_give_is_the_customers() -> None:
    rows = rows_of(*(Booking(cents=100, piece=f"F{n}") for n in range(3)))
    rows[0][7] = "Misspelt"
    assert read(fec(rows)).accounts["KERV"].name == "Nom KERV"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (fec([]), "a header and no row"),
        (fec([ROWS[1]]), "no row in a customer account"),
        (fec(ROWS, header=[n for n in HEADER if n != "Debit"]), "no column Debit"),
        (fec(ROWS, header=[*HEADER, "Debit"]), "Debit is in the header twice"),
        (b"dear sir,\nplease find enclosed\n", "neither an FEC nor a list"),
    ],
)
def test_what_is_no_usable_fec_is_refused_with_its_reason(content: bytes, told: str) -> None:
    with pytest.raises(LedgerError, match=told):
        read(content)
