"""The invoices' own PDFs, which reminders can carry (M3)."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import single
from functions.api.routes.router import new_router
from relance.app import invoice_files
from relance.contracts.http.imports import UploadForm

router = new_router()


@router.post("/v1/items/<item>/document", tags=["Items"], status_code=HTTPStatus.CREATED)
def announce_invoice_file(session: CurrentSession, item: str) -> Response[UploadForm]:
    """Get the address to upload an invoice's PDF to, or another in its place."""
    form = invoice_files.announce_invoice_file(item, store=session.store, files=session.documents)
    return single(
        UploadForm(
            **form,
            most_bytes=invoice_files.MOST_BYTES,
            expires_in=invoice_files.GOOD_FOR_SECONDS,
        ),
        status=HTTPStatus.CREATED,
    )
