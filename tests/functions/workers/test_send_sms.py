"""The sms queue: one text message a decision."""

from datetime import timedelta

import pytest

from functions.send_sms.handler import lambda_handler
from relance.domain.actions import ActionState
from relance.domain.scenario import Channel
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import DEBTOR, NIGHT, Stage, due_job


@pytest.fixture
def job(stage: Stage) -> str:
    """The job of one customer whose first reminder goes by text message."""
    stage.sign_up()
    stage.send_reminders_by(Channel.SMS)
    stage.add_debtor()
    stage.set_clock(f"{NIGHT}T12:00:00+00:00")
    return due_job(stage, "sms")


def send(*bodies: str) -> list[str]:
    return failures(lambda_handler(sqs_batch(*bodies), FakeLambdaContext()))


def test_one_text_is_published_and_its_action_is_sent(stage: Stage, job: str) -> None:
    assert send(job) == []
    ((number, text),), (action,) = stage.texts(), stage.history()
    assert number == DEBTOR.phone
    assert "Atelier Bréhat" in text
    assert (action.state, action.channel, action.completed_on) == (
        ActionState.SENT,
        Channel.SMS,
        NIGHT,
    )


def test_d6_a_text_that_comes_after_eight_in_the_evening_waits(stage: Stage, job: str) -> None:
    stage.set_clock(f"{NIGHT}T19:30:00+00:00")
    assert send(job) == []
    assert stage.texts() == []
    assert stage.history() == ()
    assert stage.store().due_customers(NIGHT + timedelta(days=1), limit=9).entries == ("C1",)


def test_the_same_message_delivered_twice_publishes_one(stage: Stage, job: str) -> None:
    assert send(job) == []
    assert send(job, job) == []
    assert len(stage.texts()) == 1


def test_the_text_that_left_is_kept(stage: Stage, job: str) -> None:
    send(job)
    ((_, text),), (action,) = stage.texts(), stage.history()
    assert stage.documents() == {action.document: text.encode()}


def test_a_batch_with_one_bad_message_reports_only_that_one(stage: Stage, job: str) -> None:
    assert send(job, "{}") == ["m2"]
    assert len(stage.texts()) == 1


def test_an_e_mail_s_job_on_this_queue_publishes_nothing(stage: Stage) -> None:
    stage.sign_up()
    stage.add_debtor()
    assert send(due_job(stage, "email").replace('"email"', '"sms"')) == []
    assert (stage.texts(), stage.history()) == ([], ())
