"""Jobs on the queues. Unknown fields and versions are refused, so old and new code never guess."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from relance.domain.scenario import Channel


class Wire(BaseModel):
    """What all messages on a queue share: frozen, and nothing unknown accepted."""

    # A function makes or reads one or two of these kinds: the others' schemas need not be built.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class PlanPart(Wire):
    """Plan a part of one tenant's night.

    `at` is the instant of the event that started the night (aware, UTC); the tenant day follows
    from it and the tenant's time zone (D1). `after` is where the part before stopped, None for
    the first. `wave` tells that all who are due are planned, and the first wave's room is given
    out (D13).
    """

    kind: Literal["part"] = "part"
    v: Literal[1] = 1
    tenant: str
    at: datetime
    after: str | None = None
    wave: bool = False


class LookAgain(Wire):
    """Set the next dates of one tenant's customers anew, after a change of rules or scenarios.

    `rules` is the tenant's `rules_version` after that change; `after` where the message before
    stopped, None for the first. `night` is the instant of a night that came before all customers
    were looked at: it is planned again when they are. None when no night waits.
    """

    kind: Literal["look_again"] = "look_again"
    v: Literal[1] = 1
    tenant: str
    rules: int
    after: str | None = None
    night: datetime | None = None


class Resume(Wire):
    """Send what waited for its channel to open, and look after messages that never ended (D6, D39).

    `at` is the instant of the event (aware, UTC), as for a night; `after` is where the message
    before stopped, None for the first. `sweep` tells that all who had an hour are planned, and
    reservations that never ended are looked for.
    """

    kind: Literal["resume"] = "resume"
    v: Literal[1] = 1
    tenant: str
    at: datetime
    after: str | None = None
    sweep: bool = False


class SendJob(Wire):
    """Carry out one due action of one customer, if the same decision still stands (D32).

    `action` is the id that the decision gave it; `day` the run's tenant day. `tries` counts the
    times that the provider did not take it, `waits` those that it was told to slow down (D40).
    """

    v: Literal[1] = 1
    tenant: str
    customer: str
    action: str
    channel: Channel
    day: date
    tries: int = 0
    waits: int = 0


class PrintLetters(Wire):
    """Put the letters of one tenant day that are printed by hand together in a file.

    What is in the day's files already is passed over; `part` counts the files, from 1.
    """

    kind: Literal["print_letters"] = "print_letters"
    v: Literal[1] = 1
    tenant: str
    on: date
    part: int = 1


PlanMessage = PlanPart | LookAgain | Resume
LetterMessage = SendJob | PrintLetters
# By the kind that a message names. One that names none is the first: there once was no other.
_PLAN_MESSAGES: dict[str, type[PlanMessage]] = {
    "part": PlanPart,
    "look_again": LookAgain,
    "resume": Resume,
}
_LETTER_MESSAGES: dict[str, type[LetterMessage]] = {"send": SendJob, "print_letters": PrintLetters}


def read_plan_message(text: str) -> PlanMessage:
    """Read what the plan queue carries; raise ValidationError for what is no such message."""
    return _read(text, _PLAN_MESSAGES, first=PlanPart)


def read_letter_message(text: str) -> LetterMessage:
    """Read what the letter queue carries; raise ValidationError for what is no such message."""
    return _read(text, _LETTER_MESSAGES, first=SendJob)


def _read[M: Wire](text: str, kinds: Mapping[str, type[M]], *, first: type[M]) -> M:
    """Read a message as its kind says, which refuses all that is not such a message.

    A union of models, which would do the same, takes longer to load than all of them.
    """
    try:
        told = from_json(text)
    except ValueError:
        told = None  # the model says what is wrong
    kind = told.get("kind") if isinstance(told, dict) else None
    model = kinds.get(kind, first) if isinstance(kind, str) else first
    return model.model_validate_json(text)
