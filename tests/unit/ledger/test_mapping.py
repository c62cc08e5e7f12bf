"""Mappings are checked when they are saved."""

import json
from pathlib import Path
from typing import Any

import pytest

from relance.domain.items import ItemKind
from relance.ledger.issues import MappingError
from relance.ledger.mapping import READY, find_mapping, parse_mapping

COLUMNS = {"customer_name": "Client", "number": "No", "issued": "Date", "amount": "Total"}


@pytest.mark.parametrize("name", READY)
def test_every_ready_mapping_is_right(name: str) -> None:
    assert find_mapping(name, {}).name == name


def test_a_tenants_own_mapping_goes_before_a_ready_one() -> None:
    mine = find_mapping("export-simple", {"export-simple": {"columns": COLUMNS}})
    assert mine.columns["number"] == ("No",)


def test_the_documented_mapping_is_right() -> None:
    text = (Path(__file__).parents[3] / "docs" / "ledgers.md").read_text()
    example = json.loads(text.partition("```json")[2].partition("```")[0])
    assert parse_mapping("m", example).columns["number"] == ("Pièce",)


def test_all_but_the_columns_has_a_default() -> None:
    mapping = parse_mapping("m", {"columns": COLUMNS})
    assert (mapping.separator, mapping.decimal, mapping.snapshot) == (None, None, True)
    assert (mapping.date_formats, mapping.rows) == (None, "one")


def test_words_are_kept_in_the_spelling_that_is_compared() -> None:
    mapping = parse_mapping("m", {"columns": COLUMNS, "kinds": {" Avoir émis": "credit_note"}})
    assert mapping.kinds == {"avoir emis": ItemKind.CREDIT_NOTE}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"colums": {}}, "/colums"),
        ({"columns": None}, "/columns"),
        ({"columns": {}}, "/columns"),
        ({"columns": ["No"]}, "/columns"),
        ({"columns": {**COLUMNS, "invoice/no": "X"}}, "/columns/invoice~1no"),
        ({"columns": {**COLUMNS, "due": ""}}, "/columns/due"),
        ({"columns": {**COLUMNS, "due": 3}}, "/columns/due"),
        ({"columns": {"customer_name": "C", "issued": "D", "amount": "T"}}, "/columns/number"),
        ({"columns": {"number": "N", "issued": "D", "amount": "T"}}, "/columns/customer_code"),
        ({"columns": {**COLUMNS, "due": []}}, "/columns/due"),
        ({"columns": {**COLUMNS, "due": ["Due", 3]}}, "/columns/due"),
        ({"columns": {**COLUMNS, "due": ["D"] * 21}}, "/columns/due"),
        ({"columns": {k: v for k, v in COLUMNS.items() if k != "amount"}}, "/columns/amount"),
        ({"optional": "due"}, "/optional"),
        ({"optional": ["due"]}, "/optional/0"),
        ({"optional": ["number"]}, "/optional/0"),
        ({"optional": [["amount"]]}, "/optional/0"),
        ({"optional": ["amount", ["unit_amount"]]}, "/optional/0"),
        ({"optional": {"amount": 1}}, "/optional"),
        ({"payments": {"x": ["open"]}}, "/payments/x"),
        ({"optional": ["amount"]}, "/optional/0"),
        (
            {"columns": {**COLUMNS, "unit_amount": "P"}, "optional": ["amount", "unit_amount"]},
            "/optional/0",
        ),
        ({"rows": "many"}, "/rows"),
        ({"rows": ["one"]}, "/rows"),
        ({"payments": {"Soldé": "paid"}}, "/payments/Soldé"),
        ({"separator": ":"}, "/separator"),
        ({"separator": ["x"]}, "/separator"),
        ({"decimal": "'"}, "/decimal"),
        ({"date_formats": "DD/MM/YYYY"}, "/date_formats"),
        ({"date_formats": []}, "/date_formats"),
        ({"date_formats": ["DD/MM/YYYY", "D/M"]}, "/date_formats/1"),
        ({"kinds": ["Avoir"]}, "/kinds"),
        ({"kinds": {"Avoir": "credit"}}, "/kinds/Avoir"),
        ({"statuses": {"Perdue": None}}, "/statuses/Perdue"),
        ({"statuses": {"Perdue": ["x"]}}, "/statuses/Perdue"),
        ({"columns": {**COLUMNS, "due": "x" * 201}}, "/columns/due"),
        ({"columns": {**COLUMNS, "due": ["Due", "x" * 201]}}, "/columns/due"),
        ({"optional": ["due"] * 21}, "/optional"),
        ({"date_formats": ["DD/MM/YYYY" + " " * 21]}, "/date_formats/0"),
        ({"date_formats": [{"DD/MM/YYYY": 1}]}, "/date_formats/0"),
        ({"date_formats": ["DD/MM/YYYY"] * 21}, "/date_formats"),
        ({"kinds": {"x" * 201: "invoice"}}, "/kinds"),
        ({"statuses": {str(n): "active" for n in range(101)}}, "/statuses"),
        ({"snapshot": "yes"}, "/snapshot"),
        ({"currency": "euro"}, "/currency"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping("m", {"columns": COLUMNS, **change})
    assert caught.value.pointer == pointer
