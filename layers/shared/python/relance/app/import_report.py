"""How one import went, and what a person decided about it (L1, L4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from relance.ledger.issues import RowIssue


class ImportState(StrEnum):
    """Where an import stands.

    `partial`: rows were refused or the file was cut; good rows are kept, nothing was closed.
    `held`: nothing is written until a person confirms or discards it. `confirmed`: one did, and it
    is about to be taken in.
    """

    AWAITING_UPLOAD = "awaiting_upload"
    RUNNING = "running"
    HELD = "held"
    CONFIRMED = "confirmed"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    DISCARDED = "discarded"


class HoldReason(StrEnum):
    """Why a full ledger is not taken in without a person's yes (L4)."""

    CLOSES_MUCH = "closes_much"
    CUT = "cut"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One reason to hold an import, and the sentence for whoever is to decide."""

    reason: HoldReason
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAmounts:
    """What an import does to the accounts that it looked at, in minor units of one currency.

    `open_before` and `open_after` are sums of balances, credits counted off; `created` is the
    balance of the new items, `closed` what the closed ones had.
    """

    currency: str
    open_before: int = 0
    open_after: int = 0
    created: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """An open item that an import closes: `amount` minor units were open of it.

    `why` is `settled` or `absent`, as `relance.ledger.reconcile` says. The customer's name is not
    kept: it is to be forgotten in one place (H4).
    """

    customer: str
    number: str
    amount: int
    currency: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDecision:
    """What a person said to a held import: yes to these reasons, or that it is not wanted."""

    confirmed: bool
    author: str
    at: datetime
    reason: str = ""
    holds: tuple[HoldReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How one import went (L1); `state` is one of `ImportState`.

    Counts are of rows (`read`, `refused`) and items (`created`, `changed`, `closed`, `unchanged`);
    `absent` of the closed ones are those that a full ledger no longer has. Of an import that is
    held they, `amounts` and `closings` (the largest) say what it would do. `warnings` are sentences
    about the file as a whole, `error` says why it failed. `read_as` is how the file was read.

    `mark` names the version of the file (`file_version`, None where files have none), put there at
    `uploaded_at`; `order` tells apart what was put there in the same second. `heard_at` is when a
    run last began, the `runs`-th. `planned`: what it does is decided, and being written.
    `abandoned`: its message came back no more. `told`: its end was published. `refused_file` is the
    key of its refused rows in the documents bucket, '' for none.
    """

    id: str
    state: str
    key: str
    started_at: datetime
    ended_at: datetime | None = None
    format: str = ""
    mapping: str | None = None
    read: int = 0
    refused: int = 0
    created: int = 0
    changed: int = 0
    closed: int = 0
    absent: int = 0
    unchanged: int = 0
    customers: int = 0
    issues: tuple[RowIssue, ...] = ()
    warnings: tuple[str, ...] = ()
    error: str = ""
    read_as: str = ""
    amounts: tuple[ImportAmounts, ...] = ()
    closings: tuple[Closing, ...] = ()
    holds: tuple[Hold, ...] = ()
    decision: ImportDecision | None = None
    mark: str = ""
    file_version: str | None = None
    uploaded_at: datetime | None = None
    order: str = ""
    size: int = 0
    heard_at: datetime | None = None
    runs: int = 0
    planned: bool = False
    abandoned: bool = False
    told: bool = False
    refused_file: str = ""
