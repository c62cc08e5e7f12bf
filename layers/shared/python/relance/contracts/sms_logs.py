"""What SNS writes of text messages in its delivery logs, as CloudWatch Logs hands it on (A3).

SNS sends no event about a text message: it writes one log entry, up to three days later, and a
subscription of the log group hands entries on, packed. They carry SNS's id of the message and no
word of ours.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from relance.contracts.feedback import Feedback, FeedbackKind

# A delivery is at most 1 MB packed; entries of logs pack well.
_MOST_BYTES = 50 * 1024 * 1024
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")

# The network's own words, as AWS lists them. After these the number itself is of no use: nothing
# that is sent to it will arrive.
_NUMBER_IS_NO_USE = frozenset(
    {
        "destination is on a blocked list",
        "invalid phone number",
        "phone has blocked sms",
        "phone is on a blocked list",
        "phone number is opted out",
    }
)


class _Status(StrEnum):
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class _Open(BaseModel):
    """AWS may add fields at any time: only those we read are checked."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Notification(_Open):
    message_id: str = Field(alias="messageId", min_length=1)
    timestamp: datetime

    @field_validator("timestamp")
    @classmethod
    def _utc(cls, at: datetime) -> datetime:
        """SNS writes UTC without saying so."""
        return at if at.tzinfo else at.replace(tzinfo=UTC)


class _Delivery(_Open):
    destination: str = ""
    response: str = Field(alias="providerResponse", default="")


class _Entry(_Open):
    notification: _Notification
    delivery: _Delivery
    status: str


def unpack_logs(event: Mapping[str, Any]) -> Iterator[str]:
    """Yield the entries, as texts, that a subscription handed on.

    Nothing for its message that only tries the way. Raises ValueError for what is no such event.
    """
    try:
        packed = base64.b64decode(event["awslogs"]["data"], validate=True)
        unpacking = zlib.decompressobj(wbits=31)
        plain = unpacking.decompress(packed, _MOST_BYTES)
        if not unpacking.eof:
            raise ValueError("the log entries are cut, or far too many")
        logs = json.loads(plain)
        if logs["messageType"] != "DATA_MESSAGE":
            return
        entries = [str(each["message"]) for each in logs["logEvents"]]
    except (KeyError, TypeError, binascii.Error, zlib.error) as error:
        raise ValueError(f"no entries of a log: {type(error).__name__}") from None
    yield from entries


def parse_sms_log(entry: Mapping[str, Any]) -> Feedback | None:
    """Read one entry; None for a status that says nothing of where the message is.

    `permanent` says that the number itself is of no use. Any other failure, even one that passes,
    has ended this message: SNS does not try again. Raises ValueError (of which pydantic's
    ValidationError is one) when it is no entry of a text message.
    """
    read = _Entry.model_validate(entry)
    if read.status not in _Status:
        return None
    delivery = read.delivery
    destination = delivery.destination.strip()
    # Such an entry may repeat the number in its words; ours is kept in the action's reason.
    said = _NUMBER.sub("…", delivery.response).strip()[:200]
    no_use = said.rstrip(".").casefold() in _NUMBER_IS_NO_USE
    if read.status == _Status.SUCCESS:
        kind = FeedbackKind.DELIVERED
    else:
        kind = FeedbackKind.BOUNCED if no_use else FeedbackKind.REJECTED
    return Feedback(
        kind=kind,
        reference=read.notification.message_id,
        at=read.notification.timestamp,
        recipients=(destination,) if _NUMBER.fullmatch(destination) else (),
        permanent=kind is FeedbackKind.BOUNCED,
        detail=said if kind is not FeedbackKind.DELIVERED else "",
    )
