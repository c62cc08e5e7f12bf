"""The exports of other programs, read without a mapping of the tenant's own (L2)."""

from datetime import date

import pytest

from relance.domain.items import ItemKind, ItemStatus
from relance.domain.reading import ReadingSettings
from relance.ledger.ledger import Ledger
from tests.unit.ledger.books import read

ODOO = (
    '"Number","Invoice Partner Display Name","Invoice/Bill Date","Due Date","Reference",'
    '"Untaxed Amount Signed","Total Signed","Amount Due Signed","Currency","Payment Status",'
    '"Status"'
)
QUICKBOOKS = "Num,Customer,Date,Due Date,Amount,Open Balance,P.O. #"
XERO = (
    "ContactName,EmailAddress,POCity,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,"
    "InvoiceAmountPaid,InvoiceAmountDue,Description,Quantity,UnitAmount,Currency,Type,Sent,Status"
)
XERO_LINES = (
    "*ContactName,EmailAddress,*InvoiceNumber,Reference,*InvoiceDate,*DueDate,*Description,"
    "*Quantity,*UnitAmount,Discount,*AccountCode,*TaxType,TaxAmount,Currency"
)


def ledger(header: str, *rows: str) -> Ledger:
    return read("\n".join([header, *rows, ""]).encode())


def open_amounts(found: Ledger) -> dict[str, dict[str, int]]:
    """What is open by customer and number, credits negative."""
    return {
        code: {item.number: item.balance for item in account.items}
        for code, account in found.accounts.items()
    }


def test_odoo_s_list_is_read_in_the_company_s_currency_with_what_is_due() -> None:
    found = ledger(
        ODOO,
        '"INV/2025/0001","Azure Nord","2025-01-10","2025-02-09","","1000.00","1,200.00",'
        '"700.00","USD","Partially Paid","Posted"',
        # Its invoice lines continue below, their parent's cells empty.
        '"","","","","","","","","","",""',
        '"RINV/2025/0001","Azure Nord","2025-01-20","2025-01-20","","-50.00","-60.00","-60.00",'
        '"EUR","Not Paid","Posted"',
        '"/","Azure Nord","","","","80.00","96.00","96.00","EUR","Not Paid","Draft"',
    )
    assert (found.mapping, found.whole, found.decimal) == ("odoo", True, ".")
    assert open_amounts(found) == {
        "Azure Nord": {"INV/2025/0001": 70_000, "RINV/2025/0001": -6_000}
    }
    assert found.accounts["Azure Nord"].balances == {"EUR": 64_000}
    assert "passed over: 1 rows" in found.warnings[-1]


def test_odoo_without_what_is_due_goes_by_the_payment_status_and_refuses_what_is_partly_paid() -> (
    None
):
    found = ledger(
        "Number;Invoice Partner Display Name;Invoice/Bill Date;Due Date;Total Signed;"
        "Payment Status",
        "INV/1;Deco Est;2025-01-10;2025-02-09;100,00;Not Paid",
        "INV/2;Deco Est;2025-01-11;2025-02-10;200,00;Paid",
        "INV/3;Azure Nord;2025-01-12;2025-02-11;300,00;Partially Paid",
        "INV/4;Deco Est;2025-01-13;2025-02-12;400,00;in_payment",
    )
    assert open_amounts(found) == {"Deco Est": {"INV/1": 10_000, "INV/2": 0, "INV/4": 0}}
    (issue,) = found.issues
    assert (issue.row, issue.column) == (4, "Payment Status")
    assert "partly paid" in issue.reason
    assert found.doubtful == {"Azure Nord"}


