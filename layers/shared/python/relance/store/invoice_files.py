"""Invoices' PDFs that were sent by number, and what became of them (M3)."""

from relance.app.ports.page import Page
from relance.domain.invoice_file import InvoiceFile, InvoiceFileState
from relance.store import keys
from relance.store.attributes import Record
from relance.store.bound import Bound
from relance.store.records import VERSION, body, instant, value
from relance.store.table import When


class InvoiceFiles(Bound):
    """A record a number; those that go with no invoice are listed apart."""

    def save_invoice_file(self, file: InvoiceFile) -> bool:
        linked = file.state is InvoiceFileState.LINKED
        place = keys.listed_invoice_file(self._tenant, file.id, linked=linked)
        arrived = instant(file.arrived_at)
        record = {
            **keys.invoice_file(self._tenant, file.id)._asdict(),
            "v": VERSION,
            "arrived": arrived,
            "list_pk": place.pk,
            "list_sk": place.sk,
            "body": body(file),
        }
        newest = When("attribute_not_exists(pk) OR arrived <= :arrived", {":arrived": arrived})
        return self._table.write(self._table.put(record, when=newest))

    def invoice_file(self, identifier: str) -> InvoiceFile | None:
        record = self._table.get(keys.invoice_file(self._tenant, identifier))
        return _file(record) if record else None

    def invoice_files(
        self, *, linked: bool, limit: int, after: str | None = None
    ) -> Page[InvoiceFile]:
        name = keys.listed_invoice_file(self._tenant, "", linked=linked).pk
        return self._list(name, _file, limit=limit, after=after)


def _file(record: Record) -> InvoiceFile:
    return value(InvoiceFile, record)
