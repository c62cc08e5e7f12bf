"""Signing in: one token as long as it lasts, one renewal, and nothing carried by any of it."""

import base64
from dataclasses import dataclass, replace
from typing import Any

import pytest
import urllib3
from urllib3.exceptions import LocationValueError

from relance.app.errors import InDoubtError, NotAcceptedError, RefusedError
from relance.channels.postal.exchange import new_pool
from relance.channels.postal.maileva import MailevaPost, maileva_post
from relance.channels.postal.maileva_api import PRODUCTION, SANDBOX, MailevaApi, Session
from tests.adapters.channels.provider import answer, provider
from tests.adapters.postal.samples import LETTER, account, api, post
from tests.fakes.postal import Maileva, Step


@dataclass
class Hands:
    """A clock that is set by hand, in seconds."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


def timed(maileva: Maileva, clock: Hands) -> MailevaPost:
    owner = account()
    return MailevaPost(Session(new_pool(), api(maileva.address), owner, clock=clock), owner)


def test_one_token_serves_until_a_minute_before_it_ends(maileva: Maileva) -> None:
    clock = Hands()
    client = timed(maileva, clock)
    client.prepare(LETTER)
    clock.at += 239
    client.prepare(LETTER)
    assert len(maileva.tokens) == 1
    clock.at += 2
    client.prepare(LETTER)
    assert len(maileva.tokens) == 2


def test_a_length_written_as_text_is_understood(maileva: Maileva) -> None:
    maileva.lasts = "300"
    clock = Hands()
    client = timed(maileva, clock)
    client.prepare(LETTER)
    assert len(maileva.tokens) == 1


@pytest.mark.parametrize("lasts", ["soon", -5, "nan"])
def test_a_token_of_no_known_length_serves_one_call(lasts: int | str, maileva: Maileva) -> None:
    maileva.lasts = lasts
    timed(maileva, Hands()).prepare(LETTER)
    assert len(maileva.tokens) == 3


def test_a_token_that_is_refused_is_renewed_once_and_the_call_made_again(
    maileva: Maileva,
) -> None:
    client = post(maileva.address)
    sending = client.prepare(LETTER)
    maileva.revoke_tokens()
    client.submit(sending)
    assert len(maileva.tokens) == 2
    assert maileva.posted == [maileva.only().id]


def test_a_new_token_that_is_refused_ends_it(maileva: Maileva) -> None:
    client = post(maileva.address)
    sending = client.prepare(LETTER)
    maileva.refuses_tokens = True
    with pytest.raises(NotAcceptedError, match="token"):
        client.submit(sending)
    steps = [step for step, _ in maileva.calls]
    assert steps[-3:] == ["unauthorized", Step.TOKEN, "unauthorized"]
    assert maileva.posted == []


def test_the_client_signs_in_as_itself_or_as_its_user(maileva: Maileva) -> None:
    post(maileva.address).prepare(LETTER)
    post(maileva.address, who=account(username="moreau")).prepare(LETTER)
    basic = "Basic " + base64.b64encode(b"relance:client-secret").decode()
    assert maileva.sign_ins == [
        {"grant_type": "client_credentials", "authorization": basic},
        {
            "grant_type": "password",
            "username": "moreau",
            "password": "user-secret",
            "authorization": basic,
        },
    ]


@pytest.mark.parametrize(
    "response",
    [
        None,
        answer("401 Unauthorized", '{"errors": [{"code": "CLIENT_ERROR"}]}'),
        answer("400 Bad Request", "{}"),
        answer("500 Internal Server Error", "{}"),
        answer("200 OK", "{}"),
        answer("200 OK", "[]"),
        answer("200 OK", '{"access_token": "a\\r\\nx: y", "expires_in": 300}'),
        answer("302 Found", ""),
        b"SMTP ready\r\n\r\n",
    ],
    ids=str,
)
def test_who_can_not_sign_in_has_posted_nothing(response: bytes | None) -> None:
    with provider(response) as made, pytest.raises(NotAcceptedError, match="sign-in") as raised:
        post(made.address).submit("plain/123")
    assert type(raised.value) is NotAcceptedError
    assert len(made.requests) == 1


def test_addresses_that_credentials_may_not_go_to_are_refused() -> None:
    for url in ("http://api.example.com/mail/v2", "ftp://localhost", "api.example.com"):
        with pytest.raises(ValueError, match="HTTPS"):
            MailevaApi(token_url=url, plain_url=url, registered_url=url)


class Nowhere(urllib3.PoolManager):
    """Notes where a request would have gone."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def request(self, method: str, url: str, *args: Any, **how: Any) -> urllib3.BaseHTTPResponse:
        self.urls.append(url)
        raise LocationValueError("nowhere")


