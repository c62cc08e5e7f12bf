"""Invoices' PDFs over HTTP, sent by the invoices' numbers (M3)."""

from datetime import datetime
from typing import Self

from relance.contracts.http.texts import Name
from relance.contracts.http.values import Body
from relance.domain.invoice_file import InvoiceFile, InvoiceFileState


class InvoiceFileCreate(Body):
    """The PDF of the invoice with this number, about to be uploaded."""

    number: Name


class InvoiceFileBody(Body):
    """What became of a PDF that was sent by its invoice's number.

    `state` is `linked` (reminders of `items` can carry it), `waiting` (no open invoice has the
    number yet), `ambiguous` (`items` of several customers, or of several numbers that file names
    spell alike, could be meant) or `refused` (it is no PDF, or too large); `reason` says why.
    """

    id: str
    name: str
    state: InvoiceFileState
    arrived_at: datetime
    items: tuple[str, ...]
    reason: str

    @classmethod
    def of(cls, file: InvoiceFile) -> Self:
        """Build from the domain's value."""
        return cls(**{name: getattr(file, name) for name in cls.model_fields})
