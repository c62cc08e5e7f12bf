"""What a tenant says in its own words instead of ours (M1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A template in one language: plain text with fields in it, in Jinja2's notation.

    `opening` stands before the list of invoices and `closing` after it; greeting, list, bank
    details and signature are the layout's. `sms` is the whole text message, empty when the template
    is for none.
    """

    subject: str = ""
    opening: str = ""
    closing: str = ""
    sms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTemplate:
    """A tenant's own template; `wordings` by language.

    `sender_name`, `sender_email` (where answers go) and `signature` take the place of the tenant's
    when they are set (M2).
    """

    id: str
    name: str
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    sender_name: str = ""
    sender_email: str = ""
    signature: str = ""
    version: int = 0
