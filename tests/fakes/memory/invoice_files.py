"""Invoices' PDFs that were sent by number, in memory."""

from relance.app.ports.page import Page
from relance.app.ports.tenant import Tenant
from relance.domain.invoice_file import InvoiceFile, InvoiceFileState
from tests.fakes.memory.bound import Bound


class InvoiceFiles(Bound):
    """What became of each, by number."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._invoice_files: dict[str, InvoiceFile] = {}

    def save_invoice_file(self, file: InvoiceFile) -> bool:
        kept = self._invoice_files.get(file.id)
        if kept is not None and kept.arrived_at > file.arrived_at:
            return False
        self._invoice_files[file.id] = file
        return True

    def invoice_file(self, identifier: str) -> InvoiceFile | None:
        return self._invoice_files.get(identifier)

    def invoice_files(
        self, *, linked: bool, limit: int, after: str | None = None
    ) -> Page[InvoiceFile]:
        rows = [
            (identifier, file)
            for identifier, file in self._invoice_files.items()
            if (file.state is InvoiceFileState.LINKED) == linked
        ]
        return self._page(f"invoice_files {linked}", rows, limit=limit, after=after)
