"""The link by which a debtor asks for no more text messages: signed, and silent about who asks.

Its token is a synthetic-IV cipher made of HMAC-SHA256: the signature over tenant, number and
language hides the two last. So nothing need be stored for a link to work, nobody can make one for a
number or a company of their choice, and an address that ends up in a log shows no number.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
_SIGNATURE = 10  # bytes: a guess succeeds once in 2^80
_HIDDEN = 8  # bytes: a number of 15 digits and a language
_LANGUAGES = 26 * 26


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: a number in E.164, and the language it was written to in."""

    number: str
    language: str


def opt_out_token(asked: Asked, *, tenant: str, key: bytes) -> str:
    """Return 24 characters of [A-Za-z0-9_-] that only a holder of `key` can make.

    Raises ValueError for what is no E.164 number or no language of two letters.
    """
    if not _NUMBER.fullmatch(asked.number) or not _LANGUAGE.fullmatch(asked.language):
        raise ValueError("a link is made for an E.164 number and a language of two letters")
    first, second = (ord(letter) - ord("a") for letter in asked.language)
    plain = (int(asked.number) * _LANGUAGES + first * 26 + second).to_bytes(_HIDDEN)
    signature = _signature(plain, tenant, key)
    token = signature + _hidden(plain, signature, tenant, key)
    return base64.urlsafe_b64encode(token).decode()


def read_opt_out_token(token: str, *, tenant: str, key: bytes) -> Asked | None:
    """Return who asks, None when we did not make this token for this tenant."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    signature = raw[:_SIGNATURE]
    plain = _hidden(raw[_SIGNATURE:], signature, tenant, key)
    if not hmac.compare_digest(signature, _signature(plain, tenant, key)):
        return None
    digits, language = divmod(int.from_bytes(plain), _LANGUAGES)
    letters = "".join(chr(ord("a") + place) for place in divmod(language, 26))
    return Asked(number=f"+{digits}", language=letters)


def _signature(plain: bytes, tenant: str, key: bytes) -> bytes:
    return _keyed(key, b"sign", tenant, plain)[:_SIGNATURE]


def _hidden(plain: bytes, signature: bytes, tenant: str, key: bytes) -> bytes:
    """Hide, or show again, what the signature was made of."""
    pad = _keyed(key, b"hide", tenant, signature)
    return bytes(one ^ other for one, other in zip(plain, pad, strict=False))


def _keyed(key: bytes, purpose: bytes, tenant: str, text: bytes) -> bytes:
    name = tenant.encode()
    message = purpose + len(name).to_bytes(4) + name + text
    return hmac.digest(key, message, "sha256")
