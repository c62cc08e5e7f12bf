"""A queue on a test's own clock that stays quick with ten thousand messages waiting on it.

It stands where a client's request would leave for SQS, so that the product's own client is what
fills it. Messages are delayed, hidden while somebody has them, and dead when they came five times.
"""

import heapq
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

# As the stack sets up the queue of e-mails.
_HIDDEN = 360
_MOST_TAKEN = 5


@dataclass(eq=False)
class Waiting:
    """One message; `taken` counts how often somebody was given it."""

    body: str
    taken: int = 0
    gone: bool = False


class QuickQueue:
    """`seconds` is the clock that delays are counted by."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self.dead: list[str] = []
        self._seconds = seconds
        self._order = count()
        self._heap: list[tuple[float, int, Waiting]] = []
        self._left = 0

    @property
    def left(self) -> int:
        """How many messages are shown, hidden or delayed."""
        return self._left

    def put(self, body: str, *, delay: float) -> None:
        """Put a message on the queue, to be shown after so many seconds."""
        self._left += 1
        self._show(Waiting(body), delay)

    def take(self, most: int) -> list[Waiting]:
        """Return some of the messages that are shown now, and hide them."""
        return list(islice(self._shown(), most))

    def done(self, message: Waiting) -> None:
        """Take a message off the queue."""
        message.gone = True
        self._left -= 1

    def answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        """Answer a request of a client of SQS: the two by which messages are put on."""
        target = cast("bytes", request.headers["X-Amz-Target"])
        operation = target.decode().partition(".")[2]
        asked = json.loads(cast("bytes", request.body))
        if operation == "SendMessageBatch":
            for entry in asked["Entries"]:
                self.put(entry["MessageBody"], delay=entry.get("DelaySeconds", 0))
            told = [{"Id": entry["Id"], "MessageId": "m"} for entry in asked["Entries"]]
            return _said(request, {"Successful": told, "Failed": []})
        if operation == "SendMessage":
            self.put(asked["MessageBody"], delay=asked.get("DelaySeconds", 0))
            return _said(request, {"MessageId": "m"})
        raise ValueError(
            f"This queue takes SendMessage and SendMessageBatch, and does not know {operation}: "
            "if the product asks for it now, QuickQueue.answer must too."
        )

    def _shown(self) -> Iterator[Waiting]:
        while self._heap and self._heap[0][0] <= self._seconds():
            message = heapq.heappop(self._heap)[2]
            if message.gone:
                continue
            if message.taken == _MOST_TAKEN:
                self.dead.append(message.body)
                self.done(message)
                continue
            message.taken += 1
            self._show(message, _HIDDEN)
            yield message

    def _show(self, message: Waiting, delay: float) -> None:
        heapq.heappush(self._heap, (self._seconds() + delay, next(self._order), message))


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _said(request: AWSPreparedRequest, answer: dict[str, Any]) -> AWSResponse:
    return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(json.dumps(answer).encode()))
