"""Invoices' PDFs that are sent by number find their invoices, and nobody else's (M3)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from relance.app.erasure import erase_customer
from relance.app.errors import Conflict
from relance.app.invoice_files import MOST_BYTES, announce_invoice_file, invoice_key
from relance.app.invoice_links import comparable, link_waiting, take_invoice_file
from relance.app.schedule import unheard
from relance.contracts.uploads import Upload
from relance.domain.identifiers import derived_id
from relance.domain.invoice_file import InvoiceFile, InvoiceFileState
from relance.domain.items import ItemKind
from tests.fakes.memory.files import MemoryFiles
from tests.fakes.world import World, invoice, paid
from tests.unit.app.importing import NOON

DAY = date(2025, 3, 3)
PDF = b"%PDF-1.7\nan invoice\n%%EOF\n"


class Place:
    """A company with two customers, its two buckets, and PDFs that arrive."""

    def __init__(self) -> None:
        self.world = World()
        self.documents = MemoryFiles(self.world.tenant)
        self.at: datetime = NOON
        for code in ("C1", "C2"):
            self.world.add_customer(code, on=DAY)

    def owes(self, customer: str, *numbers: str) -> None:
        items = [invoice(customer, number, due=date(2025, 4, 1)) for number in numbers]
        self.world.put_items(customer, *items, on=DAY)

    def put(self, name: str, body: bytes = PDF, *, late: bool = False) -> InvoiceFile:
        key = f"tenants/{self.world.tenant}/invoices/{name}"
        self.world.files.contents[key] = body
        self.at += timedelta(minutes=-1 if late else 1)
        return take_invoice_file(
            Upload(tenant=self.world.tenant, key=key, version=None, size=len(body),
                   import_id="i", at=self.at),
            store=self.world.store,
            files=self.world.files,
            documents=self.documents,
            now=self.at,
        )  # fmt: skip

    def link(self) -> int:
        return link_waiting(
            store=self.world.store,
            files=self.world.files,
            documents=self.documents,
            in_time=lambda: True,
        )

    def pdf_of(self, customer: str, number: str) -> bytes | None:
        key = invoice_key(self.world.tenant, derived_id(customer, number))
        return self.documents.find(key, most_bytes=MOST_BYTES)


@pytest.fixture
def place() -> Place:
    return Place()


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("FA-1", "FA-1.pdf"),
        ("FA-1", "fa-1.PDF"),
        ("FA/2025/001", "FA-2025-001.pdf"),
        ("FA/2025/001", "FA_2025_001.pdf"),
        ("FA/2025/001", "2025/FA 2025 001.pdf"),
        ("Réf. 12", "REF-12.pdf"),
    ],
)
def test_a_pdf_is_put_where_e_mails_look_for_its_invoice_s(
    place: Place, number: str, name: str
) -> None:
    place.owes("C1", number, "FA-9")
    file = place.put(name)
    assert (file.state, file.items) == (InvoiceFileState.LINKED, (derived_id("C1", number),))
    assert place.pdf_of("C1", number) == PDF
    assert place.pdf_of("C1", "FA-9") is None


def test_a_pdf_that_comes_before_its_invoice_waits_for_it(place: Place) -> None:
    assert place.put("FA-1.pdf").state is InvoiceFileState.WAITING
    assert place.link() == 0
    place.owes("C1", "FA-1")
    assert place.link() == 1
    assert place.pdf_of("C1", "FA-1") == PDF
    assert place.link() == 0
    (kept,) = place.world.store.invoice_files(linked=True, limit=9).entries
    assert kept.reason == ""


def test_a_number_of_two_customers_is_linked_to_nobody(place: Place) -> None:
    place.owes("C1", "FA-1")
    place.owes("C2", "FA-1")
    file = place.put("FA-1.pdf")
    assert file.state is InvoiceFileState.AMBIGUOUS
    assert "several customers" in file.reason
    assert len(file.items) == 2
    assert place.documents.contents == {}
    place.world.put_items("C1", paid(invoice("C1", "FA-1", due=DAY), on=DAY), on=DAY)
    assert place.link() == 0, "the one that is left need not be the one that was meant"


def test_instalments_of_one_invoice_share_its_pdf(place: Place) -> None:
    place.owes("C1", "FA-1")
    again = replace(invoice("C1", "FA-1", due=date(2025, 5, 1)), id=derived_id("C1", "FA-1", 2))
    place.world.put_items("C1", again, on=DAY)
    assert len(place.put("FA-1.pdf").items) == 2
    assert len(place.documents.contents) == 2


def test_numbers_that_file_names_spell_alike_are_told_apart_only_by_the_exact_name(
    place: Place,
) -> None:
    place.owes("C1", "FA/1", "FA-1")
    assert place.put("FA-1.pdf").items == (derived_id("C1", "FA-1"),)
    assert place.put("fa_1.pdf").state is InvoiceFileState.AMBIGUOUS


def test_a_credit_note_takes_no_pdf(place: Place) -> None:
    credit = invoice("C1", "AV-1", due=None, kind=ItemKind.CREDIT_NOTE)
    place.world.put_items("C1", credit, on=DAY)
    assert place.put("AV-1.pdf").state is InvoiceFileState.WAITING


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("FA-1.pdf", b"<html>", "no PDF"),
        ("FA-1.pdf", b"", "no PDF"),
        ("FA-1.pdf", b"%PDF-1.7 cut", "is cut"),
        ("FA-1.pdf", PDF + b"x" * MOST_BYTES, ""),
        ("FA-1.txt", PDF, "its name"),
        ("---.pdf", PDF, "its name"),
        (".pdf", PDF, "its name"),
    ],
)
def test_what_is_no_invoice_s_pdf_is_refused_with_why(
    place: Place, name: str, body: bytes, says: str
) -> None:
    place.owes("C1", "FA-1")
    file = place.put(name, body)
    assert file.state is InvoiceFileState.REFUSED
    assert says in file.reason
    assert place.documents.contents == {}
    assert place.link() == 0
    assert place.world.store.invoice_files(linked=False, limit=9).entries == (file,)


def test_the_newest_file_of_a_number_counts_whenever_its_message_comes(place: Place) -> None:
    place.owes("C1", "FA-1")
    newer = PDF.replace(b"an", b"the newer")
    place.put("FA-1.pdf", newer)
    place.put("FA-1.pdf", PDF, late=True)
    place.put("FA-1.pdf", PDF, late=True)
    assert place.pdf_of("C1", "FA-1") == newer


def test_a_waiting_file_that_is_gone_is_refused_and_holds_up_no_other(place: Place) -> None:
    for name in ("FA-1.pdf", "FA-2.pdf"):
        place.put(name)
    del place.world.files.contents[f"tenants/{place.world.tenant}/invoices/FA-1.pdf"]
    place.owes("C1", "FA-1", "FA-2")
    assert place.link() == 1
    (gone,) = place.world.store.invoice_files(linked=False, limit=9).entries
    assert gone.state is InvoiceFileState.REFUSED


@pytest.mark.parametrize("text", ["", "---", "é", "日本", "a" * 5000, "\u202e1"])
def test_any_text_is_comparable(text: str) -> None:
    assert set(comparable(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_an_erased_customer_gets_no_pdf_whether_its_invoice_or_the_file_comes_first() -> None:
    place = Place()
    place.owes("C1", "FA-1", "FA-2")
    waiting = place.put("FA-9.pdf")
    assert waiting.state is InvoiceFileState.WAITING
    erase_customer(
        "C1",
        reason="asked",
        despite_debts=True,
        author="anna@example.com",
        store=place.world.store,
        files=place.documents,
        jobs=place.world.jobs,
        on=DAY,
        failed=unheard,
    )
    account = place.world.store.account("C1")
    assert account is not None
    late = invoice("C1", "FA-9", due=date(2025, 4, 1))
    place.world.store.apply_sync(account.customer, put=[late], import_id="i")
    assert place.put("FA-1.pdf").state is InvoiceFileState.WAITING
    assert place.link() == 0
    assert place.documents.contents == {}
    with pytest.raises(Conflict, match="erased"):
        announce_invoice_file(
            derived_id("C1", "FA-1"), store=place.world.store, files=place.documents
        )
