"""The feedback queue: what SES says of a mail reaches its action."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.record_feedback.handler import lambda_handler
from functions.send_email.handler import lambda_handler as send_email
from relance.contracts.tags import encode_tag
from relance.domain.facts import ActionState
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import DEBTOR, TENANT, Stage, due_job

EVENTS = Path(__file__).parents[2] / "data" / "ses_events"


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


@pytest.mark.parametrize("name", ["bounce_permanent", "identity_bounce", "complaint"])
def test_news_without_our_tags_is_passed_over(sent: Stage, name: str) -> None:
    assert take(news(sent, name, tagged=False)) == []
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