@pytest.mark.parametrize(("sandbox", "api"), [(True, SANDBOX), (False, PRODUCTION)])
def test_an_account_speaks_to_its_own_environment(sandbox: bool, api: MailevaApi) -> None:
    pool = Nowhere()
    client = maileva_post(account().model_copy(update={"sandbox": sandbox}), pool=pool)
    with pytest.raises(NotAcceptedError):
        client.prepare(LETTER)
    assert pool.urls == [api.token_url]


def test_the_client_tries_once_and_waits_long_enough() -> None:
    made = new_pool().connection_pool_kw
    assert made["retries"].total is False
    assert made["timeout"].read_timeout >= 30
    assert made["timeout"].connect_timeout <= 10


@pytest.mark.parametrize(
    "response",
    [
        None,
        b"SMTP ready\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nrich",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["dropped", "another protocol", "cut short", "no gzip", "broken chunk"],
)
def test_an_answer_nobody_understands_leaves_a_submission_in_doubt(
    response: bytes | None, maileva: Maileva
) -> None:
    with provider(response) as made:
        addresses = replace(api(made.address), token_url=f"{maileva.address}/token")
        client = maileva_post(account(), pool=new_pool(read=1), api=addresses)
        with pytest.raises(InDoubtError):
            client.submit("plain/123")
        with pytest.raises(NotAcceptedError):
            client.state("plain/123")
    assert len(made.requests) == 2


def test_the_sandbox_is_another_place_than_production() -> None:
    both = [PRODUCTION, SANDBOX]
    urls = [url for each in both for url in (each.token_url, each.plain_url, each.registered_url)]
    assert len(set(urls)) == 6


def test_a_failed_read_is_never_in_doubt(maileva: Maileva) -> None:
    client = post(maileva.address)
    sending = client.prepare(LETTER)
    maileva.only().status = "LOST"
    with pytest.raises(NotAcceptedError):
        client.state(sending)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("400 Bad Request", RefusedError),
        ("403 Forbidden", NotAcceptedError),
        ("404 Not Found", InDoubtError),
        ("408 Request Timeout", InDoubtError),
        ("500 Internal Server Error", InDoubtError),
        ("502 Bad Gateway", InDoubtError),
        ("302 Found", InDoubtError),
        ("100 Continue", InDoubtError),
    ],
)
def test_only_a_clear_no_to_a_submission_counts_as_a_no(
    status: str, error: type[Exception], maileva: Maileva
) -> None:
    response = answer(status, '{"code": "SOME_CODE", "message": "Anne Martin"}')
    with provider(response) as made:
        addresses = replace(api(made.address), token_url=f"{maileva.address}/token")
        with pytest.raises(error) as raised:
            maileva_post(account(), pool=new_pool(read=1), api=addresses).submit("plain/123")
    assert type(raised.value) is error
    assert "Anne" not in str(raised.value)
    assert len(made.requests) == 1


def test_each_request_has_a_connection_of_its_own(maileva: Maileva) -> None:
    client = post(maileva.address)
    client.submit(client.prepare(LETTER))
    assert len(set(maileva.peers)) == len(maileva.calls) == 5


@pytest.mark.parametrize("sending", ["plain/../admin", "plain/", "other/123", "123", "plain/a?b"])
def test_what_is_no_id_never_becomes_part_of_an_address(sending: str, maileva: Maileva) -> None:
    with pytest.raises(ValueError, match=r"sending|valid Product"):
        post(maileva.address).submit(sending)
    assert maileva.calls == []
