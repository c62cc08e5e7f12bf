"""Amounts, dates and text as exports write them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.ledger.values import amount, clean, date_reader


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("34,71", 3471),
        ("34.71", 3471),
        ("0000000069,60", 6960),
        ("1 234,56", 123456),
        ("1\u202f234,56", 123456),
        ("1\u00a0234", 123400),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1,234,567", 123456700),
        ("1'234.50", 123450),
        ("-12,5", -1250),
        ("12,50-", -1250),
        ("\u221212,50", -1250),
        ("(12.50)", -1250),
        ("+7", 700),
        (",5", 50),
        ("12,5000", 1250),
        ("1 200,00 €", 120000),
        ("€ 12", 1200),
    ],
)
def test_an_amount_is_read_as_written_by_any_export(text: str, cents: int) -> None:
    assert amount(text, "EUR") == cents


@pytest.mark.parametrize(
    "text",
    ["", "abc", "12,345", "1,23,4", "1.2.3", "--5", "-5-", "1e3", "NaN", "inf", "12;5", "٣٤",
     "0x1f", "=1+1", "9" * 40, "12,34,56", ","],
)  # fmt: skip
def test_what_is_no_amount_of_the_currency_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|decimals"):
        amount(text, "EUR")


@pytest.mark.parametrize(
    "text",
    ["1000000000000,00", "1000000000000.00", "-1 000 000 000 000", "9" * 13, "9" * 40],
)
def test_an_amount_has_at_most_twelve_digits(text: str) -> None:
    with pytest.raises(ValueError, match=r"12 digits|not an amount"):
        amount(text, "EUR")
    assert amount("000999999999999,99", "EUR") == 99_999_999_999_999
    assert amount("999999999999", "JPY") == 999_999_999_999
    with pytest.raises(ValueError, match="12 digits"):
        amount("1000000000000", "JPY")


def test_the_decimals_follow_the_currency() -> None:
    assert amount("1250", "JPY") == 1250
    assert amount("1,234", "TND") == 1234
    with pytest.raises(ValueError, match="more decimals"):
        amount("12,50", "JPY")


def test_a_declared_decimal_mark_settles_what_groups_thousands() -> None:
    assert amount("1,234", "EUR", decimal=".") == 123400
    assert amount("1.234", "EUR", decimal=",") == 123400
    with pytest.raises(ValueError, match="not an amount"):
        amount("1.23", "EUR", decimal=",")


@settings(deadline=None)  # the machine may be busy
@given(st.integers(-(10**12), 10**12))
def test_every_amount_survives_being_written_with_two_decimals(cents: int) -> None:
    sign = "-" if cents < 0 else ""
    whole, decimals = divmod(abs(cents), 100)
    assert amount(f"{sign}{whole},{decimals:02d}", "EUR") == cents
    assert amount(f"{sign}{whole:,}.{decimals:02d}", "EUR") == cents


@pytest.mark.parametrize(
    ("form", "text"),
    [("YYYYMMDD", "20250301"), ("DD/MM/YYYY", "01/03/2025"), ("DD/MM/YYYY", "1/3/2025"),
     ("YYYY-MM-DD", "2025-03-01T10:25:37Z"), ("MM/DD/YY", "03/01/25"),
     ("DD.MM.YYYY", " 01.03.2025 "), ("YYYYMMDD", "20250301 10:25:37")],
)  # fmt: skip
def test_a_date_is_read_in_its_format(form: str, text: str) -> None:
    assert date_reader(form)(text) == date(2025, 3, 1)


@pytest.mark.parametrize("text", ["", "20250230", "2025031", "202503011", "00010101", "٢٠٢٥٠٣٠١"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day|year"):
        date_reader("YYYYMMDD")(text)


@pytest.mark.parametrize("form", ["", "DD/MM", "DD/DD/YYYY", "day", "YYYYMMDDDD"])
def test_a_format_without_day_month_and_year_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="no date format"):
        date_reader(form)


def test_formats_are_tried_in_their_order() -> None:
    assert date_reader("DD/MM/YYYY", "YYYY-MM-DD")("2025-03-01") == date(2025, 3, 1)


def test_text_loses_padding_and_what_cannot_be_printed() -> None:
    assert clean("  FA\u00a0 220001 \x07\u202e") == "FA 220001"
    assert clean("Ke\u0301rlann") == clean("K\u00e9rlann") == "K\u00e9rlann"
