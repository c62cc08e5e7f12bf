"""What other services can hear of, on the bus: facts that happened, never addresses or names.

An event's `id` stays the same however often it is published: whoever acts on it does so once an id.
Fields are only ever added; a change of meaning takes a new `v`. docs/events.md is for readers.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from relance.domain.actions import ActionState
from relance.domain.scenario import Channel, StepKey

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


class ActionEvent(_Event):
    """What became of an action; it is found at `/v1/actions/{action_id}` of the API."""

    action_id: str
    customer_id: str
    step: StepKey
    channel: Channel
    state: ActionState


class ActionOpened(ActionEvent):
    """Something waits for a person: to do, to confirm or to post."""

    type: Literal["action.opened"] = "action.opened"


class ActionSent(ActionEvent):
    """A message left: its provider took it."""

    type: Literal["action.sent"] = "action.sent"


class ActionDone(ActionEvent):
    """A person did it, or posted the letter."""

    type: Literal["action.done"] = "action.done"


class ActionSkipped(ActionEvent):
    """A person passed over it."""

    type: Literal["action.skipped"] = "action.skipped"


class ActionFailed(ActionEvent):
    """A message can't be sent, and waits for a person."""

    type: Literal["action.failed"] = "action.failed"


class ActionInDoubt(ActionEvent):
    """It can't be known whether a message left; nothing more goes until that is settled."""

    type: Literal["action.in_doubt"] = "action.in_doubt"


class MessageDelivered(ActionEvent):
    """A message or letter arrived."""

    type: Literal["message.delivered"] = "message.delivered"


class MessageBounced(ActionEvent):
    """A message did not arrive, for good."""

    type: Literal["message.bounced"] = "message.bounced"


class MessageComplained(ActionEvent):
    """Whoever got a message called it unwanted."""

    type: Literal["message.complained"] = "message.complained"


class CustomerErased(_Event):
    """The person behind a customer is erased: erase what you keep of it."""

    type: Literal["customer.erased"] = "customer.erased"
    customer_id: str


type Event = (
    ImportCompleted
    | ImportHeld
    | ImportFailed
    | ActionOpened
    | ActionSent
    | ActionDone
    | ActionSkipped
    | ActionFailed
    | ActionInDoubt
    | MessageDelivered
    | MessageBounced
    | MessageComplained
    | CustomerErased
)
"""Every event there is."""


class AnyEvent(RootModel[Annotated[Event, Field(discriminator="type")]]):
    """An event as it comes from the bus, to be read from its `detail`; `root` is the event."""
