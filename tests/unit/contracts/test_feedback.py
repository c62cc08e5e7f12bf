"""What SES tells about a message after it took it (A3)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relance.contracts.feedback import Feedback, FeedbackKind, parse_feedback

SAMPLES = Path(__file__).parents[2] / "data" / "ses_events"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "aws" / "ses-events"


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return event


def test_a_hard_bounce_names_message_action_and_address() -> None:
    """D42."""
    assert parse_feedback(sample("bounce_permanent")) == Feedback(
        kind=FeedbackKind.BOUNCED,
        reference="0100019578-example-000001",
        at=datetime(2025, 3, 9, 1, 0, 11, tzinfo=UTC),
        recipients=("anne@example.fr",),
        tenant="lefevre",
        action="411DUPONT~2e-0123456789abcdef",
        permanent=True,
        detail="Permanent/General",
        addressed=("anne@example.fr",),
    )


@pytest.mark.parametrize(
    ("name", "kind", "detail"),
    [
        ("bounce_transient", FeedbackKind.BOUNCED, "Transient/MailboxFull"),
        ("complaint", FeedbackKind.COMPLAINED, "abuse"),
        ("delivery", FeedbackKind.DELIVERED, ""),
        ("delivery_delay", FeedbackKind.DELAYED, "TransientCommunicationFailure"),
        ("reject", FeedbackKind.REJECTED, "Bad content"),
        ("rendering_failure", FeedbackKind.REJECTED, "rendering failure"),
    ],
)
def test_each_kind_of_news_is_told_apart(name: str, kind: FeedbackKind, detail: str) -> None:
    feedback = parse_feedback(sample(name))
    assert feedback is not None
    assert (feedback.kind, feedback.detail) == (kind, detail)
    assert not feedback.permanent
    assert feedback.recipients == ("anne@example.fr",)
    assert feedback.tenant == "lefevre"
    assert feedback.at.tzinfo is not None


@pytest.mark.parametrize("name", ["send", "open"])
def test_news_that_changes_nothing_is_passed_over(name: str) -> None:
    assert parse_feedback(sample(name)) is None


def test_an_identity_notification_is_read_and_carries_no_tags() -> None:
    feedback = parse_feedback(sample("identity_bounce"))
    assert feedback is not None
    assert feedback.permanent
    assert (feedback.tenant, feedback.action) == (None, None)


def test_tags_that_are_not_ours_are_left_out() -> None:
    event = sample("delivery")
    event["detail"]["mail"]["tags"] |= {"tenant": ["a b"], "action": ["a", "b"]}
    feedback = parse_feedback(event)
    assert feedback is not None
    assert (feedback.tenant, feedback.action) == (None, None)


@pytest.mark.parametrize("name", ["bounce", "complaint", "delivery"])
def test_the_older_notifications_are_read_alike_also_as_sns_hands_them_on(name: str) -> None:
    notification = sample(f"identity_{name}")
    found = parse_feedback(notification)
    assert found is not None
    kinds = {"bounce": "bounced", "complaint": "complained", "delivery": "delivered"}
    assert (found.kind, found.reference) == (kinds[name], notification["mail"]["messageId"])
    wrapped = {"Type": "Notification", "MessageId": "m-1", "Message": json.dumps(notification)}
    assert parse_feedback(wrapped) == found


def test_a_complaint_that_kept_ses_from_sending_is_no_delivery() -> None:
    """The address is on the account's suppression list: nothing left, and the step is open."""
    event = sample("complaint")
    event["detail"]["complaint"]["complaintSubType"] = "OnAccountSuppressionList"
    found = parse_feedback(event)
    assert found is not None
    assert (found.kind, found.permanent) == (FeedbackKind.BOUNCED, True)
    assert found.detail == "complaint/OnAccountSuppressionList"


@pytest.mark.parametrize("missing", ["mail", "bounce"])
def test_news_without_what_its_kind_needs_is_an_error(missing: str) -> None:
    event = sample("bounce_permanent")
    del event["detail"][missing]
    with pytest.raises(ValueError, match=missing):
        parse_feedback(event)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"detail": "text"},
        {"detail": None},
        {"detail": {"eventType": 7}},
        {"detail": {"mail": {}}},
        {"eventType": ["Bounce"]},
    ],
)
def test_what_is_no_ses_news_is_an_error(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="event"):
        parse_feedback(event)


def test_an_unknown_kind_of_news_is_passed_over() -> None:
    """SES may add kinds; they are no reason to fill the dead-letter queue."""
    assert parse_feedback({"eventType": "Teleported", "mail": {}}) is None


def test_every_published_sample_is_understood() -> None:
    silent = {"Click", "Open", "Send", "Subscription"}
    folder = SHARED if SHARED.exists() else SAMPLES
    samples = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    assert len(samples) >= 10
    for event in samples:
        news = event.get("detail", event)
        kind = news.get("eventType") or news["notificationType"]
        feedback = parse_feedback(event)
        assert (feedback is None) is (kind in silent)
        if feedback is not None:
            assert feedback.reference == news["mail"]["messageId"]
            assert feedback.recipients
