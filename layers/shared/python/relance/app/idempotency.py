"""The same request sent twice with one key is carried out once (H1).

A key is bound to whoever sends it. The first answer is kept for a day and given again; while it is
being worked on, a second request waits; a worker that died lets go after a while. What the request
then makes anew has the ids that it had, by the seed that stays with the key.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

KEPT_FOR = timedelta(hours=24)
# Longer than the API works on anything: whoever holds a key longer is gone.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What was answered."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a key: which `request` it stands for, and its answer once there is one."""

    request: str
    answer: KeptAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A key is ours now. `seed` is the same as often as it is taken for the same request."""

    seed: str


class Answers(Protocol):
    """The keys that one member of one tenant sent, or one visitor."""

    def begin(self, key: str, *, request: str, lease: str, now: datetime) -> Taken | Standing:
        """Take a key for a request, as `lease`, or return what stands.

        What is over is as good as none; a lease that ran out, or was let go of, is taken over by
        the same request, with its seed. A key that was let go of is free for another one, too.
        """

    def keep(self, key: str, *, lease: str, answer: KeptAnswer, until: datetime) -> bool:
        """Keep the answer; False when somebody else has the key by now, or it is too large."""

    def release(self, key: str, *, lease: str) -> None:
        """Let go of a key without an answer: the next request with it begins anew."""


def new_id(seed: str | None, *, digits: int) -> str:
    """Return so many hexadecimal digits for the id of what a request makes.

    They follow from its `seed`, so that the same request again makes the same; None: any.
    """
    return (
        fingerprint("id", seed)[:digits] if seed is not None else secrets.token_hex(digits)[:digits]
    )


def fingerprint(*parts: str) -> str:
    """Return what tells a request from any other: of its method, address and body."""
    digest = hashlib.sha256()
    for part in parts:
        plain = part.encode("utf-8", "surrogatepass")
        digest.update(len(plain).to_bytes(8) + plain)
    return digest.hexdigest()
