"""Texts that open something: shown once, kept as a hash only.

One is `<prefix>_<id>_<secret>`: who finds it knows what it is, and the id says which one to revoke.
The secret has 192 random bits, so a plain hash of it can't be guessed back; its last eight digits
are a checksum, so that what was mistyped or made up is refused without a question to the store.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from typing import NamedTuple

_ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_ID_LENGTH = 12
_SECRET_BYTES = 24
_SHAPE = re.compile(rf"([a-z]+)_([{_ID_LETTERS}]{{{_ID_LENGTH}}})_([0-9a-f]{{48}})([0-9a-f]{{8}})")


class Issued(NamedTuple):
    """A new one: `text` is for its holder and nobody else, `digest` is what is kept."""

    id: str
    text: str
    digest: str


class Shown(NamedTuple):
    """One that somebody showed: which it claims to be, and what of it is compared."""

    id: str
    digest: str


def new_id() -> str:
    """Return an id of 60 random bits."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))


def issue(prefix: str, *, known_as: str | None = None) -> Issued:
    """Make a new one; `known_as` keeps the id of an older one that it replaces."""
    identifier = known_as or new_id()
    secret = secrets.token_hex(_SECRET_BYTES)
    text = f"{prefix}_{identifier}_{secret}"
    return Issued(identifier, f"{text}{_checksum(text)}", _digest(secret))


def shown(prefix: str, text: str) -> Shown | None:
    """Return what a text claims to be, None when it can be none of this kind."""
    found = _SHAPE.fullmatch(text)
    if found is None or found[1] != prefix:
        return None
    if _checksum(text[:-8]) != found[4]:
        return None
    return Shown(found[2], _digest(found[3]))


def same(one: str, other: str) -> bool:
    """Compare two digests in a time that tells nothing."""
    return hmac.compare_digest(one, other)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
