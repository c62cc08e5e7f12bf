"""Text messages against moto's SNS."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from relance.app.errors import RefusedError
from relance.channels.client_config import sending_config
from relance.channels.sns import SnsTexter, sender_id

REGION = "eu-west-3"


@pytest.fixture
def sns() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sns", region_name=REGION, config=sending_config())


def test_the_text_arrives_and_the_reference_comes_back(sns: Any) -> None:
    reference = SnsTexter(sns).send("+33612345678", "à régler", sender="Menuiserie Lefèvre")
    messages = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages
    assert list(messages) == [reference]
    assert messages[reference][:2] == ("+33612345678", "à régler")


def test_a_number_that_is_none_is_refused(sns: Any) -> None:
    with pytest.raises(RefusedError):
        SnsTexter(sns).send("not a number", "x", sender="Lefevre")


def test_the_message_is_transactional_and_carries_the_sender(sns: Any) -> None:
    seen: list[dict[str, Any]] = []
    sns.meta.events.register(
        "provide-client-params.sns.Publish", lambda params, **_: seen.append(params)
    )
    SnsTexter(sns).send("+33612345678", "x", sender="Menuiserie Lefèvre")
    SnsTexter(sns).send("+33612345678", "x", sender="33")
    texts = [
        {name: each["StringValue"] for name, each in params["MessageAttributes"].items()}
        for params in seen
    ]
    assert texts == [
        {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.SenderID": "MenuiserieL"},
        {"AWS.SNS.SMS.SMSType": "Transactional"},
    ]


def test_what_a_message_may_cost_goes_with_it_as_a_plain_figure(sns: Any) -> None:
    seen: list[dict[str, Any]] = []
    sns.meta.events.register(
        "provide-client-params.sns.Publish", lambda params, **_: seen.append(params)
    )
    SnsTexter(sns).send("+33612345678", "x", sender="33", max_price=Decimal("1E-1"))
    price = seen[0]["MessageAttributes"]["AWS.SNS.SMS.MaxPrice"]
    assert price == {"DataType": "Number", "StringValue": "0.1"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Lefèvre & Cie", "LefevreCie"),
        ("Électricité du Val de Loire", "Electricite"),
        ("A1", None),
        ("3615", None),
        ("日本商事", None),
        ("", None),
    ],
)
def test_a_sender_id_is_3_to_11_letters_and_digits(name: str, shown: str | None) -> None:
    assert sender_id(name) == shown
