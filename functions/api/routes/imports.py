"""Ledger uploads and how they went (L1)."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit, listed, single
from functions.api.bodies import import_body, import_detail
from functions.api.routes.router import new_router
from relance.app import uploads
from relance.contracts.http.imports import (
    ImportBody,
    ImportCreate,
    ImportCreated,
    ImportDetail,
    UploadForm,
)
from relance.contracts.http.values import Page

router = new_router()


@router.get("/v1/imports", tags=["Imports"])
def list_imports(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[ImportBody]:
    """List the imports, newest first."""
    return listed(session.store.imports(limit=limit, after=after), import_body)


@router.post("/v1/imports", tags=["Imports"], status_code=HTTPStatus.CREATED)
def create_import(session: CurrentSession, body: ImportCreate) -> Response[ImportCreated]:
    """Announce a ledger file and get the address to upload it to; it is read when it is there."""
    announced = uploads.announce_upload(
        body, store=session.store, files=session.ledger_files, now=session.clock.now()
    )
    form = UploadForm(
        **announced.form, most_bytes=uploads.MOST_BYTES, expires_in=uploads.GOOD_FOR_SECONDS
    )
    return single(
        ImportCreated(id=announced.report.id, upload=form),
        status=HTTPStatus.CREATED,
        location=f"/v1/imports/{announced.report.id}",
    )


@router.get("/v1/imports/<upload>", tags=["Imports"])
def get_import(session: CurrentSession, upload: str) -> Response[ImportDetail]:
    """Show how an import went, with every refused row."""
    return single(import_detail(uploads.import_of(upload, store=session.store)))
