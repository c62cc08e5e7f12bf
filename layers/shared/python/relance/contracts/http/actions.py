"""Past, present and waiting actions over HTTP (A1, A2)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from relance.contracts.http.texts import Line, Prose
from relance.contracts.http.values import Body
from relance.domain.facts import Action, ActionState
from relance.domain.lifecycle import Result
from relance.domain.scenario import Channel, StepKey


class SendBody(Body):
    """One item of the action, at its own step."""

    item: str
    step: StepKey
    cycle: int


class ActionBody(Body):
    """An action of one customer and currency; `step` is that of its highest item."""

    id: str
    customer: str
    currency: str
    step: StepKey
    step_name: str
    channel: Channel
    state: ActionState
    sends: tuple[SendBody, ...]
    day: date
    completed_on: date | None
    approved_on: date | None = None
    scenario: str
    scenario_version: int
    responsible: tuple[str, ...]
    reference: str | None
    result: str | None
    note: str | None
    author: str | None
    reason: str | None

    @classmethod
    def of(cls, action: Action, *, customer: str) -> Self:
        """Build from the domain's value."""
        return cls(**_fields(action, customer))


class ActionDetail(ActionBody):
    """An action with the script of its call or task, and where its document can be fetched.

    `document_url` is the exact message or letter; it is good for five minutes.
    """

    script: str | None
    document_url: str | None

    @classmethod
    def whole(
        cls, action: Action, *, customer: str, script: str | None, document_url: str | None
    ) -> Self:
        """Build from the domain's value and what belongs to it."""
        return cls(**_fields(action, customer), script=script, document_url=document_url)


class CompletionResult(StrEnum):
    """How a waiting action ended: a letter is `posted`, everything else is for what people do."""

    POSTED = "posted"
    DONE = Result.DONE.value
    REACHED = Result.REACHED.value
    VOICEMAIL = Result.VOICEMAIL.value
    NO_ANSWER = Result.NO_ANSWER.value
    PROMISE = Result.PROMISE.value
    DISPUTE = Result.DISPUTE.value
    WRONG_NUMBER = Result.WRONG_NUMBER.value
    OTHER = Result.OTHER.value


class Completion(Body):
    """How a call, task or letter ended. `reference` is the post's own, for a letter."""

    result: CompletionResult
    note: Prose = ""
    reference: Line = ""


class Approvals(Body):
    """The ids of messages to say yes to."""

    actions: Annotated[tuple[Line, ...], Field(min_length=1, max_length=100)]


class ApprovalOutcome(Body):
    """How saying yes to one message ended; `refusal` says why it was not taken, if it was not."""

    action: str
    approved: bool
    refusal: str | None = None


class ApprovalOutcomes(Body):
    """How saying yes to many messages ended, in the order they were named."""

    outcomes: tuple[ApprovalOutcome, ...]


class Settlement(Body):
    """What a person found out about a message in doubt: did it leave?"""

    sent: Annotated[bool, Field(strict=True)]


class Skip(Body):
    """Why an action is passed over; it then counts as completed today (D11)."""

    reason: Annotated[Prose, Field(min_length=1)]


def _fields(action: Action, customer: str) -> dict[str, object]:
    plain = ActionBody.model_fields.keys() - {"customer", "sends", "responsible"}
    sends = [SendBody(item=s.item, step=s.step, cycle=s.cycle) for s in action.sends]
    return {name: getattr(action, name) for name in plain} | {
        "customer": customer,
        "sends": sends,
        "responsible": tuple(action.responsible),
    }
