"""Ledger uploads and how they went (L1)."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query

from functions.api.access import CurrentSession, Session
from functions.api.answers import MOST, After, Limit, listed, single
from functions.api.import_bodies import import_body, import_detail
from functions.api.routes.router import new_router
from relance.app import uploads
from relance.app.errors import NotFound
from relance.app.import_report import ImportReport
from relance.contracts.http.imports import (
    ImportBody,
    ImportCreate,
    ImportCreated,
    ImportDecided,
    ImportDetail,
    ImportStateName,
    RefusedRows,
    UploadForm,
)
from relance.contracts.http.values import Page

router = new_router()

_REFUSED_SECONDS = 300
# Without a reason there is nothing to send.
Decided = Annotated[ImportDecided | None, Body()]
State = Annotated[
    ImportStateName | None, Query(description="only those in this state, such as `held`")
]


@router.get("/v1/imports", tags=["Imports"])
def list_imports(
    session: CurrentSession, limit: Limit = MOST, after: After = None, state: State = None
) -> Page[ImportBody]:
    """List the imports, newest first; all, or those in one state."""
    found = session.store.imports(limit=limit, after=after, state=state.value if state else None)
    return listed(found, import_body)


@router.post("/v1/imports", tags=["Imports"], status_code=HTTPStatus.CREATED)
def create_import(session: CurrentSession, body: ImportCreate) -> Response[ImportCreated]:
    """Announce a ledger file and get the address to upload it to; it is read when it is there."""
    announced = uploads.announce_upload(
        body,
        store=session.store,
        files=session.ledger_files,
        now=session.clock.now(),
        seed=session.seed,
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
    """Show how an import went, with its refused rows and its largest closings."""
    return _answer(session, uploads.import_of(upload, store=session.store))


@router.get("/v1/imports/<upload>/refused", tags=["Imports"])
def get_refused_rows(session: CurrentSession, upload: str) -> Response[RefusedRows]:
    """Give the address of the refused rows as a CSV: correct them and send the file again."""
    url = _refused_url(session, uploads.import_of(upload, store=session.store))
    if url is None:
        raise NotFound("no row of this import was refused")
    return single(RefusedRows(url=url, expires_in=_REFUSED_SECONDS))


@router.post("/v1/imports/<upload>/confirm", tags=["Imports"])
def confirm_import(
    session: CurrentSession, upload: str, body: Decided = None
) -> Response[ImportDetail]:
    """Say yes to a held import: it is soon read again and taken in."""
    report = uploads.confirm_import(
        upload,
        body or ImportDecided(),
        author=session.author,
        store=session.store,
        jobs=session.jobs,
        now=datetime.now(UTC),
    )
    return _answer(session, report)


@router.post("/v1/imports/<upload>/discard", tags=["Imports"])
def discard_import(
    session: CurrentSession, upload: str, body: Decided = None
) -> Response[ImportDetail]:
    """Say that a held import is not wanted: nothing of it is ever written."""
    report = uploads.discard_import(
        upload,
        body or ImportDecided(),
        author=session.author,
        store=session.store,
        now=datetime.now(UTC),
    )
    return _answer(session, report)


def _answer(session: Session, report: ImportReport) -> Response[ImportDetail]:
    known = session.store.customers_named({each.customer for each in report.closings})
    names = {key: customer.name for key, customer in known.items()}
    return single(import_detail(report, names=names, refused_url=_refused_url(session, report)))


def _refused_url(session: Session, report: ImportReport) -> str | None:
    if not report.refused_file:
        return None
    return session.documents.download_address(report.refused_file, seconds=_REFUSED_SECONDS)
