"""Ledger uploads and their reports (L1)."""

from dataclasses import replace
from typing import Any

import pytest

from relance.app.ports import RowIssue
from tests.functions.api.site import Site


def test_an_upload_is_announced_and_confined_to_the_company(site: Site) -> None:
    answer = site.call("POST", "/v1/imports", {"file_name": "Été 2025 (1).txt", "format": "fec"})

    assert answer.status == 201
    key = answer.body["upload"]["fields"]["key"]
    assert key == f"tenants/atelier/uploads/{answer.body['id']}/_t__2025__1_.txt"
    assert answer.body["upload"]["expires_in"] == 3600
    shown = site.call("GET", answer.headers["Location"])
    assert shown.body["state"] == "awaiting_upload"
    assert shown.body["format"] == "fec"
    assert shown.body["issues"] == []


def test_a_list_of_customers_is_announced_to_a_folder_of_its_own(site: Site) -> None:
    answer = site.call("POST", "/v1/imports", {"kind": "customers", "file_name": "liste.csv"})

    identifier = answer.body["id"]
    key = answer.body["upload"]["fields"]["key"]
    assert key == f"tenants/atelier/uploads/{identifier}/customers/liste.csv"
    assert site.call("GET", answer.headers["Location"]).body["format"] == "customers"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "customers", "file_name": "a", "mapping": "export-simple"}, "/mapping"),
        ({"kind": "customers", "file_name": "a", "format": "fec"}, "/format"),
        ({"kind": "people", "file_name": "a"}, "/kind"),
        ({}, "/file_name"),
        ({"file_name": "../../rival/uploads/x.txt"}, "/file_name"),
        ({"file_name": "a\\b"}, "/file_name"),
        ({"file_name": ""}, "/file_name"),
        ({"file_name": "a.csv", "mapping": "unknown"}, "/mapping"),
        ({"file_name": "a.txt", "format": "xlsx"}, "/format"),
        ({"file_name": "a.txt", "format": "fec", "mapping": "export-simple"}, "/mapping"),
        ({"file_name": "a.txt", "key": "tenants/rival/x"}, "/key"),
    ],
)
def test_bad_input_names_its_field(site: Site, body: dict[str, Any], pointer: str) -> None:
    answer = site.call("POST", "/v1/imports", body)

    assert answer.status == 422
    assert answer.pointers == [pointer]
    assert site.call("GET", "/v1/imports").body["items"] == []


def test_two_uploads_of_one_instant_are_two_imports(site: Site) -> None:
    first = site.call("POST", "/v1/imports", {"file_name": "a.txt"}).body["id"]
    second = site.call("POST", "/v1/imports", {"file_name": "a.txt"}).body["id"]

    assert first != second


def test_a_report_shows_every_refused_row(site: Site) -> None:
    identifier = site.call("POST", "/v1/imports", {"file_name": "a.txt"}).body["id"]
    announced = site.store().import_report(identifier)
    assert announced is not None
    issue = RowIssue(row=7, column="Debit", reason="is not an amount", value="12,3,4")
    site.store().save_import(
        replace(announced, state="partial", read=9, refused=1, issues=(issue,), warnings=("cut",))
    )

    shown = site.call("GET", f"/v1/imports/{identifier}", user="vera").body
    (listed,) = site.call("GET", "/v1/imports").body["items"]

    assert shown["issues"] == [
        {"row": 7, "column": "Debit", "reason": "is not an amount", "value": "12,3,4"}
    ]
    assert shown["warnings"] == ["cut"]
    assert listed["state"] == "partial"
    assert "issues" not in listed


def test_an_import_that_is_not_there_is_not_found(site: Site) -> None:
    assert site.call("GET", "/v1/imports/unknown").status == 404


def test_a_collector_uploads_no_ledger(site: Site) -> None:
    assert site.call("POST", "/v1/imports", {"file_name": "a.txt"}, user="carl").status == 403
