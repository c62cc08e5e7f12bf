"""What may happen to a call, and on which calls of a message's way it is tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Harm(StrEnum):
    """How a call ends badly. KILLED is the caller's own end, the others are the provider's."""

    KILLED = "killed"
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    RESET = "reset"
    SERVER_ERROR = "5xx"


class Way(StrEnum):
    """How the message goes. LETTER is put by for posting by hand, POST is posted by a provider."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    POST = "post"

    @property
    def channel(self) -> str:
        """The channel's name, which its queue has too."""
        return "letter" if self is Way.POST else self.value


class Point(StrEnum):
    """A call with an effect, in the order of a message's way.

    RELEASE and PUT_BACK are calls of a message that its provider first asked to wait.
    """

    QUEUE = "queue the job"
    KEEP = "keep the bytes"
    RESERVE = "reserve"
    DRAFT = "leave a draft"
    NAME = "keep the draft's id"
    HAND_OVER = "hand over"
    CONFIRM = "confirm"
    NEXT_DATE = "next date"
    RELEASE = "release"
    PUT_BACK = "put back"


@dataclass(frozen=True, slots=True)
class Call:
    """How to know a call: its service and operation as the SDK names them, and words of its body.

    `first_throttled` says that it is only made when the provider asks to wait.
    """

    service: str
    operation: str
    words: str = ""
    first_throttled: bool = False


_TRANSACT = ("dynamodb", "TransactWriteItems")
# A letter for posting by hand is handed over by reserving it: a person takes it from there.
_ALWAYS = {
    Point.QUEUE: Call("sqs", "SendMessageBatch"),
    Point.KEEP: Call("s3", "PutObject"),
    Point.RESERVE: Call(*_TRANSACT, "attribute_not_exists(pk)"),
    Point.NEXT_DATE: Call("dynamodb", "UpdateItem"),
}
_IN_ONE_GO = {
    Point.CONFIRM: Call(*_TRANSACT, "action_rank < :rank"),
    Point.RELEASE: Call(*_TRANSACT, '"Delete"', first_throttled=True),
    Point.PUT_BACK: Call("sqs", "SendMessage", first_throttled=True),
}
_CALLS: Mapping[Way, Mapping[Point, Call]] = {
    Way.EMAIL: {**_ALWAYS, **_IN_ONE_GO, Point.HAND_OVER: Call("sesv2", "SendEmail")},
    Way.SMS: {**_ALWAYS, **_IN_ONE_GO, Point.HAND_OVER: Call("sns", "Publish")},
    Way.LETTER: _ALWAYS,
    Way.POST: {
        **_ALWAYS,
        Point.DRAFT: Call("maileva", "create"),
        Point.NAME: Call(*_TRANSACT, "body = :body"),
        Point.HAND_OVER: Call("maileva", "submit"),
        Point.CONFIRM: Call(*_TRANSACT, '"sent"'),
    },
}


def call_at(point: Point, way: Way) -> Call | None:
    """Return the call that is made at this point, None where there is none on this way."""
    return _CALLS[way].get(point)


@dataclass(frozen=True, slots=True)
class Cell:
    """One failure: of which call on which way, of which kind, before or after it was taken."""

    way: Way
    point: Point
    harm: Harm
    after: bool

    def __str__(self) -> str:
        side = "after" if self.after else "before"
        return f"{self.way}-{self.point.replace(' ', '-')}-{self.harm}-{side}"

    @property
    def call(self) -> Call:
        """The call that is struck."""
        found = call_at(self.point, self.way)
        if found is None:
            raise ValueError(f"no such call: {self}")
        return found


CELLS = tuple(
    Cell(way, point, harm, after)
    for way in Way
    for point in Point
    if call_at(point, way)
    for harm in Harm
    for after in (False, True)
)
