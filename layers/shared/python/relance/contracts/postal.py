"""What Maileva tells about a letter, pushed to the tenant's own callback."""

import base64
import hmac
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from relance.contracts.postal_account import MailevaAccount
from relance.domain.postal import PostalNews, PostalState, Proof


class Product(StrEnum):
    """Which of the provider's two services carries a letter; the first part of a sending's id."""

    PLAIN = "plain"
    REGISTERED = "registered"


def sending_id(product: Product, identifier: str) -> str:
    """Return what `Post.prepare` returns for the provider's own `identifier`."""
    return f"{product}/{identifier}"


def split_sending(sending: str) -> tuple[Product, str]:
    """Return the product and the provider's own id; raise ValueError when it is neither."""
    product, _, identifier = sending.partition("/")
    if not is_identifier(identifier):
        raise ValueError("not the id of a sending")
    return Product(product), identifier


def is_identifier(text: object) -> bool:
    """Tell whether it may stand in an address as the provider's id of something."""
    return isinstance(text, str) and _IDENTIFIER.fullmatch(text) is not None


# A name of 100 signs and a password of 200, each of up to four bytes, in base64.
_LONGEST_BASIC = 1700
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PRODUCTS = {"mail": Product.PLAIN, "registered_mail": Product.REGISTERED}
_RESOURCE = re.compile(r"([a-z_]+)/v\d{1,3}/(sendings|recipients)")
_LOCATION = re.compile(r"/sendings/([A-Za-z0-9_-]{1,40})(?:/|$)")

# One sending has one recipient here: processed with errors means that this one was not taken.
_NEWS: dict[str, tuple[PostalState | None, Proof | None]] = {
    "ON_STATUS_ACCEPTED": (PostalState.ACCEPTED, None),
    "ON_STATUS_REJECTED": (PostalState.REJECTED, None),
    "ON_STATUS_PROCESSED": (PostalState.POSTED, None),
    "ON_STATUS_PROCESSED_WITH_ERRORS": (PostalState.REJECTED, None),
    "ON_STATUS_ARCHIVED": (None, Proof.ARCHIVE),
    "ON_DEPOSIT_PROOF_RECEIVED": (PostalState.POSTED, Proof.DEPOSIT),
    "ON_GLOBAL_DEPOSIT_PROOF_RECEIVED": (PostalState.POSTED, Proof.DEPOSIT),
    "ON_ACKNOWLEDGEMENT_OF_RECEIPT_RECEIVED": (PostalState.DELIVERED, Proof.ACKNOWLEDGEMENT),
    "ON_UNDELIVERED_MAIL_RECEIVED": (PostalState.RETURNED, None),
    "ON_MAIN_DELIVERY_STATUS_FIRST_PRESENTATION": (PostalState.PRESENTED, None),
    "ON_MAIN_DELIVERY_STATUS_DELIVERED": (PostalState.DELIVERED, None),
    "ON_MAIN_DELIVERY_STATUS_UNDELIVERED": (PostalState.RETURNED, None),
}


class _Notification(BaseModel):
    """The provider may add fields at any time: only those we read are checked."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_type: str = Field(min_length=1, max_length=100)
    resource_type: str = Field(max_length=100)
    resource_id: str = Field(max_length=100)
    event_date: AwareDatetime
    resource_location: str | None = Field(default=None, max_length=500)
    resource_custom_data: str | None = Field(default=None, max_length=255)


def parse_notification(body: Mapping[str, Any]) -> PostalNews | None:
    """Read one notification of Maileva's notification center.

    None for news that changes nothing here (another service, a kind of event not known). Raises
    ValueError (of which pydantic's ValidationError is one) when it is no notification. Who sent it
    is not known from it: check the callback's credentials first (`is_from_provider`).
    """
    told = _Notification.model_validate(body)
    resource = _RESOURCE.fullmatch(told.resource_type)
    product = _PRODUCTS.get(resource[1]) if resource else None
    if resource is None or product is None or told.event_type not in _NEWS:
        return None
    state, proof = _NEWS[told.event_type]
    return PostalNews(
        at=told.event_date,
        action=told.resource_custom_data or None,
        sending=_sending(product, resource[2], told),
        state=state,
        proof=proof,
        detail=told.event_type,
    )


def _sending(product: Product, kind: str, told: _Notification) -> str | None:
    if kind == "sendings" and is_identifier(told.resource_id):
        return sending_id(product, told.resource_id)
    found = _LOCATION.search(told.resource_location or "")
    return sending_id(product, found[1]) if found else None


def is_basic(authorization: str | None) -> bool:
    """Tell whether an Authorization header has the form of a name and password."""
    kind, _, given = (authorization or "").strip().partition(" ")
    if kind.lower() != "basic" or len(given) > _LONGEST_BASIC:
        return False
    try:
        name, sign, password = base64.b64decode(given.strip(), validate=True).partition(b":")
    except ValueError:
        return False
    return bool(name and sign and password)


def is_from_provider(authorization: str | None, account: MailevaAccount) -> bool:
    """Tell whether a callback's Authorization header carries this account's own name and password.

    An account without them takes no news at all. The time it takes tells nothing about either.
    """
    secret = account.callback_password.get_secret_value()
    if not account.callback_name or not secret or authorization is None:
        return False
    kind, _, given = authorization.strip().partition(" ")
    expected = base64.b64encode(f"{account.callback_name}:{secret}".encode())
    same = hmac.compare_digest(given.strip().encode(), expected)
    return same and kind.lower() == "basic"
