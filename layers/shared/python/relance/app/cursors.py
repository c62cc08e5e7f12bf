"""Where the next part of a list begins, as an opaque text that only fits the list that gave it.

A cursor holds a position in the list's own order, never a key: whatever someone writes into one,
it can only move within a list that the caller may read anyway.
"""

import base64
import binascii
import hashlib
import json

from relance.app.errors import BadInput

_LONGEST = 4096
_LONGEST_POSITION = 1000  # bytes; a sort key takes 1024


def cursor(name: str, position: str) -> str:
    """Return the cursor that continues the list `name` (tenant included) behind `position`."""
    text = json.dumps([_mark(name), position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position(name: str, after: str | None) -> str | None:
    """Return the position a cursor of the list `name` holds, None without a cursor.

    Raises BadInput when it is no cursor, or one of another list or tenant.
    """
    if after is None:
        return None
    match _decoded(after):
        case [mark, str(found)] if mark == _mark(name) and _fits_a_key(found):
            return found
    raise BadInput("this is not a cursor of this list", pointer="/after")


def _decoded(after: str) -> object:
    if len(after) > _LONGEST:
        return None
    try:
        padded = after.encode("ascii") + b"=" * (-len(after) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None


def _fits_a_key(position: str) -> bool:
    try:
        return 0 < len(position.encode()) <= _LONGEST_POSITION
    except UnicodeEncodeError:  # half a surrogate pair
        return False


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]
