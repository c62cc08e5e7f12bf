"""What may happen to a call, and on which calls of a message's way it is tried."""

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
    """By which channel the message goes."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"


class Point(StrEnum):
    """A call with an effect, in the order of a message's way.

    RELEASE and PUT_BACK are calls of a message that its provider first asked to wait.
    """

    QUEUE = "queue the job"
    KEEP = "keep the bytes"
    RESERVE = "reserve"
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
_CALLS = {
    Point.QUEUE: Call("sqs", "SendMessageBatch"),
    Point.KEEP: Call("s3", "PutObject"),
    Point.RESERVE: Call(*_TRANSACT, "attribute_not_exists(pk)"),
    Point.CONFIRM: Call(*_TRANSACT, "action_rank < :rank"),
    Point.NEXT_DATE: Call("dynamodb", "UpdateItem"),
    Point.RELEASE: Call(*_TRANSACT, '"Delete"', first_throttled=True),
    Point.PUT_BACK: Call("sqs", "SendMessage", first_throttled=True),
}
_HANDED_OVER_BY = {Way.EMAIL: Call("sesv2", "SendEmail"), Way.SMS: Call("sns", "Publish")}
# A letter for posting by hand is handed over by reserving it: a person takes it from there.
_NOT_OF_LETTERS = {Point.HAND_OVER, Point.CONFIRM, Point.RELEASE, Point.PUT_BACK}


def call_at(point: Point, way: Way) -> Call | None:
    """Return the call that is made at this point, None where there is none on this way."""
    if way is Way.LETTER and point in _NOT_OF_LETTERS:
        return None
    return _HANDED_OVER_BY[way] if point is Point.HAND_OVER else _CALLS[point]


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
