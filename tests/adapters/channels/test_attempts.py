"""One attempt a call, and what each failure says about whether the message left (D39, D40)."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    SSLError,
)

from relance.app.errors import (
    InDoubtError,
    NotAcceptedError,
    RefusedError,
    RelanceError,
    ThrottledError,
)
from relance.app.ports.mail import Email
from relance.channels.client_config import sending_config
from relance.channels.outcome import meaning
from relance.channels.ses import SesMailer
from relance.channels.sns import SnsTexter
from tests.adapters.channels.provider import Provider, answer, provider

EMAIL = Email(
    sender="relance@mail.example.com",
    recipients=("anne@example.fr",),
    mime=b"Subject: x\r\n\r\nx",
    tags={"tenant": "lefevre", "action": "411.A~2e-1"},
)
Send = Callable[[], str]


def client(service: str, address: str, config: Config | None = None) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=address,
        region_name="eu-west-3",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config or sending_config(),
    )


def senders(address: str, config: Config | None = None) -> dict[str, Send]:
    mailer = SesMailer(client("sesv2", address, config), "relance")
    texter = SnsTexter(client("sns", address, config))
    return {
        "email": lambda: mailer.send(EMAIL),
        "sms": lambda: texter.send("+33612345678", "x", sender="Lefevre"),
    }


@pytest.fixture(params=["email", "sms"])
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def sending(
    channel: str, *, response: bytes | None, silent: bool = False
) -> Iterator[tuple[Provider, Send]]:
    with provider(response, stays_silent=silent) as made:
        config = sending_config().merge(Config(read_timeout=1))
        yield made, senders(made.address, config)[channel]


def attempted(channel: str, error: type[RelanceError], **how: Any) -> Provider:
    """Send once, expect exactly `error`, and return the provider for a look at what arrived."""
    with sending(channel, **how) as (made, send):
        with pytest.raises(error) as raised:
            send()
        assert type(raised.value) is error
    return made


def test_a_connection_dropped_after_the_request_is_in_doubt_and_tried_once(channel: str) -> None:
    assert len(attempted(channel, InDoubtError, response=None).requests) == 1


def test_an_answer_that_does_not_come_is_in_doubt_and_tried_once(channel: str) -> None:
    made = attempted(channel, InDoubtError, response=None, silent=True)
    assert len(made.requests) == 1


@pytest.mark.parametrize(
    "status", ["500 Internal Server Error", "503 Service Unavailable", "504 Gateway Timeout"]
)
def test_a_failure_of_the_provider_is_in_doubt_and_tried_once(channel: str, status: str) -> None:
    made = attempted(channel, InDoubtError, response=answer(status, "{}"))
    assert len(made.requests) == 1


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nnot json!",
        b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{",
        b"SMTP ready\r\n\r\n",
        answer("200 OK", "{}"),
    ],
    ids=["no json", "cut short", "another protocol", "no message id"],
)
def test_an_answer_nobody_understands_is_in_doubt(channel: str, garbage: bytes) -> None:
    assert len(attempted(channel, InDoubtError, response=garbage).requests) == 1


def test_throttling_is_no_attempt_and_nothing_left(channel: str) -> None:
    body = (
        json.dumps({"message": "slow down"})
        if channel == "email"
        else "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"
    )
    response = answer("429 Too Many Requests", body, error="TooManyRequestsException")
    assert len(attempted(channel, ThrottledError, response=response).requests) == 1


@pytest.mark.parametrize("name", ["MessageRejected", "BadRequestException"])
def test_a_message_ses_refuses_is_refused(name: str) -> None:
    response = answer("400 Bad Request", '{"message": "no"}', error=name)
    attempted("email", RefusedError, response=response)


def test_a_provider_that_is_not_there_took_nothing(channel: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotAcceptedError) as raised:
        senders(f"http://127.0.0.1:{port}")[channel]()
    assert type(raised.value) is NotAcceptedError


def test_what_ses_takes_is_sent_as_it_is() -> None:
    with sending("email", response=answer("200 OK", '{"MessageId": "m-1"}')) as (made, send):
        assert send() == "m-1"
    body = json.loads(made.requests[0].partition(b"\r\n\r\n")[2])
    assert body["EmailTags"] == [
        {"Name": "tenant", "Value": "lefevre"},
        {"Name": "action", "Value": "411_2eA_7e2e-1"},
    ]
    assert body["ConfigurationSetName"] == "relance"
    assert body["Destination"] == {"ToAddresses": ["anne@example.fr"]}
    assert body["FromEmailAddress"] == "relance@mail.example.com"


def test_no_message_is_put_on_a_connection_that_may_have_gone_stale(channel: str) -> None:
    made = attempted(channel, InDoubtError, response=answer("500 Internal Server Error", "{}"))
    assert b"\r\nconnection: close\r\n" in made.requests[0].lower()


@pytest.mark.parametrize("service", ["sesv2", "sns"])
def test_clients_that_send_make_one_attempt_and_wait_long_enough(service: str) -> None:
    config = client(service, "http://127.0.0.1:9").meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout >= 30
    assert config.connect_timeout <= 10


def refusal(code: str, status: int) -> ClientError:
    parts = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(parts, "SendEmail")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (refusal("TooManyRequestsException", 429), ThrottledError),
        (refusal("LimitExceededException", 400), ThrottledError),
        (refusal("SendingPausedException", 400), ThrottledError),
        (refusal("AccountSuspendedException", 400), ThrottledError),
        (refusal("Throttling", 503), ThrottledError),
        (refusal("MessageRejected", 400), RefusedError),
        (refusal("MailFromDomainNotVerifiedException", 400), RefusedError),
        (refusal("InvalidParameter", 400), RefusedError),
        (refusal("AccessDeniedException", 403), NotAcceptedError),
        (refusal("NotFoundException", 404), NotAcceptedError),
        (refusal("ExpiredTokenException", 400), NotAcceptedError),
        (refusal("RequestTimeout", 408), InDoubtError),
        (refusal("InternalFailure", 500), InDoubtError),
        (refusal("", 0), InDoubtError),
        (NoCredentialsError(), NotAcceptedError),
        (SSLError(endpoint_url="x", error=OSError()), InDoubtError),
        (BotoCoreError(), InDoubtError),
    ],
    ids=str,
)
def test_only_a_clear_no_counts_as_a_no(
    failure: BotoCoreError | ClientError, error: type[RelanceError]
) -> None:
    assert type(meaning(failure)) is error


def test_the_providers_words_are_not_repeated() -> None:
    """They may hold an address, and reasons are shown and logged."""
    failure = ClientError(
        {
            "Error": {"Code": "MessageRejected", "Message": "anne@example.fr is not verified"},
            "ResponseMetadata": {"HTTPStatusCode": 400},  # type: ignore[typeddict-item]
        },
        "SendEmail",
    )
    assert str(meaning(failure)) == "MessageRejected"
