"""Bad rows and cut files: good rows are kept, and what may be known in part is said (L1)."""

from dataclasses import replace

import pytest

from relance.ledger.issues import MOST_ISSUES, RowIssue
from tests.unit.ledger.books import Booking, fec, read, rows_of

KERV, LUMI = Booking(cents=12000), Booking(cents=5000, customer="LUMI", piece="FA2")
ROWS = rows_of(KERV, LUMI)


def with_field(row: int, column: int, value: str) -> list[list[str]]:
    rows = [[*each] for each in ROWS]
    rows[row][column] = value
    return rows


@pytest.mark.parametrize(
    ("column", "value", "issue"),
    [
        (3, "20250231", RowIssue(row=2, column="EcritureDate", reason="there is no such day",
                                 value="20250231")),
        (3, "", RowIssue(row=2, column="EcritureDate", reason="the date is missing")),
        (9, "hier", RowIssue(row=2, column="PieceDate", value="hier",
                             reason="not a date (YYYYMMDD or YYYY-MM-DD or DD/MM/YYYY or DD-MM-YYYY"
                             " or DD.MM.YYYY)")),
        (11, "12O,00", RowIssue(row=2, column="Debit", reason="not an amount", value="12O,00")),
        (11, "1,234", RowIssue(row=2, column="Debit", value="1,234",
                               reason="1.234 has more decimals than EUR allows")),
        (6, "X" * 101, RowIssue(row=2, column="CompAuxNum", reason="longer than 100 characters",
                                value="X" * 80)),
    ],
)  # fmt: skip
def test_a_bad_value_is_told_by_row_and_column_and_only_its_customer_is_doubted(
    column: int, value: str, issue: RowIssue
) -> None:
    ledger = read(fec(with_field(0, column, value)))
    assert ledger.issues == (issue,)
    assert (ledger.read, ledger.refused, ledger.whole) == (4, 1, False)
    assert list(ledger.accounts) == ["LUMI"]
    assert len(ledger.doubtful) == 1
    assert "LUMI" not in ledger.doubtful


def test_a_row_without_any_amount_is_refused() -> None:
    rows = with_field(0, 11, "")
    rows[0][12] = ""
    assert read(fec(rows)).issues[0].reason == "neither a debit nor a credit is given"


def test_an_unreadable_account_puts_everyone_in_doubt() -> None:
    ledger = read(fec(with_field(1, 4, "???")))
    assert ledger.issues[0].column == "CompteNum"
    assert ledger.doubtful == {"KERV", "LUMI"}


def test_a_bad_row_of_another_account_puts_nobody_in_doubt() -> None:
    ledger = read(fec(with_field(1, 12, "abc")))
    assert (ledger.refused, ledger.whole, ledger.doubtful) == (1, False, frozenset())


@pytest.mark.parametrize("column", [1, 5, 7, 10])
def test_a_separator_inside_a_customers_text_puts_everyone_in_doubt(column: int) -> None:
    rows = [[*each] for each in ROWS]
    rows[0][column : column + 1] = ["Pose", "et dépose"]
    ledger = read(fec(rows))
    assert ([issue.row for issue in ledger.issues], ledger.refused) == ([2], 1)
    assert ledger.doubtful >= {"LUMI"}
    assert list(ledger.accounts) == ["LUMI"]


def test_a_row_with_something_after_the_last_column_is_refused() -> None:
    issue = read(fec([[*ROWS[0], "?"], *ROWS[1:]])).issues[0]
    assert issue.reason == "19 fields where the header has 18: a separator in a text?"


def test_an_empty_field_after_the_last_column_is_no_trouble() -> None:
    assert read(fec([[*row, ""] for row in ROWS])) == read(fec(ROWS))


def test_a_shifted_row_that_is_surely_not_a_customers_doubts_nobody() -> None:
    rows = [[*each] for each in ROWS]
    rows[1][10:11] = ["Pose", "et dépose"]
    assert read(fec(rows)).doubtful == frozenset()


