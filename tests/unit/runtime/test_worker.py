"""A batch: each message by itself, failures reported one by one, nothing of them quoted."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from relance.runtime.worker import NoBatch, work
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.unit.runtime.lines import Log

SERVICE = "worker-test"
ADDRESS = "anne.dupont@example.com"


class _Inner(BaseModel):
    names: dict[str, int] = {}


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int
    inner: _Inner = _Inner()


@pytest.fixture
def log() -> Log:
    return Log(SERVICE)


def run(*bodies: str) -> list[str]:
    def handle(body: str) -> str:
        return "odd" if _Message.model_validate_json(body).number % 2 else "even"

    answer: dict[str, Any] = work(
        sqs_batch(*bodies),
        FakeLambdaContext(),
        service=SERVICE,
        handle=handle,
    )
    return failures(answer)


def test_each_verdict_is_logged_with_its_message_and_counted(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run('{"number": 1}', '{"number": 2}', '{"number": 3}') == []
    assert [(line["message_id"], line["verdict"]) for line in log.lines] == [
        ("m1", "odd"),
        ("m2", "even"),
        ("m3", "odd"),
    ]
    (counted,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (sum(counted["odd"]), sum(counted["even"])) == (2, 1)
    assert "failed" not in counted


def test_only_the_message_that_fails_goes_back(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run('{"number": 1}', "no message", '{"number": 3}') == ["m2"]
    assert [line["message_id"] for line in log.lines if "verdict" in line] == ["m1", "m3"]
    (counted,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert counted["failed"] == [1.0]


def test_a_batch_that_fails_wholly_is_reported_message_by_message(log: Log) -> None:
    assert run("{}", "[]") == ["m1", "m2"]


@pytest.mark.parametrize(
    "event", [{}, {"Records": []}, {"Records": [{"s3": {}}]}, {"detail-type": "Scheduled Event"}]
)
def test_an_event_that_is_no_batch_fails_and_is_not_taken_for_done(event: dict[str, Any]) -> None:
    with pytest.raises(NoBatch):
        work(event, FakeLambdaContext(), service=SERVICE, handle=str)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"number": ADDRESS}, "number: int_parsing"),
        ({"number": 1, ADDRESS: 1}, "extra_forbidden"),
        ({"number": 1, "inner": {"names": {ADDRESS: "x"}}}, "inner.names: int_parsing"),
        ({"inner": {}}, "number: missing"),
        (ADDRESS, "model_type"),
        ({"number": 1.5, "inner": 1}, "number: int_from_float, inner: model_type"),
    ],
)
def test_a_wrong_message_is_told_by_place_and_kind_alone(log: Log, body: Any, told: str) -> None:
    assert run(json.dumps(body)) == ["m1"]
    assert ADDRESS not in log.text
    assert "anne" not in log.text
    assert told in log.lines[0]["exception"]


def test_what_is_no_json_is_told_without_quoting_it(log: Log) -> None:
    assert run(f'{{"number": {ADDRESS}}}') == ["m1"]
    assert "json_invalid" in log.text
    assert "anne" not in log.text
