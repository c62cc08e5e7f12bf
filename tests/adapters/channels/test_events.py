"""Events on EventBridge: told whole, tried again when an entry is refused, raised in the end."""

import json
from typing import Any

import pytest

from relance.app.errors import NotAcceptedError
from relance.channels.events import EventBridge
from tests.unit.contracts.test_events import HELD


class Bus:
    """An EventBridge client whose bus refuses so many entries before it takes one."""

    def __init__(self, refusals: int = 0) -> None:
        self._refusals = refusals
        self.calls: list[list[dict[str, Any]]] = []

    def put_events(self, **parameters: list[dict[str, Any]]) -> dict[str, Any]:
        self.calls.append(parameters["Entries"])
        if len(self.calls) <= self._refusals:
            refused = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
            return {"FailedEntryCount": 1, "Entries": [refused]}
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "e"}]}


def on(bus: Any) -> EventBridge:
    return EventBridge(bus, "relance-test")


def test_an_event_is_told_with_its_source_its_type_and_its_own_instant() -> None:
    bus = Bus()
    on(bus).publish(HELD)
    [[entry]] = bus.calls
    assert entry["EventBusName"] == "relance-test"
    assert (entry["Source"], entry["DetailType"]) == ("relance", "import.held")
    assert entry["Time"] == HELD.at
    assert json.loads(entry["Detail"]) == json.loads(HELD.model_dump_json())


def test_an_entry_that_the_bus_refuses_is_put_again() -> None:
    bus = Bus(refusals=2)
    on(bus).publish(HELD)
    assert len(bus.calls) == 3
    assert bus.calls[0] == bus.calls[2]


def test_a_bus_that_takes_nothing_is_said_so() -> None:
    bus = Bus(refusals=99)
    with pytest.raises(NotAcceptedError, match=r"import\.held: ThrottlingException"):
        on(bus).publish(HELD)
    assert 1 < len(bus.calls) < 10
