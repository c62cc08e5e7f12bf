"""Numbers that get no text message, and how a tenant's text messages are sent (M5)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class OptOutSource(StrEnum):
    """Who put a number on the list."""

    LINK = "link"  # whoever holds the phone, by the link in a message
    PERSON = "person"  # someone of the tenant's, who was asked to
    CARRIER = "carrier"  # the network: it takes no message for this number


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """A number, in E.164, that the tenant never texts.

    `since` is the instant it was put on the list; `author` who did if a person, `reason` in the
    person's or the network's words.
    """

    number: str
    since: datetime
    source: OptOutSource
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSettings:
    """How a tenant's text messages are sent.

    `sender` is shown instead of a number, 3 to 11 letters and digits; without one it is made of the
    tenant's name. A message of more than `most_parts` parts is not sent, nor one that would cost
    more than `max_price` US dollars (None for no limit of the tenant's own).
    """

    sender: str = ""
    most_parts: int = 4
    max_price: Decimal | None = None
