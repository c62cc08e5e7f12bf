"""Invoices' PDFs that were sent by number (M3)."""

from typing import TYPE_CHECKING, Protocol

from relance.app.ports.page import Page

if TYPE_CHECKING:
    from relance.domain.invoice_file import InvoiceFile


class InvoiceFiles(Protocol):
    """What became of each such file."""

    def save_invoice_file(self, file: "InvoiceFile") -> bool:
        """Keep a file in the place of the one of its id; False when that one arrived later."""

    def invoice_file(self, identifier: str) -> "InvoiceFile | None": ...
    def invoice_files(
        self, *, linked: bool, limit: int, after: str | None = None
    ) -> "Page[InvoiceFile]":
        """List those that go with an invoice, or the others, by id (eventually so)."""
