"""The feedback queue: what SES says of a mail reaches its action."""

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from functions.record_feedback.handler import lambda_handler
from functions.send_email.handler import lambda_handler as send_email
from functions.send_sms.handler import lambda_handler as send_sms
from relance.contracts.tags import encode_tag
from relance.domain.actions import ActionState
from relance.domain.scenario import Channel
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import DEBTOR, NIGHT, TENANT, Stage, due_job

EVENTS = Path(__file__).parents[2] / "data" / "ses_events"
LOGS = Path(__file__).parents[2] / "data" / "sms_logs"


@pytest.fixture
def sent(stage: Stage) -> Stage:
    """A stage on which one mail was sent."""
    stage.sign_up()
    stage.add_debtor()
    send_email(sqs_batch(due_job(stage)), FakeLambdaContext())
    return stage


def news(stage: Stage, name: str, *, tenant: str = TENANT, tagged: bool = True) -> str:
    """Return a stored event as if it were about the stage's one mail."""
    text = (EVENTS / f"{name}.json").read_text()
    event: dict[str, Any] = json.loads(text.replace("anne@example.fr", DEBTOR.email))
    (action,) = stage.history()
    mail = event.get("detail", event)["mail"]
    mail["messageId"] = action.reference
    ours = {"tenant": [encode_tag(tenant)], "action": [encode_tag(action.id)]}
    mail["tags"] = ours if tagged else {"ses:configuration-set": ["another"]}
    return json.dumps(event)


def take(*bodies: str) -> list[str]:
    return failures(lambda_handler(sqs_batch(*bodies), FakeLambdaContext()))


def address_is_blocked(stage: Stage) -> bool:
    account = stage.store().account("C1")
    assert account is not None
    (contact,) = account.customer.contacts
    return contact.email_blocked


def state(stage: Stage) -> ActionState:
    (action,) = stage.history()
    return action.state


def test_a_delivery_moves_the_action(sent: Stage) -> None:
    assert take(news(sent, "delivery")) == []
    assert (state(sent), address_is_blocked(sent)) == (ActionState.DELIVERED, False)


@pytest.mark.parametrize(
    ("name", "becomes"),
    [("bounce_permanent", ActionState.BOUNCED), ("complaint", ActionState.COMPLAINED)],
)
def test_a_hard_bounce_or_complaint_marks_the_address(
    sent: Stage, name: str, becomes: ActionState
) -> None:
    assert take(news(sent, name)) == []
    assert (state(sent), address_is_blocked(sent)) == (becomes, True)


def test_a_soft_bounce_marks_nothing(sent: Stage) -> None:
    assert take(news(sent, "bounce_transient")) == []
    assert not address_is_blocked(sent)


def test_the_same_news_twice_moves_once(sent: Stage) -> None:
    event = news(sent, "bounce_permanent")
    assert take(event) == []
    before = sent.store().account("C1")
    assert take(event, event) == []
    assert sent.store().account("C1") == before


def test_late_news_moves_nothing_back(sent: Stage) -> None:
    assert take(news(sent, "complaint"), news(sent, "delivery")) == []
    assert state(sent) is ActionState.COMPLAINED


@pytest.mark.parametrize("name", ["send", "open"])
def test_news_that_changes_nothing_is_passed_over(sent: Stage, name: str) -> None:
    assert take(news(sent, name)) == []
    assert state(sent) is ActionState.SENT


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("bounce_permanent", ActionState.BOUNCED),
        ("identity_bounce", ActionState.BOUNCED),
        ("identity_complaint", ActionState.COMPLAINED),
    ],
)
def test_news_without_our_tags_is_known_by_the_provider_s_name_of_the_message(
    sent: Stage, name: str, becomes: ActionState
) -> None:
    assert take(news(sent, name, tagged=False)) == []
    assert (state(sent), address_is_blocked(sent)) == (becomes, True)


def test_news_of_a_message_that_is_not_ours_is_passed_over(sent: Stage) -> None:
    foreign = json.loads(news(sent, "identity_bounce", tagged=False))
    foreign["mail"]["messageId"] = "0100019578-example-999999"
    assert take(json.dumps(foreign)) == []
    assert (state(sent), address_is_blocked(sent)) == (ActionState.SENT, False)


def test_news_for_a_company_that_is_not_here_is_passed_over(sent: Stage) -> None:
    assert take(news(sent, "bounce_permanent", tenant="nobody")) == []
    assert state(sent) is ActionState.SENT


