"""Who makes a call: each worker process has an access key of its own, by which it is known."""

import re

_CREDENTIAL = re.compile(r"Credential=([A-Z0-9]+)/")


def access_key(number: int) -> str:
    """Return the access key of worker number `number`."""
    return f"LANE{number:04d}"


def lane_of(authorization: str | None) -> str:
    """Return the access key that signed a request, '' when none did."""
    found = _CREDENTIAL.search(authorization or "")
    return found[1] if found else ""