def test_quickbooks_aging_report_is_read_with_its_titles_groups_and_sums() -> None:
    found = ledger(
        "Sample Trading\nA/R Aging Detail\nAs of 31 December 2025\n",
        QUICKBOOKS,
        "1 - 30 days past due,,,,,,",
        '1041,"Moreau, Lise",11/18/2025,12/18/2025,"1,284.50","1,284.50",',
        'Total for 1 - 30 days past due,,,,"1,284.50","1,284.50",',
        "Current,,,,,,",
        '1063,Crest Ridge,12/14/2025,01/13/2026,"4,180.75","2,180.75",PO-1',
        ',Crest Ridge,12/20/2025,,"-75.00","-75.00",',
        'TOTAL,,,,"5,390.25","3,390.25",',
    )
    assert (found.mapping, found.decimal) == ("quickbooks-aging", ".")
    assert open_amounts(found) == {
        "Moreau, Lise": {"1041": 128_450},
        "Crest Ridge": {"1063": 218_075, "2025-12-20": -7_500},
    }
    assert found.accounts["Crest Ridge"].items[0].due == date(2026, 1, 13)
    assert found.whole


def test_a_list_without_a_currency_is_in_that_of_the_books() -> None:
    rows = f"{QUICKBOOKS}\n1041,Crest,11/18/2025,12/18/2025,10.00,10.00,\n"
    found = read(rows.encode(), settings=ReadingSettings(currency="USD"))
    assert found.accounts["Crest"].balances == {"USD": 1_000}


def test_an_invoice_without_a_number_is_refused() -> None:
    found = ledger(QUICKBOOKS, ",Crest Ridge,12/20/2025,01/19/2026,75.00,75.00,")
    assert [(i.row, i.column, i.reason) for i in found.issues] == [(2, "Num", "is missing")]


def test_a_payment_on_account_may_have_no_number() -> None:
    found = ledger(
        "Date,Transaction Type,Num,Customer,Due Date,Amount,Open Balance",
        "12/20/2025,Payment,,Crest Ridge,12/20/2025,-75.00,-75.00",
        "12/21/2025,Credit Memo,CM-1,Crest Ridge,12/21/2025,-10.00,-10.00",
        "12/22/2025,Invoice,1070,Crest Ridge,01/21/2026,310.00,310.00",
    )
    assert [(i.number, i.kind) for i in found.accounts["Crest Ridge"].items] == [
        ("Payment", ItemKind.RECEIPT),
        ("CM-1", ItemKind.CREDIT_NOTE),
        ("1070", ItemKind.INVOICE),
    ]
    assert found.whole


def xero(number: str, *, due: str = "1580.94", item: str = "Lamb", status: str = "Awaiting Payment",
         kind: str = "Sales invoice") -> str:  # fmt: skip
    return (
        f"Jellyfish,eat@example.com,Nelson,{number},ref,11/06/2026,25/06/2026,1580.94,206.22,"
        f"0.00,{due},{item},16,28.64,ZAR,{kind},Unsent,{status}"
    )


def test_xero_s_export_repeats_an_invoice_s_totals_on_each_of_its_lines() -> None:
    found = ledger(
        XERO,
        xero("INV-1"),
        xero("INV-1", item="Chicken"),
        xero("INV-2", status="Draft"),
        xero("CN-1", kind="Sales credit note"),
        xero("", kind="Sales overpayment"),
    )
    items = found.accounts["Jellyfish"].items
    assert (found.mapping, found.whole) == ("xero", True)
    assert {(i.number, i.kind, i.residual, i.currency, i.status) for i in items} == {
        ("INV-1", ItemKind.INVOICE, 158_094, "ZAR", ItemStatus.ACTIVE),
        ("INV-2", ItemKind.INVOICE, 158_094, "ZAR", ItemStatus.DRAFT),
        ("CN-1", ItemKind.CREDIT_NOTE, 158_094, "ZAR", ItemStatus.ACTIVE),
        ("Sales overpayment", ItemKind.RECEIPT, 158_094, "ZAR", ItemStatus.ACTIVE),
    }
    assert found.accounts["Jellyfish"].email == "eat@example.com"


