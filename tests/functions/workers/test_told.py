"""What functions write is told on the bus, and what the bus does not take stops nothing (A6)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.plan_tenant.handler import lambda_handler as plan_tenant
from functions.record_feedback.handler import lambda_handler as record_feedback
from functions.send_email.handler import lambda_handler as send_email
from relance.domain.actions import ActionState
from relance.domain.scenario import Channel
from relance.runtime import telling
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import DEBTOR, NIGHT, TENANT, Stage, due_job
from tests.functions.workers.test_record_feedback import news


@pytest.fixture(autouse=True)
def fresh() -> None:
    """No process has told anything yet."""
    telling.teller.cache_clear()


def heard(stage: Stage) -> list[tuple[str, Any]]:
    return [(event.type, getattr(event, "action_id", None)) for event in stage.heard()]


def test_a_message_is_told_when_it_left_and_when_it_arrived(stage: Stage) -> None:
    stage.sign_up()
    stage.add_debtor()
    assert failures(send_email(sqs_batch(due_job(stage)), FakeLambdaContext())) == []
    [action] = stage.history()
    record_feedback(sqs_batch(news(stage, "delivery")), FakeLambdaContext())
    told = stage.heard()
    assert [event.type for event in told] == ["action.sent", "message.delivered"]
    text = json.dumps([event.model_dump(mode="json") for event in told])
    assert action.id in text
    assert [secret for secret in DEBTOR.secrets if secret in text] == []


def test_a_call_is_told_when_it_is_opened(stage: Stage) -> None:
    stage.sign_up()
    stage.send_reminders_by(Channel.CALL)
    stage.add_debtor()
    part = {"v": 1, "tenant": TENANT, "at": f"{NIGHT}T01:00:00Z", "after": None}
    plan_tenant(sqs_batch(json.dumps(part)), FakeLambdaContext())
    [action] = stage.history()
    assert heard(stage) == [("action.opened", action.id)]


def test_when_the_bus_can_t_be_reached_a_message_leaves_all_the_same(
    stage: Stage, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.sign_up()
    stage.add_debtor()
    monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTBRIDGE", "http://localhost:9")  # where nobody is
    assert failures(send_email(sqs_batch(due_job(stage)), FakeLambdaContext())) == []
    assert len(stage.mails()) == 1
    assert [each.state for each in stage.history()] == [ActionState.SENT]
    text = log()
    assert '"verdict":"sent"' in text
    assert '"message":"event not told"' in text
    assert '"events_lost"' in text
    assert [secret for secret in DEBTOR.secrets if secret in text] == []
