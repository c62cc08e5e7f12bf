"""News of the post, and who may bring them (A3)."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from relance.contracts.postal import (
    Product,
    is_basic,
    is_from_provider,
    parse_notification,
    sending_id,
    split_sending,
)
from relance.contracts.postal_account import MailevaAccount, PrintRoomAccount, dump, load
from relance.domain.postal import PostalState, Proof

SENDING = "11111111-2222-4333-8444-555555555555"
ACCOUNT: dict[str, Any] = {
    "client_id": "relance",
    "client_secret": "client-secret",
    "notify": "compta@moreau.example.com",
    "sender": {
        "name": "Ateliers Moreau",
        "lines": ["12 quai du Port"],
        "postal_code": "13002",
        "city": "Marseille",
    },
    "callback_name": "maileva",
    "callback_password": "callback-secret",
}


def notification(event: str, **more: Any) -> dict[str, Any]:
    return {
        "source": "api.maileva.com",
        "user_id": "u",
        "client_id": "c",
        "event_type": event,
        "resource_type": "registered_mail/v2/sendings",
        "event_date": "2025-03-12T10:23:31.137Z",
        "resource_id": SENDING,
        "resource_location": f"https://api.example.com/registered_mail/v2/sendings/{SENDING}",
        "resource_custom_id": "",
        "resource_custom_data": "411LEF-0123456789abcdef",
        **more,
    }


def account(**more: Any) -> MailevaAccount:
    return MailevaAccount.model_validate(ACCOUNT | more)


@pytest.mark.parametrize(
    ("event", "state", "proof"),
    [
        ("ON_STATUS_ACCEPTED", PostalState.ACCEPTED, None),
        ("ON_STATUS_REJECTED", PostalState.REJECTED, None),
        ("ON_STATUS_PROCESSED", PostalState.POSTED, None),
        ("ON_STATUS_PROCESSED_WITH_ERRORS", PostalState.REJECTED, None),
        ("ON_DEPOSIT_PROOF_RECEIVED", PostalState.POSTED, Proof.DEPOSIT),
        ("ON_GLOBAL_DEPOSIT_PROOF_RECEIVED", PostalState.POSTED, Proof.DEPOSIT),
        (
            "ON_ACKNOWLEDGEMENT_OF_RECEIPT_RECEIVED",
            PostalState.DELIVERED,
            Proof.ACKNOWLEDGEMENT,
        ),
        ("ON_STATUS_ARCHIVED", None, Proof.ARCHIVE),
        ("ON_UNDELIVERED_MAIL_RECEIVED", PostalState.RETURNED, None),
        ("ON_MAIN_DELIVERY_STATUS_FIRST_PRESENTATION", PostalState.PRESENTED, None),
        ("ON_MAIN_DELIVERY_STATUS_DELIVERED", PostalState.DELIVERED, None),
        ("ON_MAIN_DELIVERY_STATUS_UNDELIVERED", PostalState.RETURNED, None),
    ],
)
def test_each_event_tells_a_state_or_a_proof(
    event: str, state: PostalState | None, proof: Proof | None
) -> None:
    news = parse_notification(notification(event))
    assert news is not None
    assert (news.state, news.proof) == (state, proof)
    assert news.action == "411LEF-0123456789abcdef"
    assert news.sending == f"registered/{SENDING}"
    assert news.at == datetime(2025, 3, 12, 10, 23, 31, 137000, tzinfo=UTC)


def test_news_of_a_recipient_name_its_sending_by_the_location() -> None:
    of_recipient = notification(
        "ON_MAIN_DELIVERY_STATUS_DELIVERED",
        resource_type="mail/v2/recipients",
        resource_id="99",
        resource_location=f"https://api.example.com/mail/v2/sendings/{SENDING}/recipients/99",
    )
    news = parse_notification(of_recipient)
    assert news is not None
    assert news.sending == f"plain/{SENDING}"


@pytest.mark.parametrize("location", [None, "", "https://api.example.com/mail/v2/recipients/99"])
def test_news_of_a_recipient_without_a_location_name_no_sending(
    location: str | None,
) -> None:
    news = parse_notification(
        notification(
            "ON_STATUS_ACCEPTED",
            resource_type="mail/v2/recipients",
            resource_id="99",
            resource_location=location,
        )
    )
    assert news is not None
    assert news.sending is None
    assert news.action == "411LEF-0123456789abcdef"


@pytest.mark.parametrize(
    "more",
    [
        {"event_type": "ON_CONTENT_PROOF_RECEIVED"},
        {"event_type": "ON_SOMETHING_NEW"},
        {"resource_type": "invoices/v1/sendings"},
        {"resource_type": "registered_mail/v4/imports"},
        {"resource_type": ""},
    ],
)
def test_news_of_something_else_change_nothing(more: dict[str, str]) -> None:
    assert parse_notification(notification("ON_STATUS_ACCEPTED") | more) is None


@pytest.mark.parametrize(
    "more",
    [
        {"event_date": "yesterday"},
        {"event_date": "2025-03-12T10:23:31"},
        {"event_date": None},
        {"event_type": ""},
        {"event_type": 7},
        {"resource_id": None},
        {"resource_custom_data": "x" * 256},
        {"resource_location": "x" * 501},
    ],
)
def test_what_is_no_notification_is_said_to_be_none(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_notification(notification("ON_STATUS_ACCEPTED") | more)


def test_an_empty_notification_is_none() -> None:
    with pytest.raises(ValidationError):
        parse_notification({})


def test_an_id_that_could_lead_elsewhere_is_dropped() -> None:
    news = parse_notification(
        notification("ON_STATUS_ACCEPTED", resource_id="../x", resource_location="")
    )
    assert news is not None
    assert news.sending is None


def test_a_sendings_id_is_taken_apart_as_it_was_made() -> None:
    assert split_sending(sending_id(Product.PLAIN, "a-1")) == (Product.PLAIN, "a-1")


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_only_the_accounts_own_name_and_password_are_let_in() -> None:
    own = account()
    assert is_from_provider(basic("maileva", "callback-secret"), own)
    assert is_from_provider("basic " + basic("maileva", "callback-secret")[6:], own)
    for header in (
        None,
        "",
        "Basic",
        "Basic é",
        "Bearer " + basic("maileva", "callback-secret")[6:],
        basic("maileva", "wrong"),
        basic("other", "callback-secret"),
        basic("maileva", ""),
        basic("", ""),
    ):
        assert not is_from_provider(header, own)


def test_an_account_without_a_callback_takes_no_news() -> None:
    silent = account(callback_name="", callback_password="")
    assert not is_from_provider(basic("", ""), silent)
    assert not is_from_provider("Basic ", silent)


def test_secrets_are_written_only_to_be_sealed() -> None:
    own = account(username="moreau", password="user-secret")
    shown = (repr(own), str(own), own.model_dump_json(), str(own.model_dump()))
    assert not any("secret" in each.replace("client_secret", "") for each in shown)
    assert load(dump(own)) == own


@pytest.mark.parametrize(
    "more",
    [
        {"username": "moreau"},
        {"password": "alone"},
        {"callback_password": ""},
        {"callback_name": "a:b"},
        {"notify": "nobody"},
        {"client_secret": ""},
        {
            "client_secret": "\x01" * 200,
            "notify": "\x01" * 200 + "@x",
            "callback_name": "x" * 100,
            "callback_password": "\x01" * 200,
            "username": "\x01" * 100,
            "password": "\x01" * 200,
        },
        {"v": 2},
        {"token_url": "https://elsewhere.example.com"},
        {"options": {"years": 2}},
        {"sender": {**ACCOUNT["sender"], "lines": []}},
        {"sender": {**ACCOUNT["sender"], "country": "France"}},
    ],
    ids=str,
)
def test_an_account_that_can_not_work_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        account(**more)


@pytest.mark.parametrize("written", [b"", b"{}", b"[]", b'{"provider": "pigeon"}', b"\xff"])
def test_what_is_no_account_is_not_read_as_one(written: bytes) -> None:
    with pytest.raises(ValueError, match="validation error"):
        load(written)


def test_a_print_room_is_an_account_too() -> None:
    assert load(b'{"provider": "print_room", "v": 1}') == PrintRoomAccount(duplex=True)


def test_the_longest_name_and_password_have_the_form_of_a_sign_in() -> None:
    given = base64.b64encode(f"{'語' * 100}:{'語' * 200}".encode()).decode()

    assert is_basic(f"Basic {given}")
    assert is_basic(f" basic  {given} ")
    assert not is_basic(f"Basic {given}{given}")
