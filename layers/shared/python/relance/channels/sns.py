"""SMS by Amazon SNS."""

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from relance.app.errors import InDoubtError
from relance.channels.client_config import use_fresh_connections
from relance.channels.outcome import FAILURES, meaning

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9]")


class SnsTexter:
    """The port `Texter`. `client` is an SNS client made with `client_config.sending_config`."""

    def __init__(self, client: "SNSClient") -> None:
        use_fresh_connections(client)
        self._client = client

    def send(self, number: str, text: str, *, sender: str, max_price: Decimal | None = None) -> str:
        """Publish to an E.164 number, once. Return SNS's message id; raise as SesMailer does.

        SNS takes a message that would cost more than `max_price` US dollars, too; that it was not
        sent is told in its delivery logs.
        """
        try:
            answer = self._client.publish(
                PhoneNumber=number,
                Message=text,
                MessageAttributes=_attributes(sender, max_price),
            )
        except FAILURES as error:
            raise meaning(error) from error
        if not answer.get("MessageId"):
            raise InDoubtError("answered without a message id")
        return answer["MessageId"]


def sender_id(name: str) -> str | None:
    """Return `name` as a sender id: 3 to 11 letters and digits, one letter at least; else None."""
    plain = unicodedata.normalize("NFKD", name)
    short = _NOT_ALLOWED.sub("", plain)[:11]
    return short if len(short) >= 3 and re.search("[A-Za-z]", short) else None


def _attributes(
    sender: str, max_price: Decimal | None
) -> "dict[str, MessageAttributeValueTypeDef]":
    attributes: dict[str, MessageAttributeValueTypeDef] = {
        # A reminder is no advertising: it is worth the better route.
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
    }
    if shown := sender_id(sender):
        attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": shown}
    if max_price is not None:
        attributes["AWS.SNS.SMS.MaxPrice"] = {"DataType": "Number", "StringValue": f"{max_price:f}"}
    return attributes
