"""E-mail against moto's SES."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends

from relance.app.errors import RefusedError
from relance.app.ports.mail import Email
from relance.channels.client_config import sending_config
from relance.channels.ses import SesMailer
from relance.messages.mime import Mailbox, compose
from relance.messages.render import EmailText

REGION = "eu-west-3"
SENDER = "relance@mail.example.com"
MIME = compose(
    EmailText("Rappel", "à régler", "<p>à régler</p>"),
    sender=Mailbox(SENDER, "Menuiserie Lefèvre"),
    recipients=("anne@example.fr",),
    tenant="lefevre",
    action="411DUPONT-1",
    at=datetime(2025, 3, 9, tzinfo=UTC),
)
EMAIL = Email(sender=SENDER, recipients=("anne@example.fr",), mime=MIME, tags={"tenant": "l"})


@pytest.fixture
def ses() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("sesv2", region_name=REGION, config=sending_config())
        client.create_email_identity(EmailIdentity="mail.example.com")
        client.create_configuration_set(ConfigurationSetName="relance")
        yield client


def test_the_exact_bytes_arrive_and_the_reference_comes_back(ses: Any) -> None:
    reference = SesMailer(ses, "relance").send(EMAIL)
    (sent,) = sesv2_backends[DEFAULT_ACCOUNT_ID][REGION].core_backend.sent_messages
    assert sent.id == reference
    assert sent.raw_data.encode() == MIME
    assert set(sent.destinations) == {"anne@example.fr"}


def test_a_sender_that_is_not_verified_is_refused(ses: Any) -> None:
    with pytest.raises(RefusedError):
        SesMailer(ses, "relance").send(replace(EMAIL, sender="someone@elsewhere.example.org"))


def test_a_tag_too_long_for_ses_is_refused_before_anything_is_sent(ses: Any) -> None:
    with pytest.raises(RefusedError, match="256"):
        SesMailer(ses, "relance").send(replace(EMAIL, tags={"action": "x" * 257}))
    assert sesv2_backends[DEFAULT_ACCOUNT_ID][REGION].core_backend.sent_messages == []
