"""What the plan queue carries: two kinds of message, and nothing that has to be guessed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from relance.contracts.jobs import LookAgain, PlanPart, Resume, read_plan_message

NIGHT = datetime(2025, 3, 9, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "message",
    [
        PlanPart(tenant="atelier", at=NIGHT, after="x"),
        LookAgain(tenant="atelier", rules=3),
        LookAgain(tenant="atelier", rules=3, after="x", night=NIGHT),
        Resume(tenant="atelier", at=NIGHT, sweep=True),
    ],
)
def test_a_message_is_read_as_the_kind_that_was_put(message: PlanPart | LookAgain | Resume) -> None:
    assert read_plan_message(message.model_dump_json()) == message


def test_a_message_from_before_there_were_kinds_is_a_part_of_a_night() -> None:
    old = {"v": 1, "tenant": "atelier", "at": "2025-03-09T01:00:00Z", "after": None}
    part = PlanPart(tenant="atelier", at=NIGHT)
    assert read_plan_message(json.dumps(old)) == part


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "nonsense", "v": 1, "tenant": "atelier", "at": "2025-03-09T01:00:00Z"},
        {"kind": ["part"], "v": 1, "tenant": "atelier", "at": "2025-03-09T01:00:00Z"},
        {"kind": None, "v": 1, "tenant": "atelier", "at": "2025-03-09T01:00:00Z"},
        {"kind": "part", "v": 2, "tenant": "atelier", "at": "2025-03-09T01:00:00Z"},
        {"kind": "part", "v": 1, "tenant": "atelier", "rules": 3},
        {"kind": "look_again", "v": 1, "tenant": "atelier", "at": "2025-03-09T01:00:00Z"},
        {"kind": "look_again", "v": 2, "tenant": "atelier", "rules": 3},
        {"v": 1, "tenant": "atelier", "rules": 3},
        [],
        "part",
        None,
    ],
)
def test_a_message_of_no_known_kind_or_version_is_refused(told: Any) -> None:
    with pytest.raises(ValidationError):
        read_plan_message(json.dumps(told))
