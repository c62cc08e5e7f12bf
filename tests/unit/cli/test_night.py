"""A night on the local stage: its event, and waiting until all work is done."""

from datetime import UTC, datetime

import pytest

from relance.cli.errors import CommandError
from relance.cli.night import drain, scheduled_event
from relance.cli.stack import WORK_QUEUES


class Queues:
    """Queues whose one message moves on to the next queue each time all were looked at."""

    def __init__(self, *way: str) -> None:
        self.way = list(way)
        self.looked_at: list[str] = []

    def waiting(self, name: str) -> int:
        self.looked_at.append(name)
        here = bool(self.way) and self.way[0] == name
        if name == WORK_QUEUES[-1] and self.way:
            self.way.pop(0)
        return int(here)


def test_waiting_ends_when_work_has_gone_through_all_queues() -> None:
    queues = Queues("Plan", "Plan", "Email", "Letter")
    drain(queues.waiting, tick=lambda _: None, seconds=10)
    assert queues.way == []


def test_nothing_to_do_ends_at_once() -> None:
    queues = Queues()
    drain(queues.waiting, tick=lambda _: None, seconds=0)
    assert queues.looked_at == list(WORK_QUEUES)


def test_queues_are_looked_at_in_the_direction_in_which_work_flows() -> None:
    # A part planned between two looks is then seen as the messages it became.
    assert WORK_QUEUES.index("Plan") < WORK_QUEUES.index("Email")
    assert WORK_QUEUES.index("Uploads") < WORK_QUEUES.index("Plan")


def test_work_that_does_not_end_is_named_with_its_queue() -> None:
    told: list[str] = []
    with pytest.raises(CommandError, match="left: email 2"):
        drain(lambda name: 2 if name == "Email" else 0, tick=told.append, seconds=0)
    assert told == ["waiting for email 2"]


def test_the_planner_is_started_with_the_event_of_the_nightly_rule() -> None:
    event = scheduled_event(datetime(2025, 3, 9, 1, tzinfo=UTC))
    assert event["time"] == "2025-03-09T01:00:00Z"
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
