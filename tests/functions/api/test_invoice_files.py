"""Invoices' PDFs by the invoices' numbers (M3)."""

from datetime import UTC, datetime

import pytest

from relance.domain.invoice_file import InvoiceFile, InvoiceFileState
from tests.functions.api.site import Site


def test_a_pdf_is_announced_by_its_invoice_s_number_known_or_not(site: Site) -> None:
    answer = site.call("POST", "/v1/invoice-files", {"number": "FA/2025 n° 7"})

    assert answer.status == 201
    folder, _, name = answer.body["fields"]["key"].rpartition("/")
    assert folder.startswith("tenants/atelier/uploads/")
    assert folder.endswith("/invoices")
    assert name == "fa-2025-n-7.pdf"
    assert answer.body["most_bytes"] == 5 * 1024 * 1024


@pytest.mark.parametrize("number", ["", "///", "\n"])
def test_a_number_that_no_file_name_tells_is_refused(site: Site, number: str) -> None:
    answer = site.call("POST", "/v1/invoice-files", {"number": number})

    assert (answer.status, answer.pointers) == (422, ["/number"])


def test_files_that_go_with_no_invoice_are_listed_with_why(site: Site) -> None:
    for number, state in (("fa-1", InvoiceFileState.LINKED), ("fa-2", InvoiceFileState.WAITING)):
        site.store().save_invoice_file(
            InvoiceFile(
                id=number,
                name=f"{number}.pdf",
                key=f"tenants/atelier/invoices/{number}.pdf",
                version=None,
                arrived_at=datetime(2025, 3, 9, tzinfo=UTC),
                state=state,
                reason="" if state == "linked" else "no open invoice has this number yet",
            )
        )

    (waiting,) = site.call("GET", "/v1/invoice-files", user="vera").body["items"]
    (linked,) = site.call("GET", "/v1/invoice-files", linked="true").body["items"]

    assert waiting == {
        "id": "fa-2",
        "name": "fa-2.pdf",
        "state": "waiting",
        "arrived_at": "2025-03-09T00:00:00Z",
        "items": [],
        "reason": "no open invoice has this number yet",
    }
    assert linked["state"] == "linked"
    assert site.call("GET", "/v1/invoice-files", user="rita").body["items"] == []
