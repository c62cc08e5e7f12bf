"""What other services can hear of, on the bus: facts that happened, never addresses or names.

An event's `id` stays the same however often it is published: whoever acts on it does so once an id.
Fields are only ever added; a change of meaning takes a new `v`. docs/events.md is for readers.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

SOURCE = "relance"


class _Event(BaseModel):
    """What all events share: closed, frozen, of one tenant and instant (aware, UTC)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: Literal[1] = 1
    id: str
    tenant: str
    at: datetime


class EventAmount(BaseModel):
    """An exact amount: a text with the currency's decimals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: str
    currency: str


class ImportAmount(BaseModel):
    """What an import did, or would do, to the accounts that it looked at, in one currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open_before: EventAmount
    open_after: EventAmount
    created: EventAmount
    closed: EventAmount


class _ImportEvent(_Event):
    """`import_id` is found at `/v1/imports/{import_id}` of the API."""

    import_id: str


class ImportCompleted(_ImportEvent):
    """A ledger was taken in: whole (`done`), or its good rows only (`partial`)."""

    type: Literal["import.completed"] = "import.completed"
    state: Literal["done", "partial"]
    rows: int
    refused: int
    created: int
    changed: int
    closed: int
    customers: int
    amounts: tuple[ImportAmount, ...]


class ImportHeld(_ImportEvent):
    """A ledger waits for a person's yes; nothing of it was written."""

    type: Literal["import.held"] = "import.held"
    reasons: tuple[str, ...]
    created: int
    changed: int
    closed: int
    amounts: tuple[ImportAmount, ...]


class ImportFailed(_ImportEvent):
    """A file could not be taken in, or its import stopped half-way; its report says why."""

    type: Literal["import.failed"] = "import.failed"


type Event = ImportCompleted | ImportHeld | ImportFailed
"""Every event there is."""


class AnyEvent(RootModel[Annotated[Event, Field(discriminator="type")]]):
    """An event as it comes from the bus, to be read from its `detail`; `root` is the event."""
