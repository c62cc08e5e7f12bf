"""Open-item lists read by a column mapping (L2)."""

from datetime import date
from typing import Any

import pytest

from relance.domain.items import ItemKind, ItemStatus
from relance.ledger.issues import LedgerError, MappingError
from relance.ledger.ledger import Ledger
from tests.unit.ledger.books import DATA, read

COLUMNS = {"customer_code": "Code", "customer_name": "Name", "number": "No", "issued": "Date",
           "due": "Due", "amount": "Amount", "residual": "Open"}  # fmt: skip
MAPPING: dict[str, Any] = {"columns": COLUMNS, "date_formats": ["YYYY-MM-DD"]}
HEADER = "Code;Name;No;Date;Due;Amount;Open"
ROW = "C1;Kervadec;F1;2025-03-01;2025-03-31;120,00;120,00"


def read_rows(*rows: str, header: str = HEADER, end: str = "\n", **changes: Any) -> Ledger:
    content = "\n".join([header, *rows]) + end
    return read(content.encode(), mappings={"ours": {**MAPPING, **changes}}, mapping="ours")


def test_the_simple_french_export_needs_no_mapping_of_ones_own() -> None:
    ledger = read((DATA / "open_items_export_simple.csv").read_bytes())
    assert (ledger.format, ledger.mapping, ledger.whole) == ("open_items", "export-simple", True)
    hotel = ledger.accounts["Hôtel Rocher"]
    assert [(i.number, i.kind, i.original, i.residual) for i in hotel.items] == [
        ("F-1002", ItemKind.INVOICE, 300000, 300000),
        ("F-1003", ItemKind.INVOICE, 60000, 45000),
        ("F-1004", ItemKind.CREDIT_NOTE, 12000, 12000),
    ]
    assert hotel.balances == {"EUR": 333000}
    paid, draft = ledger.accounts["SARL Fontbrune"].items
    assert (paid.residual, paid.due) == (0, date(2025, 2, 10))
    assert draft.status is ItemStatus.DRAFT


def test_a_list_with_titles_above_and_a_total_below_is_read() -> None:
    mapping = {
        "columns": {"number": "Num", "customer_name": "Customer", "issued": "Date",
                    "due": "Due Date", "amount": "Amount", "residual": "Open Balance"},
        "date_formats": ["MM/DD/YYYY"],
        "decimal": ".",
        "currency": "USD",
    }  # fmt: skip
    ledger = read((DATA / "aging_with_titles.csv").read_bytes(), mappings={"aging": mapping})
    (item,) = ledger.accounts["Glen, Aoife"].items
    assert (item.residual, item.currency, item.due) == (128450, "USD", date(2025, 12, 2))
    assert ledger.accounts['Barrow "B" Ltd'].items[0].residual == 10000
    assert ledger.warnings == ("Headings, sums, continuations and drafts, passed over: 1 rows.",)
    assert ledger.whole


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (ROW.replace("120,00;120,00", "1000000000000,00;120,00"), "Amount"),
        (ROW.replace("120,00;120,00", "120,00;9999999999999,00"), "Open"),
    ],
)
def test_an_amount_that_nobody_is_owed_refuses_its_row(row: str, column: str) -> None:
    ledger = read_rows(ROW.replace("F1", "F0"), row)
    (issue,) = ledger.issues
    assert (issue.row, issue.column) == (3, column)
    assert "12 digits" in issue.reason
    assert [item.number for item in ledger.accounts["C1"].items] == ["F0"]


@pytest.mark.parametrize("price", ["999999999999", "1" + "0" * 28])
def test_a_line_that_comes_to_what_nobody_is_owed_refuses_its_row(price: str) -> None:
    columns = {**COLUMNS, "unit_amount": "Amount", "quantity": "Open"}
    del columns["amount"], columns["residual"]
    ledger = read_rows(ROW.replace("120,00;120,00", f"{price};999999999999"), columns=columns)
    assert [(issue.row, issue.column) for issue in ledger.issues] == [(2, "Amount")]


def test_what_was_paid_serves_when_there_is_no_residual() -> None:
    columns = {**COLUMNS, "paid": "Open"}
    del columns["residual"]
    ledger = read_rows(ROW.replace("120,00;120,00", "120,00;50,00"), columns=columns)
    assert ledger.accounts["C1"].items[0].residual == 7000


def test_with_neither_residual_nor_payment_the_amount_is_open() -> None:
    columns = {target: name for target, name in COLUMNS.items() if target != "residual"}
    assert read_rows(ROW, columns=columns).accounts["C1"].items[0].residual == 12000


def test_a_row_that_leaves_empty_what_is_open_is_refused_unless_it_says_so_elsewhere() -> None:
    empty = ROW.replace("120,00;120,00", "120,00;")
    ledger = read_rows(empty)
    assert [(issue.column, issue.reason) for issue in ledger.issues] == [
        ("Open", "is empty: it can't be told what is open")
    ]
    told = {**COLUMNS, "payment": "Payment"}
    rows = [f"{empty};Paid", f"{empty.replace('F1', 'F2')};Open"]
    ledger = read_rows(
        *rows,
        header=f"{HEADER};Payment",
        columns=told,
        payments={"Paid": "settled", "Open": "open"},
    )
    assert [item.residual for item in ledger.accounts["C1"].items] == [0, 12000]
    draft = read_rows(
        f"{empty};Draft",
        header=f"{HEADER};State",
        columns={**COLUMNS, "status": "State"},
        statuses={"Draft": "draft"},
    )
    assert draft.whole