def test_a_file_that_puts_everyone_in_doubt_without_a_refused_row_is_not_whole() -> None:
    """A row shifted by a separator in a text, and nothing where its amount is looked for."""
    sale = [*rows_of(replace(KERV, piece="FA9"))[1]]
    sale[2] = "9"
    shifted = [*sale[:5], "Ach", "at", *sale[6:10], "", *sale[11:]]
    ledger = read(fec([*ROWS[:2], shifted, sale, *ROWS[2:]]))
    assert ledger.refused == 0
    assert ledger.doubtful == {"KERV", "LUMI"}
    assert not ledger.whole
    assert not ledger.closes_absent


@pytest.mark.parametrize("far", [0, 3])  # the mark is known by then, and the fast way taken
@pytest.mark.parametrize("amount", ["1000000000000,00", "9999999999999,99", "9" * 15 + ",00"])
def test_an_amount_that_nobody_is_owed_refuses_its_row(far: int, amount: str) -> None:
    ledger = read(fec(with_field(far, 11, amount)))
    (issue,) = ledger.issues
    assert (issue.row, issue.column) == (far + 2, "Debit")
    assert "12 digits" in issue.reason
    assert not ledger.whole


def test_a_text_broken_over_two_lines_refuses_both() -> None:
    rows = with_field(0, 10, "Pose\net dépose")
    ledger = read(fec(rows))
    assert [issue.row for issue in ledger.issues] == [2, 3]
    assert ledger.accounts["LUMI"].balances == {"EUR": 5000}


@pytest.mark.parametrize("kept", range(1, 140))
def test_a_file_cut_anywhere_is_never_taken_for_whole(kept: int) -> None:
    whole = fec(ROWS)
    cut = whole[: len(whole) - kept]
    ledger = read(cut)
    # The last fields are not used: without them, and without the line's end, nothing is lost.
    lost = len(whole) - kept < whole.rindex(b"\t20250301\t\t") + len(b"\t20250301\t\t")
    assert ledger.whole is not lost
    assert ledger.doubtful >= set(ledger.accounts) if lost else not ledger.doubtful


def test_a_file_cut_between_the_rows_of_an_entry_is_told_as_cut() -> None:
    ledger = read(fec(ROWS[:3]))
    assert "looks cut" in ledger.warnings[0]
    assert (ledger.whole, ledger.refused) == (False, 0)
    assert ledger.doubtful == {"KERV", "LUMI"}


def test_an_entry_that_lacks_a_row_doubts_its_own_customer() -> None:
    ledger = read(fec([ROWS[0], *ROWS[2:]]))
    assert ledger.doubtful == {"KERV"}
    assert "Entries that do not balance: 1; the first is VE 1." in ledger.warnings


def test_an_entry_of_others_that_does_not_balance_is_only_told() -> None:
    odd = [*ROWS[1][:2], "0", *ROWS[1][3:]]
    ledger = read(fec([odd, *ROWS]))
    assert (ledger.whole, ledger.doubtful) == (True, frozenset())
    assert "not balance" in ledger.warnings[0]


def test_a_file_of_customer_accounts_only_is_taken_with_a_warning() -> None:
    ledger = read(fec([ROWS[0], ROWS[2]]))
    assert ledger.whole
    assert "customer accounts only" in ledger.warnings[0]


def test_a_hopeless_file_lists_some_refusals_and_counts_all() -> None:
    bad = [[*ROWS[0][:11], "x", *ROWS[0][12:]] for _ in range(MOST_ISSUES + 5)]
    ledger = read(fec([*bad, *ROWS]))
    assert (len(ledger.issues), ledger.refused) == (MOST_ISSUES, MOST_ISSUES + 5)
    assert ledger.warnings[-1].startswith(f"{MOST_ISSUES + 5} rows were refused")


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "<script>", "‮evil", "'; DROP TABLE", "𝒳" * 50])
def test_hostile_text_is_only_text(text: str) -> None:
    (item,) = read(fec(with_field(0, 10, text))).accounts["KERV"].items
    assert item.label == text.replace("\u202e", "")
