"""What a list's own values tell of how they are written, and what they leave open (L2)."""

from datetime import date
from typing import Any

import pytest

from relance.ledger.issues import MappingError
from relance.ledger.ledger import Ledger
from tests.unit.ledger.books import read

COLUMNS = {"customer_code": "C", "number": "N", "issued": "D", "amount": "A"}


def rows(*values: tuple[str, str], **mapping: Any) -> Ledger:
    """Read a list of these dates and amounts."""
    body = [f'C{place},F{place},"{day}","{amount}"' for place, (day, amount) in enumerate(values)]
    content = "\n".join(["C,N,D,A", *body, ""])
    return read(content.encode(), mappings={"m": {"columns": COLUMNS, **mapping}}, mapping="m")


def issued(ledger: Ledger) -> list[date]:
    return [account.items[0].issued for account in ledger.accounts.values()]


def amounts(ledger: Ledger) -> list[int]:
    return [account.items[0].residual for account in ledger.accounts.values()]


@pytest.mark.parametrize(
    ("written", "mark", "cents"),
    [
        (("12,50", "1234"), ",", [1250, 123_400]),
        (("12.50", "1,234"), ".", [1250, 123_400]),
        (("1,234,567", "1,000"), ".", [123_456_700, 100_000]),
        (("1.234,5", "-1.000"), ",", [123_450, 100_000]),
        (("12", "13"), "", [1200, 1300]),
    ],
)
def test_the_decimal_mark_is_told_by_all_amounts_together(
    written: tuple[str, str], mark: str, cents: list[int]
) -> None:
    found = rows(*(("2025-01-02", text) for text in written))
    assert (found.decimal, amounts(found)) == (mark, cents)
    assert found.warnings == ()


def test_amounts_written_in_two_ways_are_each_read_by_their_own_mark_and_told() -> None:
    found = rows(("2025-01-02", "12,50"), ("2025-01-02", "12.50"))
    assert amounts(found) == [1250, 1250]
    assert "a decimal comma (1) and a decimal point (1)" in found.warnings[0]


def test_amounts_that_may_mean_two_things_are_refused_not_guessed() -> None:
    found = rows(("2025-01-02", "1,234"))
    assert found.refused == 1
    assert "say `decimal` in the mapping" in found.warnings[0]
    assert amounts(rows(("2025-01-02", "1,234"), decimal=".")) == [123_400]


def test_round_thousands_are_refused_like_others_when_nothing_tells_the_mark() -> None:
    """2,500 would be two and a half without an error: 2.50 in the place of 2500."""
    found = rows(("2025-01-02", "2,500"), ("2025-01-02", "-1,000"), ("2025-01-02", "950"))
    assert (found.refused, amounts(found)) == (2, [95_000])
    found = rows(("2025-01-02", "12,50"), ("2025-01-02", "12.50"), ("2025-01-02", "1.000"))
    assert found.refused == 1
    assert amounts(rows(("2025-01-02", "0,500"))) == [50]
    assert amounts(rows(("2025-01-02", "2,500"), ("2025-01-02", "1,50"))) == [250, 150]


def test_one_date_shows_which_comes_first_for_all() -> None:
    found = rows(("03/04/2025", "1"), ("03/13/2025", "1"))
    assert issued(found) == [date(2025, 3, 4), date(2025, 3, 13)]
    found = rows(("03/04/2025", "1"), ("13.03.2025", "1"))
    assert issued(found) == [date(2025, 4, 3), date(2025, 3, 13)]
    assert found.warnings == ()


def test_the_report_says_how_the_list_was_read() -> None:
    found = rows(("03/13/2025", "12,50"))
    assert found.read_as == "open items, comma, UTF-8, decimal comma, month first"
    assert rows(("2025-03-13", "12.50")).read_as == "open items, comma, UTF-8, decimal point"
    said = rows(("3/3/2025", "1"), ("3/4/2025", "1"), date_formats=["YYYY-MM-DD", "DD/MM/YYYY"])
    assert said.read_as == "open items, comma, UTF-8, day first"


def test_dates_that_may_mean_two_days_are_read_day_first_and_told() -> None:
    found = rows(("03/04/2025", "1"), ("05/05/2025", "1"))
    assert issued(found)[0] == date(2025, 4, 3)
    assert "Every date could have the month first" in found.warnings[0]
    said = rows(("03/04/2025", "1"), date_formats=["MM/DD/YYYY"])
    assert issued(said) == [date(2025, 3, 4)]
    assert "day and month exchanged" in said.warnings[0]


@pytest.mark.parametrize("text", ["2025-03-04", "05/05/2025"])
def test_dates_that_mean_one_day_only_are_no_doubt(text: str) -> None:
    assert rows((text, "1")).warnings == ()


def test_dates_in_both_orders_are_refused_until_someone_says_which() -> None:
    both = ("03/13/2025", "1"), ("13/03/2025", "1"), ("03/04/2025", "1")
    with pytest.raises(MappingError, match="the day first"):
        rows(*both)
    found = rows(*both, date_formats=["DD/MM/YYYY"])
    assert (found.refused, issued(found)) == (1, [date(2025, 3, 13), date(2025, 4, 3)])


@pytest.mark.parametrize(
    ("form", "text"), [("DD/MM/YYYY", "03/13/2025"), ("MM/DD/YYYY", "13/03/2025")]
)
def test_a_mapping_whose_order_the_dates_contradict_reads_nothing(form: str, text: str) -> None:
    with pytest.raises(MappingError) as caught:
        rows((text, "1"), ("03/04/2025", "1"), date_formats=[form])
    assert caught.value.pointer == "/date_formats"
    assert "1 of the file's are only right" in str(caught.value)


def test_of_two_orders_that_a_mapping_says_the_one_that_the_file_shows_goes_first() -> None:
    either = ["DD/MM/YYYY", "MM/DD/YYYY", "YYYY-MM-DD"]
    found = rows(("02/13/2025", "1"), ("02/03/2025", "1"), date_formats=either)
    assert issued(found) == [date(2025, 2, 13), date(2025, 2, 3)]
    found = rows(("13/02/2025", "1"), ("02/03/2025", "1"), date_formats=either[::-1])
    assert issued(found) == [date(2025, 2, 13), date(2025, 3, 2)]
    assert found.warnings == ()
    mixed = rows(("13/02/2025", "1"), ("02/13/2025", "1"), date_formats=either)
    assert "those that may be either were read as day first" in mixed.warnings[0]


def test_a_mapping_whose_decimal_mark_may_be_that_of_thousands_is_doubted() -> None:
    found = rows(("2025-01-02", "2,500"), ("2025-01-02", "950"), decimal=",")
    assert "Amounts like 1,234 were read with three decimals" in found.warnings[0]
    assert rows(("2025-01-02", "2,500"), ("2025-01-02", "9,50"), decimal=",").warnings == ()
    assert rows(("2025-01-02", "2,500"), decimal=".").warnings == ()


def test_what_can_be_no_thousand_shows_the_decimal_mark() -> None:
    found = rows(("2025-01-02", "1200.500"), ("2025-01-02", "12.500"))
    assert (found.decimal, amounts(found), found.warnings) == (".", [120_050, 1_250], ())
