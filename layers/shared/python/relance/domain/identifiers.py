"""Names of things: derived from what they stand for, so that the same fact gets the same name.

An item's or action's id starts with its customer's id, so that it can be found without an index.
"""

import hashlib
import re
from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z0-9_.]")
_ALL_PLAIN = re.compile(r"[A-Za-z0-9_.]*")
_ESCAPED = re.compile(r"~([0-9a-f]{2})")


def customer_id(code: str) -> str:
    """Return the id of the customer with this account code: the code, odd characters as ~hex.

    Reversible (see `customer_code`), safe in an address, a key and a file name: one of dots alone
    is spelt out too, since `..` in an address is a step up.
    """
    if code and not code.strip("."):
        return "~2e" * len(code)
    if _ALL_PLAIN.fullmatch(code):
        return code
    return "".join(
        char if _PLAIN.match(char) else "".join(f"~{byte:02x}" for byte in char.encode())
        for char in code
    )


def customer_code(identifier: str) -> str:
    """Return the ledger's account code for a customer id; the inverse of `customer_id`."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), identifier).encode("latin-1").decode()


def derived_id(customer: str, *parts: object) -> str:
    """Return an id under `customer` that depends on nothing but `parts`, in their order."""
    return id_of_names(customer, [str(part) for part in parts])


def id_of_names(customer: str, names: Iterable[str]) -> str:
    """Return an id under `customer` that depends on nothing but these names, in their order."""
    digest = hashlib.sha256("\x1f".join(names).encode())
    return f"{customer}-{digest.hexdigest()[:16]}"


def owner(identifier: str) -> str:
    """Return the customer id that an item's or action's id starts with ('' when none)."""
    return identifier.rpartition("-")[0]