def test_news_tagged_with_another_company_reaches_nobody_s_action(sent: Stage) -> None:
    sent.sign_up("rival")
    assert take(news(sent, "bounce_permanent", tenant="rival")) == []
    assert (state(sent), address_is_blocked(sent)) == (ActionState.SENT, False)


def test_a_batch_with_one_bad_message_reports_only_that_one(sent: Stage) -> None:
    bad = json.dumps({"detail": {"eventType": "Bounce", "mail": {}}})
    assert take(bad, news(sent, "delivery"), "[]") == ["m1", "m3"]
    assert state(sent) is ActionState.DELIVERED


@pytest.fixture
def texted(stage: Stage) -> Stage:
    """A stage on which one text message was sent."""
    stage.sign_up()
    stage.send_reminders_by(Channel.SMS)
    stage.add_debtor()
    stage.set_clock(f"{NIGHT}T12:00:00+00:00")
    send_sms(sqs_batch(due_job(stage, "sms")), FakeLambdaContext())
    assert state(stage) is ActionState.SENT
    return stage


def entry(stage: Stage, name: str, response: str | None = None) -> str:
    """Return a log entry as if it were about the stage's one text message."""
    told: dict[str, Any] = json.loads((LOGS / f"{name}.json").read_text())
    (action,) = stage.history()
    told["notification"]["messageId"] = action.reference
    if response is not None:
        told["delivery"]["providerResponse"] = response
    return json.dumps(told)


def logs(*entries: str) -> dict[str, Any]:
    """Return entries as a subscription of the log group hands them on."""
    made = {
        "messageType": "DATA_MESSAGE",
        "logGroup": "sns/eu-west-3/111122223333/DirectPublishToPhoneNumber",
        "logEvents": [{"id": "1", "timestamp": 1, "message": each} for each in entries],
    }
    return {
        "awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(made).encode())).decode()}
    }


def test_the_log_of_a_text_that_arrived_moves_its_action(texted: Stage) -> None:
    lambda_handler(logs(entry(texted, "success")), FakeLambdaContext())
    assert state(texted) is ActionState.DELIVERED


def test_the_log_of_an_opted_out_number_puts_it_on_the_list(texted: Stage) -> None:
    told = logs(entry(texted, "failure", "Phone number is opted out"))
    lambda_handler(told, FakeLambdaContext())
    lambda_handler(told, FakeLambdaContext())
    assert state(texted) is ActionState.BOUNCED
    assert texted.store().opted_out([DEBTOR.phone]) == {DEBTOR.phone}


def test_the_log_of_a_text_that_did_not_arrive_fails_its_action(texted: Stage) -> None:
    lambda_handler(logs(entry(texted, "failure")), FakeLambdaContext())
    assert state(texted) is ActionState.FAILED
    assert texted.store().opted_out([DEBTOR.phone]) == frozenset()


def test_late_logs_move_nothing_back(texted: Stage) -> None:
    lambda_handler(logs(entry(texted, "failure"), entry(texted, "success")), FakeLambdaContext())
    assert state(texted) is ActionState.FAILED


def test_the_log_of_a_text_that_is_not_ours_is_passed_over(texted: Stage) -> None:
    lambda_handler(logs((LOGS / "success.json").read_text()), FakeLambdaContext())
    assert state(texted) is ActionState.SENT


def test_one_bad_entry_brings_all_back_after_the_others_were_done(
    texted: Stage, log: Callable[[], str]
) -> None:
    bad = json.dumps({"notification": {}, "status": "SUCCESS"})
    with pytest.raises(RuntimeError, match="2 entries failed"):
        lambda_handler(logs(bad, entry(texted, "success"), "no JSON"), FakeLambdaContext())
    assert state(texted) is ActionState.DELIVERED
    assert "notification.messageId" in log()


def test_entries_given_back_by_the_dead_letter_queue_are_recorded(texted: Stage) -> None:
    assert take(json.dumps(logs(entry(texted, "success")))) == []
    assert state(texted) is ActionState.DELIVERED


def test_neither_number_nor_carrier_words_are_logged(texted: Stage, log: Callable[[], str]) -> None:
    lambda_handler(
        logs(entry(texted, "failure", f"No route to {DEBTOR.phone}")), FakeLambdaContext()
    )
    assert DEBTOR.phone[1:] not in log()
    assert "No route" not in log()