def test_two_overpayments_without_a_number_are_two() -> None:
    found = ledger(
        XERO,
        xero("", kind="Sales overpayment"),
        xero("", kind="Sales overpayment").replace("1580.94", "20.00"),
    )
    assert sorted(i.residual for i in found.accounts["Jellyfish"].items) == [2_000, 158_094]
    assert found.whole


def test_rows_of_one_invoice_that_contradict_each_other_are_refused_together() -> None:
    found = ledger(XERO, xero("INV-1"), xero("INV-1", due="80.00"), xero("INV-2"))
    assert open_amounts(found) == {"Jellyfish": {"INV-2": 158_094}}
    assert [(i.row, i.reason) for i in found.issues] == [
        (2, "another row of this invoice is refused"),
        (3, "contradicts the rows above of its number"),
    ]
    assert found.refused == 2
    assert found.doubtful == {"Jellyfish"}


def line(number: str, quantity: str, price: str, *, discount: str = "", tax: str = "") -> str:
    return (
        f"Glen,,{number},,05/03/2025,13/03/2025,Work,{quantity},{price},{discount},200,20%,{tax},"
    )


def test_xero_s_lines_of_one_invoice_add_up_less_the_rebate_with_the_tax() -> None:
    found = ledger(
        XERO_LINES,
        line("INV-1", "3", "33.3333", tax="20.00"),
        line("INV-1", "2", "50", discount="10", tax="18.00"),
        line("INV-2", "1", "-40"),
    )
    assert (found.mapping, found.snapshot) == ("xero-lines", False)
    assert open_amounts(found) == {"Glen": {"INV-1": 22_800, "INV-2": -4_000}}


def test_lines_without_a_tax_column_are_taken_as_including_it_and_that_is_told() -> None:
    header = XERO_LINES.replace("TaxAmount,", "")
    found = ledger(header, "Glen,,INV-1,,05/03/2025,13/03/2025,Work,1,100,,200,20%,")
    assert open_amounts(found) == {"Glen": {"INV-1": 10_000}}
    assert any("as including it" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        (line("INV-1", "x", "10"), "*Quantity"),
        (line("INV-1", "1", "1O"), "*UnitAmount"),
        (line("INV-1", "1", ""), "*UnitAmount"),
        (line("INV-1", "1", "10", discount="110"), "Discount"),
        (line("INV-1", "1", "10", tax="?"), "TaxAmount"),
    ],
)
def test_an_invoice_with_one_bad_line_is_refused_whole_and_given_back_whole(
    bad: str, column: str
) -> None:
    found = ledger(XERO_LINES, line("INV-1", "1", "10"), bad, line("INV-2", "1", "10"))
    assert open_amounts(found) == {"Glen": {"INV-2": 1_000}}
    assert [(i.row, i.column) for i in found.issues] == [(2, ""), (3, column)]
    assert [one.row for one in found.refused_rows] == [2, 3]


def test_an_invoice_called_paid_whose_open_amount_is_left_empty_is_not_open() -> None:
    simple = (
        "Numéro Facture;Date Émission;Date Échéance;Client;Montant TTC;Statut;Montant Payé;"
        "Reste à Payer"
    )
    found = ledger(
        simple,
        "F1;15/01/2025;15/02/2025;Fontbrune;1200,00;Payée;;",
        "F2;20/01/2025;20/02/2025;Fontbrune;600,00;En retard;;",
        "F3;20/01/2025;20/02/2025;Rocher;600,00;Partiellement payée;;",
    )
    assert open_amounts(found) == {"Fontbrune": {"F1": 0, "F2": 60_000}}
    assert [issue.row for issue in found.issues] == [4]
    assert found.doubtful == {"Rocher"}
    found = ledger(
        XERO,
        "Azure,,,INV-1,,15/01/2025,15/02/2025,100.00,,,,Work,1,100.00,EUR,Sales invoice,,Paid",
    )
    assert open_amounts(found) == {"Azure": {"INV-1": 0}}
