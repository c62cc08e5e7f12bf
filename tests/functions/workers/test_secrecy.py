"""Whatever happens, no log line and no metric says who a debtor is or how to reach it (A4)."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import boto3
import pytest

from functions.plan_tenant.handler import lambda_handler as plan_tenant
from functions.record_feedback.handler import lambda_handler as record_feedback
from functions.render_letter.handler import lambda_handler as render_letter
from functions.send_email.handler import lambda_handler as send_email
from functions.send_sms.handler import lambda_handler as send_sms
from functions.sync_ledger.handler import lambda_handler as sync_ledger
from relance.domain.scenario import Channel
from tests.adapters.channels.provider import answer, provider
from tests.functions.workers.events import FakeLambdaContext, failures, object_created, sqs_batch
from tests.functions.workers.stage import (
    DEBTOR,
    LEDGERS,
    NIGHT,
    TABLE,
    TENANT,
    Stage,
    due_job,
)
from tests.functions.workers.test_record_feedback import news

WORKERS = (
    "plan_tenant",
    "send_email",
    "send_sms",
    "render_letter",
    "sync_ledger",
    "record_feedback",
)
PART: dict[str, Any] = {"v": 1, "tenant": TENANT, "at": f"{NIGHT}T01:00:00Z", "after": None}
JOB: dict[str, Any] = {
    "v": 1,
    "tenant": TENANT,
    "customer": "C1",
    "action": "C1-0123456789abcdef",
    "channel": "email",
    "day": f"{NIGHT}",
}


@pytest.fixture
def written(log: Callable[[], str]) -> Callable[[], str]:
    """Call it for the log, once it is sure to hold nothing of the debtor."""

    def clean() -> str:
        text = log()
        found = [secret for secret in DEBTOR.secrets if secret.casefold() in text.casefold()]
        assert found == [], text
        return text

    return clean


def unknown_messages() -> list[str]:
    """Messages of an unknown version or shape that are full of the debtor."""
    event = {"eventType": "Bounce", "mail": {"destination": [DEBTOR.email]}, "bounce": DEBTOR.name}
    mail = {"messageId": "m", "timestamp": DEBTOR.email, "tags": {DEBTOR.email: DEBTOR.name}}
    return [
        f"{DEBTOR.name} <{DEBTOR.email}>",
        json.dumps(DEBTOR.email),
        json.dumps([DEBTOR.email]),
        json.dumps({DEBTOR.email: DEBTOR.name, "phone": DEBTOR.phone}),
        json.dumps({"detail": {DEBTOR.email: DEBTOR.name}}),
        json.dumps({"detail": event}),
        json.dumps({"detail": {"eventType": "Delivery", "mail": mail, "delivery": DEBTOR.email}}),
        json.dumps({"detail": {"object": {"key": [DEBTOR.email]}}}),
        json.dumps({**PART, "v": 2, "at": DEBTOR.email, DEBTOR.name: DEBTOR.street}),
        json.dumps({**JOB, "v": 2, "channel": DEBTOR.phone, DEBTOR.name: DEBTOR.street}),
        json.dumps({**JOB, "day": DEBTOR.email}),
    ]


@pytest.mark.parametrize("worker", WORKERS)
def test_a_message_of_an_unknown_version_or_shape_fails_and_is_not_quoted(
    stage: Stage, worker: str, written: Callable[[], str]
) -> None:
    stage.sign_up()
    bodies = unknown_messages()
    handler = import_module(f"functions.{worker}.handler").lambda_handler
    back = failures(handler(sqs_batch(*bodies), FakeLambdaContext()))
    assert back == [f"m{number}" for number in range(1, len(bodies) + 1)]
    assert written().count('"level":"WARNING"') == len(bodies)


def test_a_night_that_goes_well_names_nobody(stage: Stage, written: Callable[[], str]) -> None:
    stage.sign_up()
    stage.add_debtor("C1")
    stage.add_debtor("C2", email=None)
    job = due_job(stage)
    send_email(sqs_batch(job, job), FakeLambdaContext())
    send_email(sqs_batch(job), FakeLambdaContext())
    render_letter(sqs_batch(*stage.waiting("letter")), FakeLambdaContext())
    assert [len(stage.mails()), len(stage.documents())] == [1, 2]
    assert '"verdict":"sent"' in (text := written())
    assert '"verdict":"kept"' in text


def test_a_text_message_s_number_is_not_logged(stage: Stage, written: Callable[[], str]) -> None:
    stage.sign_up()
    stage.send_reminders_by(Channel.SMS)
    stage.add_debtor()
    stage.set_clock(f"{NIGHT}T12:00:00+00:00")
    send_sms(sqs_batch(due_job(stage, "sms")), FakeLambdaContext())
    assert '"verdict":"sent"' in written()


@pytest.mark.parametrize("name", ["delivery", "bounce_permanent", "complaint", "reject"])
def test_a_provider_s_news_is_not_quoted(
    stage: Stage, name: str, written: Callable[[], str]
) -> None:
    stage.sign_up()
    stage.add_debtor()
    send_email(sqs_batch(due_job(stage)), FakeLambdaContext())
    record_feedback(sqs_batch(news(stage, name)), FakeLambdaContext())
    assert '"verdict":"moved"' in written()


def test_a_provider_s_refusal_that_quotes_the_recipient_is_not_quoted(
    stage: Stage, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.sign_up()
    stage.add_debtor()
    job = due_job(stage)
    words = f"not authorized to perform ses:SendEmail on resource identity/{DEBTOR.email}"
    refusal = answer("403 Forbidden", json.dumps({"message": words}), error="AccessDeniedException")
    with provider(refusal) as ses:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", ses.address)
        assert failures(send_email(sqs_batch(job), FakeLambdaContext())) == []
    assert len(ses.requests) == 1
    assert "AccessDeniedException" in written()


def test_a_record_that_can_t_be_read_stops_one_customer_and_is_not_quoted(
    stage: Stage, written: Callable[[], str]
) -> None:
    stage.sign_up()
    stage.add_debtor("BAD")
    stage.add_debtor("GOOD")
    spoil(customer="BAD")
    answered = plan_tenant(sqs_batch(json.dumps(PART)), FakeLambdaContext())
    assert failures(answered) == []
    assert [json.loads(job)["customer"] for job in stage.waiting("email")] == ["GOOD"]
    text = written()
    assert '"message":"customer not planned"' in text
    assert '"customer":"BAD"' in text
    assert '"failed":1' in text


def test_a_ledger_s_rows_are_not_quoted(stage: Stage, written: Callable[[], str]) -> None:
    stage.sign_up()
    key = f"tenants/{TENANT}/{DEBTOR.company}.txt"
    good = f"Client;Nom;Facture\n{DEBTOR.email};{DEBTOR.name};{DEBTOR.phone}\n".encode()
    for content in (good, DEBTOR.street.encode("latin-1"), b""):
        event = object_created(LEDGERS, key, stage.upload(key, content))
        assert failures(sync_ledger(sqs_batch(event), FakeLambdaContext())) == []
    assert '"state":"failed"' in written()


def spoil(*, customer: str) -> None:
    """Make a customer's record one that no version of the product wrote."""
    table = boto3.resource("dynamodb").Table(TABLE)
    (record,) = (
        each
        for each in table.scan()["Items"]
        if each["sk"] == "LIVE" and each["body"].get("id") == customer  # type: ignore[union-attr]
    )
    record["body"] = {"id": customer, "contacts": DEBTOR.email, "name": [DEBTOR.name]}
    table.put_item(Item=record)
