"""Ledger uploads and their reports (L1)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from relance.app.errors import BadInput
from relance.app.import_report import Closing, Hold, HoldReason, ImportAmounts, ImportReport
from relance.app.uploads import announce_upload
from relance.contracts.http.imports import ImportCreate
from relance.ledger.issues import RowIssue
from tests.fakes.memory.files import MemoryFiles
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
        ({"file_name": "."}, "/file_name"),
        ({"file_name": ".."}, "/file_name"),
        ({"file_name": " .. "}, "/file_name"),
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


@pytest.mark.parametrize("name", ["...", ".csv", "a.", "..a", "a..b", "é"])
def test_a_name_of_any_other_form_is_taken(site: Site, name: str) -> None:
    assert site.call("POST", "/v1/imports", {"file_name": name}).status == 201


def test_an_upload_that_gets_no_address_is_no_import(site: Site) -> None:
    store, elsewhere = site.store(), MemoryFiles("rival")

    with pytest.raises(BadInput):
        announce_upload(
            ImportCreate(file_name="a.csv"), store=store, files=elsewhere, now=site.clock.now()
        )
    assert store.imports(limit=5).entries == ()


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


def held(site: Site, identifier: str = "held", **changes: Any) -> ImportReport:
    """Store an import that waits for a yes."""
    report = ImportReport(
        id=identifier,
        state="held",
        key="tenants/atelier/books.txt",
        started_at=datetime(2025, 3, 9, 9, tzinfo=UTC),
        ended_at=datetime(2025, 3, 9, 9, 0, 2, 500_000, tzinfo=UTC),
        closed=12,
        absent=12,
        amounts=(
            ImportAmounts(currency="EUR", open_before=150_050, open_after=50, closed=150_000),
        ),
        closings=(
            Closing(
                customer="C1",
                number="FA-1",
                amount=90_000,
                currency="EUR",
                why="absent",
            ),
        ),
        holds=(Hold(reason=HoldReason.CLOSES_MUCH, message="12 of 13 open items"),),
        mark="v1",
        file_version="v1",
        size=7,
    )
    site.store().save_import(replace(report, **changes))
    return report


def test_a_held_import_says_why_and_what_it_would_do(site: Site) -> None:
    held(site)
    site.add_customer("C1")
    shown = site.call("GET", "/v1/imports/held", user="vera").body
    assert shown["holds"] == [{"reason": "closes_much", "message": "12 of 13 open items"}]
    assert (shown["closed"], shown["absent"], shown["duration"]) == (12, 12, 2.5)
    [amounts] = shown["amounts"]
    assert amounts["open_before"] == {"amount": "1500.50", "currency": "EUR"}
    [closing] = shown["closings"]
    assert closing["amount"] == {"amount": "900.00", "currency": "EUR"}
    assert (closing["number"], closing["why"]) == ("FA-1", "absent")
    assert (closing["customer"], closing["name"]) == ("C1", "Société C1")


def test_a_confirmed_import_goes_on_the_queue_with_the_version_that_was_weighed(site: Site) -> None:
    held(site)
    answer = site.call("POST", "/v1/imports/held/confirm", {"reason": " year's end "})
    assert (answer.status, answer.body["state"]) == (200, "confirmed")
    assert answer.body["decision"]["author"] == "anna@example.com"
    assert answer.body["decision"]["reason"] == "year's end"
    assert answer.body["decision"]["holds"] == ["closes_much"]
    [upload] = site.jobs.uploads
    assert (upload.import_id, upload.version, upload.mark) == ("held", "v1", "v1")
    assert (upload.tenant, upload.key) == ("atelier", "tenants/atelier/books.txt")


def test_a_discarded_import_is_not_taken_in(site: Site) -> None:
    held(site)
    answer = site.call("POST", "/v1/imports/held/discard")
    assert (answer.status, answer.body["state"]) == (200, "discarded")
    assert site.jobs.uploads == []
    assert site.call("POST", "/v1/imports/held/confirm", {}).status == 409


@pytest.mark.parametrize("deed", ["confirm", "discard"])
def test_only_admins_decide_and_only_on_what_is_held(site: Site, deed: str) -> None:
    held(site)
    held(site, "done", id="done", state="done")
    for user in ("carl", "vera"):
        assert site.call("POST", f"/v1/imports/held/{deed}", {}, user=user).status == 403
    assert site.call("POST", f"/v1/imports/held/{deed}", {}, user="rita").status == 404
    assert site.call("POST", f"/v1/imports/done/{deed}", {}).status == 409
    assert site.call("POST", f"/v1/imports/unknown/{deed}", {}).status == 404
    for body in ({"reason": "x" * 501}, {"reason": None}):
        assert site.call("POST", f"/v1/imports/held/{deed}", body).pointers == ["/reason"]
    assert site.call("POST", f"/v1/imports/held/{deed}", {"why": "x"}).pointers == ["/why"]
    assert site.jobs.uploads == []


def test_imports_in_one_state_are_listed(site: Site) -> None:
    for number, state in enumerate(("held", "done", "held")):
        held(site, id=f"i{number}", state=state)
    listed = site.call("GET", "/v1/imports", state="held").body["items"]
    assert {each["id"] for each in listed} == {"i0", "i2"}
    assert site.call("GET", "/v1/imports", state="lost").status == 422


def test_refused_rows_are_had_as_a_csv(site: Site) -> None:
    key = "tenants/atelier/imports/held/refused.csv"
    held(site, refused_file=key)
    answer = site.call("GET", "/v1/imports/held/refused", user="vera")
    assert answer.body == {"url": f"https://files.example.com/{key}", "expires_in": 300}
    assert site.call("GET", "/v1/imports/held").body["refused_url"] == answer.body["url"]
    held(site)
    assert site.call("GET", "/v1/imports/held/refused").status == 404
    assert site.call("GET", "/v1/imports/held").body["refused_url"] is None
