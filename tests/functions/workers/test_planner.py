"""The night's start: every company gets a part."""

import json
from collections.abc import Callable

import pytest

from functions.planner.handler import lambda_handler
from tests.functions.workers.events import FakeLambdaContext, scheduled
from tests.functions.workers.stage import Stage

AT = "2025-03-10T01:00:00Z"


def test_a_night_started_gives_every_company_its_first_part(stage: Stage) -> None:
    for tenant in ("atelier", "brasserie", "chantier"):
        stage.sign_up(tenant)
    assert lambda_handler(scheduled(AT), FakeLambdaContext()) == {"tenants": 3}
    parts = sorted(map(json.loads, stage.waiting("plan")), key=lambda part: part["tenant"])
    assert parts == [
        {"kind": "part", "v": 1, "tenant": tenant, "at": AT, "after": None, "wave": False}
        for tenant in ("atelier", "brasserie", "chantier")
    ]


def test_a_night_without_any_company_is_a_quiet_one(stage: Stage) -> None:
    assert lambda_handler(scheduled(AT), FakeLambdaContext()) == {"tenants": 0}
    assert stage.waiting("plan") == []


def test_the_day_of_the_night_is_the_event_s_not_the_clock_s(stage: Stage) -> None:
    stage.sign_up()
    stage.set_clock("2030-01-01T00:00:00+00:00")
    lambda_handler(scheduled("2024-11-05T01:00:00Z"), FakeLambdaContext())
    (part,) = stage.waiting("plan")
    assert json.loads(part)["at"] == "2024-11-05T01:00:00Z"


def test_an_hourly_event_gives_every_company_a_message_to_resume(stage: Stage) -> None:
    stage.sign_up()
    event = {"time": "2025-03-10T07:02:00Z", "detail": {"run": "resume"}}
    assert lambda_handler(event, FakeLambdaContext()) == {"tenants": 1}
    (message,) = map(json.loads, stage.waiting("plan"))
    assert (message["kind"], message["at"]) == ("resume", "2025-03-10T07:02:00Z")


def test_an_event_without_an_offset_fails_before_any_part_is_put(stage: Stage) -> None:
    stage.sign_up()
    with pytest.raises(ValueError, match="no offset"):
        lambda_handler(scheduled("2025-03-10T01:00:00"), FakeLambdaContext())
    assert stage.waiting("plan") == []


def test_the_start_is_logged_and_counted(stage: Stage, log: Callable[[], str]) -> None:
    stage.sign_up()
    lambda_handler(scheduled(AT), FakeLambdaContext())
    lines = [json.loads(line) for line in log().splitlines()]
    assert [(each["message"], each["tenants"]) for each in lines if "message" in each] == [
        ("night started", 1)
    ]
    assert [each["tenants"] for each in lines if "_aws" in each] == [[1.0]]


def test_d26_a_semester_without_a_known_rate_is_told_to_the_operator(
    stage: Stage, log: Callable[[], str]
) -> None:
    lambda_handler(scheduled("2039-08-01T01:00:00Z"), FakeLambdaContext())
    lines = [json.loads(line) for line in log().splitlines()]
    assert [(each["level"], each["semester"]) for each in lines if "semester" in each] == [
        ("WARNING", "2039-H2")
    ]
    assert [each for each in lines if "semesters_without_rate" in each]
