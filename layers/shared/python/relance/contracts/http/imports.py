"""Ledger uploads and how they went, over HTTP (L1)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from relance.contracts.http.texts import Name
from relance.contracts.http.values import Body, Money


class LedgerFormat(StrEnum):
    """What a ledger file may be."""

    FEC = "fec"
    OPEN_ITEMS = "open_items"


class ImportKind(StrEnum):
    """What a file is about."""

    LEDGER = "ledger"
    CUSTOMERS = "customers"


# No folder, nor the two names that mean one.
FileName = Annotated[Name, Field(pattern=r"^([^/\\]*[^./\\][^/\\]*|\.{3,})$")]


class ImportCreate(Body):
    """A file about to be uploaded; without `mapping` its header chooses how a ledger is read.

    One of `customers` is a CSV of customers and their contacts, which takes neither `mapping` nor
    `format`.
    """

    kind: ImportKind = ImportKind.LEDGER
    file_name: FileName
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


class ImportStateName(StrEnum):
    """Where an import stands; see `ImportBody`."""

    AWAITING_UPLOAD = "awaiting_upload"
    RUNNING = "running"
    HELD = "held"
    CONFIRMED = "confirmed"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    DISCARDED = "discarded"


class ImportAmountsBody(Body):
    """What an import does in one currency to the accounts that it looked at.

    `open_before` and `open_after` are sums of balances, credits counted off; `created` is the
    balance of the new items, `closed` what the closed ones had.
    """

    currency: str
    open_before: Money
    open_after: Money
    created: Money
    closed: Money


class HoldBody(Body):
    """Why a ledger is held: `closes_much`, `cut` or `outdated`, and the sentence that says it."""

    reason: str
    message: str


class DecisionBody(Body):
    """What a person said to a held import: yes to `holds`, or that it is not wanted."""

    confirmed: bool
    author: str
    at: datetime
    reason: str
    holds: tuple[str, ...]


class ClosingBody(Body):
    """An open item that an import closes.

    `why` is `settled` when the file itself shows it paid, `absent` when the file no longer has it.
    """

    customer: str
    name: str
    number: str
    amount: Money
    why: str


class ImportDecided(Body):
    """Why a held import is confirmed or discarded, in the words of whoever does."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class RefusedRows(Body):
    """Where an import's refused rows are, as a CSV; good for `expires_in` seconds."""

    url: str
    expires_in: int


class ImportBody(Body):
    """How an import went.

    `state` is awaiting_upload, running, done, partial (rows were refused or the file was cut: good
    rows are kept, nothing was closed), failed, or held: nothing is written until the import is
    confirmed (then it is confirmed, and soon running) or discarded. Counts are of rows (`read`,
    `refused`) and items; `absent` of the closed ones are those that the file no longer has. Of one
    that is held they and `amounts` say what it would do. `duration` is in seconds.
    """

    id: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    duration: float | None
    format: str
    mapping: str | None
    read_as: str
    read: int
    refused: int
    created: int
    changed: int
    closed: int
    absent: int
    unchanged: int
    customers: int
    amounts: tuple[ImportAmountsBody, ...]
    holds: tuple[HoldBody, ...]
    decision: DecisionBody | None
    warnings: tuple[str, ...]
    error: str


class ImportDetail(ImportBody):
    """An import with its report row by row, and its largest closings.

    `refused_url` leads to its refused rows as a CSV, to be corrected and sent again; it is good for
    five minutes, null when there are none.
    """

    issues: tuple[RowIssueBody, ...]
    closings: tuple[ClosingBody, ...]
    refused_url: str | None
