"""How a company's text messages are sent, over HTTP (M5)."""

import re
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, Field

from relance.contracts.http.values import Settings
from relance.domain.opt_outs import TextSettings

_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{3,11}")


def _checked_sender(text: str) -> str:
    if text and not _SENDER.fullmatch(text):
        raise ValueError("must be 3 to 11 letters and digits, with a letter among them")
    return text


class TextSettingsBody(Settings):
    """How text messages are sent.

    `sender` is shown instead of a number: 3 to 11 letters and digits; empty for one made of your
    company's name. What takes more than `most_parts` parts is not sent, and waits for a person;
    nor is what would cost more than `max_price` US dollars, a decimal text, null for no limit.
    """

    sender: Annotated[str, Field(max_length=11), AfterValidator(_checked_sender)] = ""
    most_parts: Annotated[int, Field(ge=1, le=10, strict=True)] = TextSettings().most_parts
    max_price: (
        Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,5})?$", examples=["0.50"])] | None
    ) = None

    @classmethod
    def of(cls, texts: TextSettings) -> Self:
        """Build from the domain's value."""
        price = texts.max_price
        return cls(
            sender=texts.sender,
            most_parts=texts.most_parts,
            max_price=None if price is None else f"{price:f}",
        )

    def value(self) -> TextSettings:
        """Return the domain's value."""
        price = self.max_price
        return TextSettings(
            sender=self.sender,
            most_parts=self.most_parts,
            max_price=None if price is None else Decimal(price),
        )
