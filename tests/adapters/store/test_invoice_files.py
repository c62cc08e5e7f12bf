"""What became of invoices' PDFs that were sent by number (M3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from relance.app.ports.tenant_store import TenantStore
from relance.domain.invoice_file import InvoiceFile, InvoiceFileState

AT = datetime(2025, 3, 9, 10, 15, 0, 500, tzinfo=UTC)


def file(number: str = "fa-1", state: InvoiceFileState = InvoiceFileState.WAITING) -> InvoiceFile:
    return InvoiceFile(
        id=number,
        name=f"{number}.pdf",
        key=f"tenants/atelier/invoices/{number}.pdf",
        version="v1",
        arrived_at=AT,
        state=state,
        items=("C1-a", "C1-b"),
        reason="é",
    )


def test_a_file_comes_back_as_it_was_kept(store: TenantStore) -> None:
    assert store.save_invoice_file(file())
    assert store.invoice_file("fa-1") == file()
    assert store.invoice_file("fa-2") is None


def test_one_that_arrived_earlier_does_not_take_its_place(store: TenantStore) -> None:
    store.save_invoice_file(file())
    earlier = replace(file(), arrived_at=AT - timedelta(microseconds=1), version="v0")
    assert not store.save_invoice_file(earlier)
    linked = replace(file(), state=InvoiceFileState.LINKED)
    assert store.save_invoice_file(linked)
    assert store.invoice_file("fa-1") == linked


def test_what_goes_with_an_invoice_is_listed_apart_in_parts(store: TenantStore) -> None:
    for number in ("c", "a", "b", "#"):
        store.save_invoice_file(file(number))
    store.save_invoice_file(file("b", InvoiceFileState.LINKED))
    first = store.invoice_files(linked=False, limit=2)
    rest = store.invoice_files(linked=False, limit=2, after=first.next)
    assert [each.id for each in (*first.entries, *rest.entries)] == ["#", "a", "c"]
    assert rest.next is None
    (linked,) = store.invoice_files(linked=True, limit=9).entries
    assert linked.id == "b"
