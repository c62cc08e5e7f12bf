"""The SMS provider."""

from decimal import Decimal
from typing import Protocol


class Texter(Protocol):
    """The SMS provider, one attempt a call."""

    def send(self, number: str, text: str, *, sender: str, max_price: Decimal | None = None) -> str:
        """Send to an E.164 number; return the reference; raise as Mailer does.

        `max_price`, in US dollars, is what the message may cost: a dearer one is taken, not sent,
        and reported as failed later.
        """
