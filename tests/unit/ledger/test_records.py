"""Lines to fields."""

import pytest

from relance.ledger.records import Record, records
from relance.ledger.source import opened


def records_of(text: str, separator: str) -> list[Record]:
    with opened([text.encode()], fallback="cp1252") as source:
        return list(records(source, separator))


def test_a_quote_in_a_tab_file_is_an_ordinary_character() -> None:
    assert records_of('tube 5"\t12\n', "\t")[0].fields == ['tube 5"', "12"]


def test_a_field_wholly_in_quotes_loses_them_in_a_tab_file() -> None:
    assert records_of('"34,71"\t"dit ""Jo"""\n', "\t")[0].fields == ["34,71", 'dit "Jo"']


def test_separators_and_line_ends_inside_quotes_belong_to_the_field() -> None:
    first, second = records_of('"a;b\nc";"d ""e"""\nf;g\n', ";")
    assert first.fields == ["a;b\nc", 'd "e"']
    assert (second.row, second.fields) == (2, ["f", "g"])


def test_a_quote_inside_a_plain_field_opens_nothing() -> None:
    assert records_of('tube 5" gris;12\nautre;"x"\n', ";")[0].fields == ['tube 5" gris', "12"]


def test_a_quote_never_closed_costs_one_row_not_the_file() -> None:
    rows = records_of('a;"b\n' + "c;d\n" * 60, ";")
    assert rows[0].problem == "a quote is opened and never closed"
    assert [row.fields for row in rows[1:]] == [["c", "d"]] * 60


def test_blank_records_count_as_rows() -> None:
    rows = records_of("a|b\n\n | \nc|d\n", "|")
    assert [(row.row, row.blank) for row in rows] == [(1, False), (2, True), (3, True), (4, False)]


@pytest.mark.parametrize(("text", "unended"), [("a;b\nc;d", [False, True]), ("a;b\n", [False])])
def test_only_a_last_line_without_end_is_marked(text: str, unended: list[bool]) -> None:
    assert [row.unended for row in records_of(text, ";")] == unended