def test_a_settled_item_knows_its_payment_only_from_a_column() -> None:
    columns = {**COLUMNS, "paid_on": "Paid"}
    row = ROW.replace(";120,00;120,00", ";120,00;0,00;2025-03-20")
    ledger = read_rows(row, header=f"{HEADER};Paid", columns=columns)
    assert ledger.accounts["C1"].items[0].paid_on == date(2025, 3, 20)


def test_words_of_the_file_are_translated_whatever_their_accents() -> None:
    columns = {**COLUMNS, "kind": "Type"}
    kinds = {"Réglement": "receipt", "*": "invoice"}
    rows = [f"{ROW};REGLEMENT", f"{ROW.replace('F1', 'F2')};Autre"]
    ledger = read_rows(*rows, header=f"{HEADER};Type", columns=columns, kinds=kinds)
    assert [i.kind for i in ledger.accounts["C1"].items] == [ItemKind.RECEIPT, ItemKind.INVOICE]


def test_each_currency_has_its_own_balance() -> None:
    columns = {**COLUMNS, "currency": "Cur"}
    ledger = read_rows(f"{ROW};EUR", f"{ROW};usd", header=f"{HEADER};Cur", columns=columns)
    assert ledger.accounts["C1"].balances == {"EUR": 12000, "USD": 12000}


def test_an_email_address_is_kept_when_usable() -> None:
    columns = {**COLUMNS, "email": "Mail"}
    rows = [f"{ROW};compta@example.com", f"{ROW.replace('C1', 'C2')};not an address"]
    ledger = read_rows(*rows, header=f"{HEADER};Mail", columns=columns)
    assert ledger.accounts["C1"].email == "compta@example.com"
    assert ledger.accounts["C2"].email is None
    assert "left out: 1" in ledger.warnings[0]


def test_a_delta_closes_nothing_that_it_lacks() -> None:
    assert read_rows(ROW).closes_absent
    assert not read_rows(ROW, snapshot=False).closes_absent


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("2025-03-01", "01/03/2025", "Date", "not a date (YYYY-MM-DD)"),
        ("2025-03-01", "", "Date", "is missing"),
        ("2025-03-31", "2025-02-30", "Due", "there is no such day"),
        ("F1", "", "No", "is missing"),
        ("120,00;120,00", "12O;0", "Amount", "not an amount"),
        ("120,00;120,00", ";0", "Amount", "is missing"),
        ("120,00;120,00", "120;130", "Open", "more than the amount, or on the other side"),
        ("120,00;120,00", "120;-10", "Open", "more than the amount, or on the other side"),
    ],
)
def test_a_bad_value_is_told_by_the_files_own_column(
    old: str, new: str, column: str, reason: str
) -> None:
    ledger = read_rows(ROW.replace(old, new), ROW.replace("C1", "C2"))
    (issue,) = ledger.issues
    assert (issue.row, issue.column, issue.reason) == (2, column, reason)
    assert not ledger.whole
    assert ledger.doubtful == {"C1"}
    assert list(ledger.accounts) == ["C2"]


def test_a_word_that_is_not_translated_is_refused() -> None:
    columns = {**COLUMNS, "status": "Status"}
    ledger = read_rows(
        f"{ROW};Perdue", header=f"{HEADER};Status", columns=columns, statuses={"Due": "active"}
    )
    assert (ledger.issues[0].column, ledger.issues[0].value) == ("Status", "Perdue")


@pytest.mark.parametrize("bad", [ROW.replace("C1;Kervadec", ";"), "C1;Kervadec", f"{ROW};more"])
def test_a_row_that_may_be_anyones_puts_everyone_in_doubt(bad: str) -> None:
    ledger = read_rows(bad, ROW.replace("C1", "C2"))
    assert ledger.refused == 1
    assert ledger.doubtful == {"C2"}


def test_a_list_that_ends_inside_a_row_is_cut() -> None:
    ledger = read_rows(ROW, "C2;Lumineau;F2;2025-03", end="")
    assert ledger.issues[0].reason == "the file ends in the middle of this row"
    assert "looks cut" in ledger.warnings[-1]
    assert ledger.doubtful == {"C1"}


def test_a_last_line_without_its_end_is_whole() -> None:
    assert read_rows(ROW, end="").whole


def test_a_mapping_that_nobody_made_is_told_with_those_there_are() -> None:
    with pytest.raises(
        MappingError, match=r"no column mapping 'sage'. Known: export-simple, odoo, ours,"
    ):
        read(HEADER.encode() + b"\n", mappings={"ours": MAPPING}, mapping="sage")


def test_a_column_that_the_file_lacks_is_told_with_those_it_has() -> None:
    with pytest.raises(MappingError) as caught:
        read_rows(ROW, header=HEADER.replace("Open", "Rest"))
    assert caught.value.pointer == "/columns/residual"
    assert str(caught.value) == (
        "The mapping 'ours' takes residual from the column 'Open', which is not in the file."
        " The file has: 'Code', 'Name', 'No', 'Date', 'Due', 'Amount', 'Rest'."
    )


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(MappingError, match="which is twice in the file"):
        read_rows(f"{ROW};1", header=f"{HEADER};open")


def test_a_list_without_rows_is_refused() -> None:
    with pytest.raises(LedgerError, match="a header and no row"):
        read_rows()


def test_a_file_that_no_mapping_fits_shows_its_first_row() -> None:
    with pytest.raises(LedgerError, match="Its first row is: a;b;c"):
        read(b"a;b;c\n1;2;3\n", mappings={"ours": MAPPING})
