"""The e-mail queue: one mail a decision, exactly as kept."""

import json
from email import message_from_bytes, policy

import pytest

from functions.send_email.handler import lambda_handler
from relance.contracts.jobs import SendJob
from relance.domain.actions import ActionState
from tests.adapters.channels.provider import provider
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import DEBTOR, NIGHT, SENDER, TENANT, Stage, due_job


@pytest.fixture
def job(stage: Stage) -> str:
    """The job of one customer whose first reminder is due."""
    stage.sign_up()
    stage.add_debtor()
    return due_job(stage)


def send(*bodies: str) -> list[str]:
    return failures(lambda_handler(sqs_batch(*bodies), FakeLambdaContext()))


def test_one_mail_leaves_with_the_exact_bytes_that_are_kept(stage: Stage, job: str) -> None:
    assert send(job) == []
    (mail,), (action,) = stage.mails(), stage.history()
    ((key, content),) = stage.documents().items()
    assert (key, content) == (action.document, mail.raw_data.encode())
    assert key.startswith(f"tenants/{TENANT}/documents/")
    assert key.endswith(f"/{action.id}.eml")
    assert (mail.source, set(mail.destinations)) == (SENDER, {DEBTOR.email})
    assert (action.state, action.completed_on) == (ActionState.SENT, NIGHT)
    assert action.reference == mail.id


def test_the_mail_speaks_for_the_company_and_is_answered_to_it(stage: Stage, job: str) -> None:
    send(job)
    (content,) = stage.documents().values()
    mail = message_from_bytes(content, policy=policy.default)
    assert mail["From"] == f"Atelier Bréhat <{SENDER}>"
    assert mail["Reply-To"] == "Atelier Bréhat <compta@atelier.example.com>"
    text = mail.get_body(("plain",))
    assert text is not None
    assert "FA-C1" in text.get_content()


def test_the_same_message_delivered_twice_sends_one(stage: Stage, job: str) -> None:
    assert send(job) == []
    assert send(job) == []
    assert len(stage.mails()) == 1


def test_the_same_message_twice_in_one_batch_sends_one(stage: Stage, job: str) -> None:
    assert send(job, job) == []
    assert len(stage.mails()) == 1


def test_a_batch_with_one_bad_message_reports_only_that_one(stage: Stage, job: str) -> None:
    assert send("{}", job, "no message") == ["m1", "m3"]
    assert len(stage.mails()) == 1


def test_a_job_whose_debt_was_paid_meanwhile_sends_nothing(stage: Stage, job: str) -> None:
    store = stage.store()
    account = store.account("C1")
    assert account is not None
    store.archive(account.customer, [item.id for item in account.items])
    assert send(job) == []
    assert (stage.mails(), stage.documents(), stage.history()) == ([], {}, ())


def test_a_job_of_a_customer_that_is_not_there_sends_nothing(stage: Stage, job: str) -> None:
    lost = SendJob.model_validate_json(job).model_copy(update={"customer": "C9"})
    assert send(lost.model_dump_json()) == []
    assert stage.mails() == []


def test_a_job_that_names_another_company_sends_for_nobody(stage: Stage, job: str) -> None:
    stage.sign_up("rival")
    stolen = SendJob.model_validate_json(job).model_copy(update={"tenant": "rival"})
    assert send(stolen.model_dump_json()) == []
    assert stage.mails() == []


def test_a_mail_that_ses_certainly_did_not_take_waits_for_another_try_and_leaves_no_trace(
    stage: Stage, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing listens there: the request never goes out.
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:9")
    assert send(job) == []
    assert stage.history() == ()
    assert stage.put_back("email") == 1


def test_a_mail_whose_answer_was_lost_is_in_doubt_and_never_sent_again(
    stage: Stage, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider(None) as ses:  # takes the mail and hangs up
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", ses.address)
        assert send(job) == []
        assert send(job, job) == []
    assert len(ses.requests) == 1
    (action,) = stage.history()
    assert action.state is ActionState.IN_DOUBT


def test_a_sender_that_ses_refuses_waits_for_someone_and_is_not_tried_again(
    stage: Stage, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELANCE_PLATFORM_SENDER", "relance@unverified.example.org")
    assert send(job) == []
    (action,) = stage.history()
    assert (action.state, stage.mails()) == (ActionState.FAILED, [])


def test_the_day_is_the_stored_clock_s(stage: Stage, job: str) -> None:
    stage.set_clock("2025-03-11T23:30:00+00:00")  # past midnight in Paris
    send(job)
    (action,) = stage.history()
    assert str(action.completed_on) == "2025-03-12"


def test_a_job_of_another_version_goes_back(stage: Stage, job: str) -> None:
    assert send(json.dumps({**json.loads(job), "v": 2})) == ["m1"]
    assert stage.mails() == []
