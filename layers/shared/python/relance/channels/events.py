"""The bus on which other services hear what happened: EventBridge."""

import time
from typing import TYPE_CHECKING, Any

from relance.app.errors import NotAcceptedError
from relance.contracts.events import SOURCE, Event

if TYPE_CHECKING:
    from mypy_boto3_events.client import EventBridgeClient

_TRIES = 4
_FIRST_WAIT = 0.1  # seconds; doubles each time


class EventBridge:
    """`Events` on one EventBridge bus. The event's type is its `detail-type`."""

    def __init__(self, client: "EventBridgeClient", bus: str) -> None:
        self._client = client
        self._bus = bus

    def publish(self, event: Event) -> None:
        entry: Any = {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.type,
            "Detail": event.model_dump_json(),
            "Time": event.at,
        }
        for attempt in range(_TRIES):
            # A refused entry is no error of the call: it is told in the answer.
            answer = self._client.put_events(Entries=[entry])
            if not answer["FailedEntryCount"]:
                return
            if attempt < _TRIES - 1:
                time.sleep(_FIRST_WAIT * 2**attempt)
        [told] = answer["Entries"]
        raise NotAcceptedError(f"the bus did not take {event.type}: {told.get('ErrorCode')}")
