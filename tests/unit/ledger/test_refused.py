"""Refused rows come back as a file that can be corrected and sent again (L1)."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.ledger.issues import MOST_REFUSED
from relance.ledger.refused import refused_csv
from relance.ledger.spreadsheet import neutral, plain
from tests.unit.ledger.books import HEADER, Booking, fec, read, rows_of

KERV, LUMI = Booking(cents=12000), Booking(cents=5000, customer="LUMI", piece="FA2")
LIST = (
    "Numéro Facture;Date Émission;Date Échéance;Client;Montant TTC;Statut;Montant Payé;"
    "Reste à Payer"
)


def bad_fec(**values: str) -> bytes:
    """Return a file whose first row has these values."""
    rows = rows_of(KERV, LUMI)
    for name, value in values.items():
        rows[0][HEADER.index(name)] = value
    return fec(rows)


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_a_refused_row_comes_back_whole_under_the_files_header_with_its_reason() -> None:
    ledger = read(bad_fec(EcritureDate="20250231", EcritureLib="Pose; dépose"))
    header, row = cells(refused_csv(ledger))
    assert header == ["Relance row", "Relance column", "Relance reason", *HEADER]
    assert row[:3] == ["2", "EcritureDate", "there is no such day"]
    assert row[3:][HEADER.index("EcritureLib")] == "Pose; dépose"
    assert row[3:][HEADER.index("EcritureDate")] == "20250231"


def test_a_file_without_refused_rows_gives_no_such_file() -> None:
    assert refused_csv(read(bad_fec())) == b""


def test_corrected_rows_of_an_fec_are_taken_close_nothing_and_leave_their_customer_in_doubt() -> (
    None
):
    refused = refused_csv(read(bad_fec(EcritureDate="20250231")))
    ledger = read(refused.replace(b"20250231", b"20250228"))
    assert (ledger.refused, ledger.snapshot, ledger.closes_absent) == (0, False, False)
    assert ledger.accounts["KERV"].balances == {"EUR": 12000}
    # Its letter may match a payment that only the whole file has.
    assert (ledger.whole, set(ledger.doubtful)) == (False, {"KERV"})
    assert "corrected rows" in ledger.warnings[0]


def test_corrected_rows_of_a_list_are_taken_and_close_nothing() -> None:
    rows = ["F1;01/03/2025;31/02/2025;Forge;120,00;Envoyée;;120,00",
            "F2;01/03/2025;31/03/2025;Optique;60,00;Envoyée;;60,00"]  # fmt: skip
    refused = refused_csv(read("\n".join([LIST, *rows, ""]).encode()))
    ledger = read(refused.replace(b"31/02/2025", b"28/02/2025"))
    assert (ledger.read, ledger.refused, ledger.snapshot, ledger.whole) == (1, 0, False, True)
    assert list(ledger.accounts) == ["Forge"]


def test_a_formula_in_a_refused_row_is_only_text_and_comes_back_as_it_was() -> None:
    text = "=cmd|' /C calc'!A0"
    refused = refused_csv(read(bad_fec(EcritureDate="x", EcritureLib=text)))
    assert cells(refused)[1][3:][HEADER.index("EcritureLib")] == "'" + text
    # The file's own amounts stay amounts.
    assert cells(refused)[1][3:][HEADER.index("Debit")] == "120,00"
    (item,) = read(refused.replace(b";x;", b";20250301;")).accounts["KERV"].items
    assert item.label == text


def test_rows_of_a_hopeless_file_are_kept_up_to_a_bound_and_all_are_counted() -> None:
    bad = [[*rows_of(KERV)[0][:11], "x", "", *[""] * 5] for _ in range(MOST_REFUSED + 5)]
    ledger = read(fec([*bad, *rows_of(LUMI)]))
    assert (len(ledger.refused_rows), ledger.refused) == (MOST_REFUSED, MOST_REFUSED + 5)


def test_long_rows_are_kept_up_to_a_bound_too() -> None:
    row = [*rows_of(KERV)[0]]
    row[10:12] = ["y" * 60_000, "x"]
    ledger = read(fec([*([row] * 100), *rows_of(LUMI)]))
    assert (len(ledger.refused_rows), ledger.refused) == (83, 100)


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\tx", "\r=x", "\n=x", " =1", "＝1+1", "+cmd|' /C calc'!A0",
     "-2+3+cmd|' /C calc'!A0", '=HYPERLINK("https://example.com")'],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert neutral(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell", ["", "-12,50", "+12.50", "-1 234,50", "-5%", "-3,00 €", "-", "+", "12", "l'eau", "a=b"]
)
def test_numbers_and_plain_text_stay_as_they_are(cell: str) -> None:
    assert neutral(cell) == cell


@given(st.text(st.sampled_from("'=+-@\t\r\n 1,a＝"), max_size=8))
def test_neutral_cells_read_back_as_they_were(cell: str) -> None:
    assert plain(neutral(cell)) == cell
