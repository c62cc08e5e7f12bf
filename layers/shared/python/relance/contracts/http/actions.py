"""Past, present and waiting actions over HTTP (A1, A2)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field

from relance.contracts.http.blocks import MOST_PROMISED, ItemId, Reason
from relance.contracts.http.customers import ContactBody
from relance.contracts.http.people import ResponsibleBody
from relance.contracts.http.texts import Day, Line, Name, Prose
from relance.contracts.http.values import Body, Money, MoneyWrite
from relance.domain.actions import Action, ActionState
from relance.domain.deeds import DeedKind
from relance.domain.items import ItemKind
from relance.domain.lifecycle import Result
from relance.domain.scenario import Channel, StepKey

ActionIds = Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]
SkipReason = Annotated[Prose, Field(min_length=1)]


class SendBody(Body):
    """One item of the action, at its own step."""

    item: str
    step: StepKey
    cycle: int


class DeedBody(Body):
    """What a person did about an action; `words` say what came of it."""

    what: DeedKind
    on: date
    author: str
    words: str
    reason: str


class AnswerBody(Body):
    """What the debtor said to one of the questions that go with a call."""

    question: Name
    answer: Annotated[Prose, Field(min_length=1)]


class ActionBody(Body):
    """An action of one customer and currency; `step` is that of its highest item.

    `responsible` are named as the step names them. `put_off_until` is the day on which its steps
    come back, when a person put it off. `deeds` are what people did about it, oldest first.
    """

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
    put_off_until: date | None = None
    answers: tuple[AnswerBody, ...] = ()
    deeds: tuple[DeedBody, ...] = ()

    @classmethod
    def of(cls, action: Action, *, customer: str) -> Self:
        """Build from the domain's value."""
        return cls(**_fields(action, customer))


class ActionLine(ActionBody):
    """An action as a list of what is to do shows it.

    `in_charge` are the users and groups who are to do it, an alias resolved by the customer as it
    is now; nobody means that it is everybody's. `late_from` is the first day on which it is late,
    null when it does not wait for a person.
    """

    customer_name: str
    in_charge: tuple[ResponsibleBody, ...]
    late_from: date | None
    late: bool

    @classmethod
    def line(cls, action: Action, shown: Mapping[str, object]) -> Self:
        """Build from the domain's value and what was worked out about it."""
        return cls(**{**_fields(action, str(shown["customer"])), **shown})


class ActionItem(Body):
    """An invoice, credit note or receipt of the customer's, for whoever speaks with it.

    `step` is the item's own in this action, null when it is listed for information only.
    `disputed` is what is contested of what remains.
    """

    item: str
    kind: ItemKind
    number: str
    due: date | None
    days_late: int
    original: Money
    residual: Money
    disputed: Money | None
    step: StepKey | None


class ActionDetail(ActionLine):
    """An action with all that a person needs to do it, and where its document can be fetched.

    `script` is filled with today's facts while the action waits; `contact` is whom to call, or
    whose number is to be found when none is usable; `items` are those of the action and the rest
    of the account in its currency, `net` what is overdue less open credits (before the due date:
    all that is open).
    `document_url` is the exact message or letter; it is good for five minutes.
    """

    script: str | None
    questions: tuple[str, ...]
    contact: ContactBody | None
    items: tuple[ActionItem, ...]
    net: Money | None
    document_url: str | None


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


class PromiseMade(Body):
    """The debtor said that it pays by `due`: all that is open of the action's items, if not told
    otherwise."""

    due: Day
    amount: MoneyWrite | None = None
    items: Annotated[tuple[ItemId, ...], Field(max_length=MOST_PROMISED)] = ()


class DisputeMade(Body):
    """What the debtor contests: all items of the action, if none is named.

    An `amount` is a part of the one item it is about. `owner` looks into it.
    """

    reason: Reason
    items: Annotated[tuple[ItemId, ...], Field(max_length=90)] = ()
    amount: MoneyWrite | None = None
    owner: Line = ""


class Completion(Body):
    """How a call, task or letter ended. `reference` is the post's own, for a letter.

    With the result `promise` goes the promise, with `dispute` the dispute: both are then noted. A
    `wrong_number` marks the telephone of `contact`, without one that of whom to call: it is not
    called or texted any more. `answers` are to the questions that go with the action.
    """

    result: CompletionResult
    note: Prose = ""
    reference: Line = ""
    promise: PromiseMade | None = None
    dispute: DisputeMade | None = None
    contact: Line | None = None
    answers: Annotated[tuple[AnswerBody, ...], Field(max_length=10)] = ()


class Approvals(Body):
    """The ids of messages to say yes to."""

    actions: ActionIds


class ApprovalOutcome(Body):
    """How saying yes to one message ended; `refusal` says why it was not taken, if it was not.

    `status` is what it would have been answered alone; 503: it was not tried, as another failed.
    """

    action: str
    approved: bool
    status: int
    refusal: str | None = None


class ApprovalOutcomes(Body):
    """How saying yes to many messages ended, in the order they were named."""

    outcomes: tuple[ApprovalOutcome, ...]


class Settlement(Body):
    """What a person found out about a message in doubt: did it leave?"""

    sent: Annotated[bool, Field(strict=True)]


class Skip(Body):
    """Why an action is passed over; it then counts as completed today (D11)."""

    reason: SkipReason


def _fields(action: Action, customer: str) -> dict[str, object]:
    plain = ActionBody.model_fields.keys() - {"customer", "sends", "answers", "deeds"}
    sends = [SendBody(item=s.item, step=s.step, cycle=s.cycle) for s in action.sends]
    return {name: getattr(action, name) for name in plain} | {
        "customer": customer,
        "sends": sends,
        "responsible": tuple(action.responsible),
        "answers": [AnswerBody(question=a.question, answer=a.answer) for a in action.answers],
        "deeds": [DeedBody(**asdict(deed)) for deed in action.deeds],
    }
