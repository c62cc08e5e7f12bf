"""Ledger uploads and how they went, over HTTP (L1)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from relance.contracts.http.texts import Name
from relance.contracts.http.values import Body


class LedgerFormat(StrEnum):
    """What a ledger file may be."""

    FEC = "fec"
    OPEN_ITEMS = "open_items"


class ImportCreate(Body):
    """A file about to be uploaded; without `mapping` its header chooses how it is read."""

    file_name: Annotated[Name, Field(pattern=r"^[^/\\]+$")]
    mapping: Name | None = None
    format: LedgerFormat | None = None


class UploadForm(Body):
    """A form to POST as multipart/form-data, the file as its last field `file`.

    Good for `expires_in` seconds and a file of at most `most_bytes`.
    """

    url: str
    fields: dict[str, str]
    most_bytes: int
    expires_in: int


class ImportCreated(Body):
    """The import that will start by itself when the file is uploaded."""

    id: str
    upload: UploadForm


class RowIssueBody(Body):
    """Why a row (1-based, the header is row 1) was refused or doubted."""

    row: int
    column: str
    reason: str
    value: str


class ImportBody(Body):
    """How an import went: awaiting_upload, running, done, partial or failed."""

    id: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    format: str
    mapping: str | None
    read: int
    refused: int
    created: int
    changed: int
    closed: int
    unchanged: int
    customers: int
    warnings: tuple[str, ...]
    error: str


class ImportDetail(ImportBody):
    """An import with its row by row report."""

    issues: tuple[RowIssueBody, ...]
