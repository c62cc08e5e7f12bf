"""The invoices' own PDFs, which reminders can carry (M3)."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit, listed, single
from functions.api.routes.router import new_router
from relance.app import invoice_files, invoice_links
from relance.contracts.http.imports import UploadForm
from relance.contracts.http.invoice_files import InvoiceFileBody, InvoiceFileCreate
from relance.contracts.http.values import Page

router = new_router()

Linked = Annotated[bool, Query(description="those that go with an invoice, instead of the others")]


@router.get("/v1/invoice-files", tags=["Items"])
def list_invoice_files(
    session: CurrentSession, limit: Limit = MOST, after: After = None, linked: Linked = False
) -> Page[InvoiceFileBody]:
    """List the PDFs sent by number that go with no invoice, and why; or those that do."""
    found = session.store.invoice_files(linked=linked, limit=limit, after=after)
    return listed(found, InvoiceFileBody.of)


@router.post("/v1/invoice-files", tags=["Items"], status_code=HTTPStatus.CREATED)
def announce_file_by_number(
    session: CurrentSession, body: InvoiceFileCreate
) -> Response[UploadForm]:
    """Get the address to upload an invoice's PDF to by its number, known yet or not."""
    form = invoice_links.announce_file_of(
        body.number, store=session.store, files=session.ledger_files
    )
    return single(_form(form, seconds=invoice_links.GOOD_FOR_SECONDS), status=HTTPStatus.CREATED)


@router.post("/v1/items/<item>/document", tags=["Items"], status_code=HTTPStatus.CREATED)
def announce_invoice_file(session: CurrentSession, item: str) -> Response[UploadForm]:
    """Get the address to upload an invoice's PDF to, or another in its place."""
    form = invoice_files.announce_invoice_file(item, store=session.store, files=session.documents)
    return single(_form(form, seconds=invoice_files.GOOD_FOR_SECONDS), status=HTTPStatus.CREATED)


def _form(form: dict[str, Any], *, seconds: int) -> UploadForm:
    return UploadForm(**form, most_bytes=invoice_files.MOST_BYTES, expires_in=seconds)
