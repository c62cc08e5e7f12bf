"""The address at which a debtor pays online, made from the tenant's pattern (M6)."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from relance.domain.money import minor_digits, to_decimal
from relance.messages.text import one_line

PLACEHOLDERS = ("amount", "currency", "customer", "invoices")
LONGEST = 500
_BRACES = re.compile(r"\{([^{}]*)\}")
_PRINTABLE = re.compile(r"[!-~]+")


class UnusableLink(ValueError):
    """The pattern makes no address that may stand in a message."""


def checked_pattern(pattern: str) -> str:
    """Return the pattern of a payment link if it can be used; "" is for none.

    It is an https address. Behind its host it may hold {amount} (as 1234.50), {currency},
    {customer} (the account) and {invoices} (their numbers between commas). Raises UnusableLink.
    """
    if not pattern:
        return pattern
    if len(pattern) > LONGEST or not _PRINTABLE.fullmatch(pattern):
        raise UnusableLink(f"must be an address of at most {LONGEST} characters, without spaces")
    try:
        parts = urlsplit(pattern)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise UnusableLink("is not an address") from None
    if parts.scheme != "https" or "." not in host or parts.username is not None:
        raise UnusableLink("must begin with https:// and the name of your payment site")
    if {"{", "}", "\\"} & set(parts.netloc):
        raise UnusableLink("the name of your payment site can hold no placeholder")
    for name in _BRACES.findall(pattern):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
            raise UnusableLink(f"there is no placeholder {{{name}}}: there are {known}")
    if set("{}\"<>'") & set(_BRACES.sub("", pattern)):
        raise UnusableLink("holds a brace or quote that stands for nothing")
    return pattern


def payment_link(
    pattern: str, *, amount: int, currency: str, customer: str, invoices: Sequence[str]
) -> str:
    """Return the address to pay `amount` minor units at; "" without a pattern or an amount.

    Invoices that do not fit are left out, all of them: a payment for some would be booked wrongly.
    """
    if not pattern or amount <= 0:
        return ""
    digits = minor_digits(currency)
    listed = ",".join(quote(one_line(number), safe="") for number in invoices)
    values = {
        "amount": f"{to_decimal(amount, currency):.{digits}f}",
        "currency": currency,
        "customer": quote(one_line(customer), safe=""),
        "invoices": listed if len(listed) <= LONGEST else "",
    }
    return _BRACES.sub(lambda found: values[found[1]], pattern)
