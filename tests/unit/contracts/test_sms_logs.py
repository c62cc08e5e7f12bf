"""What SNS's delivery logs say of a text message (A3)."""

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relance.contracts.feedback import Feedback, FeedbackKind
from relance.contracts.sms_logs import parse_sms_log, unpack_logs

SAMPLES = Path(__file__).parents[2] / "data" / "sms_logs"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "aws" / "sns-sms"


def sample(name: str) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return entry


def failed(response: str) -> Feedback:
    entry = sample("failure")
    entry["delivery"]["providerResponse"] = response
    found = parse_sms_log(entry)
    assert found is not None
    return found


def packed(logs: Any) -> dict[str, Any]:
    data = base64.b64encode(gzip.compress(json.dumps(logs).encode())).decode()
    return {"awslogs": {"data": data}}


def test_a_success_says_that_the_carrier_took_it() -> None:
    assert parse_sms_log(sample("success")) == Feedback(
        kind=FeedbackKind.DELIVERED,
        reference="5d0c1f5e-2b60-5a0e-9d5b-41f6f0aa0001",
        at=datetime(2025, 3, 10, 8, 0, 4, 118000, tzinfo=UTC),
        recipients=("+33612345678",),
    )


@pytest.mark.parametrize(
    "response",
    [
        "Phone number is opted out",
        "Invalid phone number",
        "Destination is on a blocked list",
        "Phone is on a blocked list",
        "Phone has blocked SMS",
    ],
)
def test_after_some_failures_the_number_is_of_no_use(response: str) -> None:
    """D42."""
    found = failed(response)
    assert (found.kind, found.permanent, found.detail) == (FeedbackKind.BOUNCED, True, response)
    assert found.recipients == ("+33612345678",)


@pytest.mark.parametrize(
    "response",
    [
        "Phone is currently unreachable/unavailable",
        "Phone carrier is currently unreachable/unavailable",
        "Unknown error attempting to reach phone",
        "Phone carrier has blocked this message",
        "Blocked as spam by phone carrier",
        "Message body is invalid",
        "This delivery would exceed max price",
        "Words that nobody listed",
        "",
    ],
)
def test_every_other_failure_ended_this_message_and_says_nothing_of_the_number(
    response: str,
) -> None:
    found = failed(response)
    assert (found.kind, found.permanent, found.detail) == (FeedbackKind.REJECTED, False, response)


def test_a_number_in_the_network_s_words_is_left_out() -> None:
    assert failed("No route to +33612345678 now").detail == "No route to … now"


def test_a_destination_that_is_no_number_is_left_out() -> None:
    entry = sample("failure")
    entry["delivery"]["destination"] = "+1XXX5550100"
    found = parse_sms_log(entry)
    assert found is not None
    assert found.recipients == ()


def test_a_status_that_nobody_listed_is_passed_over() -> None:
    assert parse_sms_log(sample("success") | {"status": "PENDING"}) is None


@pytest.mark.parametrize("missing", ["notification", "delivery", "status"])
def test_an_entry_without_what_it_needs_is_an_error(missing: str) -> None:
    entry = sample("success")
    del entry[missing]
    with pytest.raises(ValueError, match=missing):
        parse_sms_log(entry)


def test_entries_are_unpacked_in_their_order() -> None:
    logs = {"messageType": "DATA_MESSAGE", "logEvents": [{"message": "a"}, {"message": "b"}]}
    assert list(unpack_logs(packed(logs))) == ["a", "b"]


def test_the_message_that_tries_the_way_holds_no_entries() -> None:
    logs = {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "checking"}]}
    assert list(unpack_logs(packed(logs))) == []


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"awslogs": None},
        {"awslogs": {"data": "no base64!"}},
        {"awslogs": {"data": base64.b64encode(b"no gzip").decode()}},
        {"awslogs": {"data": base64.b64encode(gzip.compress(b"{}")[:-4]).decode()}},
        packed([]),
        packed({"messageType": "DATA_MESSAGE"}),
        packed({"messageType": "DATA_MESSAGE", "logEvents": [{}]}),
    ],
)
def test_what_is_no_delivery_of_logs_is_an_error(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"entries|log"):
        list(unpack_logs(event))


def test_what_would_unpack_to_far_too_much_is_an_error() -> None:
    bomb = base64.b64encode(gzip.compress(bytes(60 * 1024 * 1024))).decode()
    with pytest.raises(ValueError, match="far too many"):
        list(unpack_logs({"awslogs": {"data": bomb}}))


def test_every_published_sample_is_understood() -> None:
    folder = SHARED if SHARED.exists() else SAMPLES
    kinds = {parse_sms_log(json.loads(each.read_text())) for each in folder.glob("*.json")}
    assert {each.kind for each in kinds if each} == {FeedbackKind.DELIVERED, FeedbackKind.REJECTED}
