"""What SES tells about a message after it took it: events of a configuration set on EventBridge,
and the older notifications of an identity, in one small value."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from relance.contracts.tags import decode_tag

TENANT_TAG = "tenant"
ACTION_TAG = "action"
_SUPPRESSED = "OnAccountSuppressionList"


class FeedbackKind(StrEnum):
    """What became of the message."""

    DELIVERED = "delivered"  # the recipient's server took it; nobody need have read it
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"  # SES took it, then did not send it
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One piece of news about one message.

    `reference` is what `Mailer.send` returned; `tenant` and `action` come from our own tags and
    are None when it carries none of ours. `permanent` says that a bounce is a hard one (D42).
    `recipients` are those concerned, as the provider writes them, `addressed` all whom the message
    went to (empty when it does not say); `at` is the provider's instant, `detail` its own words
    for the class of the news, without addresses.
    """

    kind: FeedbackKind
    reference: str
    at: datetime
    recipients: tuple[str, ...]
    tenant: str | None = None
    action: str | None = None
    permanent: bool = False
    detail: str = ""
    addressed: tuple[str, ...] = ()


class _Open(BaseModel):
    """The provider may add fields at any time: only those we read are checked."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Mail(_Open):
    message_id: str = Field(alias="messageId", min_length=1)
    timestamp: AwareDatetime
    destination: tuple[str, ...] = ()
    tags: dict[str, tuple[str, ...]] = {}


class _Recipient(_Open):
    address: str = Field(alias="emailAddress")


class _Bounce(_Open):
    type: str = Field(alias="bounceType")
    sub_type: str = Field(alias="bounceSubType", default="")
    recipients: tuple[_Recipient, ...] = Field(alias="bouncedRecipients")
    timestamp: AwareDatetime


class _Complaint(_Open):
    type: str | None = Field(alias="complaintFeedbackType", default=None)
    sub_type: str | None = Field(alias="complaintSubType", default=None)
    recipients: tuple[_Recipient, ...] = Field(alias="complainedRecipients")
    timestamp: AwareDatetime


class _Delivery(_Open):
    recipients: tuple[str, ...]
    timestamp: AwareDatetime


class _Delay(_Open):
    type: str = Field(alias="delayType", default="")
    recipients: tuple[_Recipient, ...] = Field(alias="delayedRecipients", default=())
    timestamp: AwareDatetime


class _Reject(_Open):
    reason: str = ""


class _Event(_Open, ABC):
    mail: _Mail

    @abstractmethod
    def feedback(self) -> Feedback: ...


class _BounceEvent(_Event):
    bounce: _Bounce

    def feedback(self) -> Feedback:
        return _feedback(
            FeedbackKind.BOUNCED,
            self.mail,
            at=self.bounce.timestamp,
            recipients=tuple(each.address for each in self.bounce.recipients),
            permanent=self.bounce.type == "Permanent",
            detail=f"{self.bounce.type}/{self.bounce.sub_type}",
        )


class _ComplaintEvent(_Event):
    complaint: _Complaint

    def feedback(self) -> Feedback:
        """Return a complaint, or that SES did not send because of an earlier one (its list)."""
        suppressed = self.complaint.sub_type == _SUPPRESSED
        return _feedback(
            FeedbackKind.BOUNCED if suppressed else FeedbackKind.COMPLAINED,
            self.mail,
            at=self.complaint.timestamp,
            recipients=tuple(each.address for each in self.complaint.recipients),
            permanent=suppressed,
            detail=f"complaint/{_SUPPRESSED}" if suppressed else self.complaint.type or "",
        )


class _DeliveryEvent(_Event):
    delivery: _Delivery

    def feedback(self) -> Feedback:
        return _feedback(
            FeedbackKind.DELIVERED,
            self.mail,
            at=self.delivery.timestamp,
            recipients=self.delivery.recipients,
        )


class _DelayEvent(_Event):
    delay: _Delay = Field(alias="deliveryDelay")

    def feedback(self) -> Feedback:
        return _feedback(
            FeedbackKind.DELAYED,
            self.mail,
            at=self.delay.timestamp,
            recipients=tuple(each.address for each in self.delay.recipients),
            detail=self.delay.type,
        )


class _RejectEvent(_Event):
    reject: _Reject

    def feedback(self) -> Feedback:
        return _feedback(
            FeedbackKind.REJECTED,
            self.mail,
            at=self.mail.timestamp,
            recipients=self.mail.destination,
            detail=self.reject.reason,
        )


class _RenderingFailureEvent(_Event):
    def feedback(self) -> Feedback:
        return _feedback(
            FeedbackKind.REJECTED,
            self.mail,
            at=self.mail.timestamp,
            recipients=self.mail.destination,
            detail="rendering failure",
        )


_KINDS: dict[str, type[_Event]] = {
    "Bounce": _BounceEvent,
    "Complaint": _ComplaintEvent,
    "Delivery": _DeliveryEvent,
    "DeliveryDelay": _DelayEvent,
    "Reject": _RejectEvent,
    "Rendering Failure": _RenderingFailureEvent,
}


def parse_feedback(event: Mapping[str, Any]) -> Feedback | None:
    """Read an EventBridge event, or the SES event or identity notification inside it.

    The latter may come as SNS hands it on, a text in the field `Message`.
    None for news that changes nothing (send, open, click, subscription). Raises ValueError (of
    which pydantic's ValidationError is one) when it is no SES news or lacks what its kind needs.
    """
    news = event.get("detail", event)
    if event.get("Type") == "Notification" and isinstance(event.get("Message"), str):
        news = json.loads(event["Message"])
    if not isinstance(news, Mapping):
        raise ValueError("the event's detail is not an object")
    name = news.get("eventType") or news.get("notificationType")
    if not isinstance(name, str):
        raise ValueError("the event names neither eventType nor notificationType")
    kind = _KINDS.get(name)
    return kind.model_validate(news).feedback() if kind else None


def _feedback(
    kind: FeedbackKind,
    mail: _Mail,
    *,
    at: datetime,
    recipients: tuple[str, ...],
    permanent: bool = False,
    detail: str = "",
) -> Feedback:
    return Feedback(
        kind=kind,
        reference=mail.message_id,
        at=at,
        recipients=recipients,
        tenant=_own_tag(mail, TENANT_TAG),
        action=_own_tag(mail, ACTION_TAG),
        permanent=permanent,
        detail=detail,
        addressed=mail.destination,
    )


def _own_tag(mail: _Mail, name: str) -> str | None:
    values = mail.tags.get(name, ())
    try:
        return decode_tag(values[0]) if len(values) == 1 else None
    except ValueError:
        return None
