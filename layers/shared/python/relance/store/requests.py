"""What is remembered of requests for a while: how many there were, what was answered."""

import hmac
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from relance.app.idempotency import KEPT_FOR, LEASE, KeptAnswer, Standing, Taken
from relance.app.limits import WINDOW, Budget
from relance.store import keys
from relance.store.attributes import Record
from relance.store.bound import Bound
from relance.store.keys import Key
from relance.store.records import VERSION
from relance.store.table import Table, When

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# A record holds 400 KB.
_MOST_CHARACTERS = 300_000
_TRIES = 3
_NONCE = 12  # bytes
# Nobody works on it: whoever did let go of it.
_FREE = 0


class DynamoRequests(Bound):
    """`app.limits.RequestCounter` on DynamoDB, bound to one tenant."""

    def count(self, budget: Budget, *, minute: datetime, most: int) -> int | None:
        counted = self._table.changed(
            self._table.update(
                keys.requests(self._tenant, budget, minute),
                "SET v = :v, expires_at = :over ADD used :one",
                {":v": VERSION, ":over": _seconds(minute + 2 * WINDOW), ":one": 1},
                when=When("attribute_not_exists(used) OR used < :most", {":most": most}),
            )
        )
        return None if counted is None else int(counted["used"])


class DynamoAnswers:
    """`app.idempotency.Answers` on DynamoDB; `place` returns where a key's record lies."""

    def __init__(self, client: "DynamoDBClient", table: str, place: Callable[[str], Key]) -> None:
        self._table = Table(client, table)
        self._place = place

    def begin(self, key: str, *, request: str, lease: str, now: datetime) -> Taken | Standing:
        record = {
            **self._place(key)._asdict(),
            "v": VERSION,
            "asked": request,
            "lease": lease,
            "seed": lease,
            "busy_until": _seconds(now + LEASE),
            "expires_at": _seconds(now + KEPT_FOR),
        }
        others = "attribute_not_exists(answer) AND busy_until = :free AND asked <> :asked"
        free = When(
            f"attribute_not_exists(pk) OR expires_at <= :now OR ({others})",
            {":now": _seconds(now), ":free": _FREE, ":asked": request},
        )
        for _ in range(_TRIES):
            if self._table.write(self._table.put(record, when=free)):
                return Taken(seed=lease)
            found = self._table.get(self._place(key))
            if found is None:
                continue
            gone = "answer" not in found and found["busy_until"] <= _seconds(now)
            if found["lease"] != lease and not (gone and found["asked"] == request):
                return self._standing(key, found)
            # Ours already, when only the answer to our first try was lost.
            if found["lease"] == lease or self._taken_over(key, found, record):
                return Taken(seed=str(found.get("seed") or found["lease"]))
        raise RuntimeError("a key comes and goes")

    def _taken_over(self, key: str, found: Record, record: Record) -> bool:
        """Take the place of a holder that is gone; its seed stays."""
        values = {f":{name}": record[name] for name in ("lease", "busy_until", "expires_at")}
        expression = "SET lease = :lease, busy_until = :busy_until, expires_at = :expires_at"
        unmoved = When("lease = :was AND attribute_not_exists(answer)", {":was": found["lease"]})
        return self._table.write(
            self._table.update(self._place(key), expression, values, when=unmoved)
        )

    def keep(self, key: str, *, lease: str, answer: KeptAnswer, until: datetime) -> bool:
        packed = b64encode(_seal(answer.body, key, self._place(key))).decode()
        if len(packed) > _MOST_CHARACTERS:
            return False
        values = {
            ":answer": {"status": answer.status, "headers": answer.headers, "body": packed},
            ":over": _seconds(until),
        }
        expression = "SET answer = :answer, expires_at = :over"
        ours = When("lease = :lease", {":lease": lease})
        return self._table.write(
            self._table.update(self._place(key), expression, values, when=ours)
        )

    def _standing(self, key: str, record: Record) -> Standing:
        kept = record.get("answer")
        if kept is None:
            return Standing(request=record["asked"])
        body = _unseal(b64decode(kept["body"]), key, self._place(key))
        answer = KeptAnswer(status=kept["status"], headers=kept["headers"], body=body)
        return Standing(request=record["asked"], answer=answer)

    def release(self, key: str, *, lease: str) -> None:
        ours = When("lease = :lease AND attribute_not_exists(answer)", {":lease": lease})
        values = {":free": _FREE}
        self._table.write(
            self._table.update(self._place(key), "SET busy_until = :free", values, when=ours)
        )


def member_answers(
    client: "DynamoDBClient", table: str, tenant: str, subject: str
) -> DynamoAnswers:
    """Return the keys of one member of a tenant."""
    return DynamoAnswers(client, table, partial(keys.kept_answer, tenant, subject))


def visitor_answers(client: "DynamoDBClient", table: str, subject: str) -> DynamoAnswers:
    """Return the keys of somebody who may belong to no tenant."""
    return DynamoAnswers(client, table, partial(keys.visitors_answer, subject))


def _seal(text: str, key: str, place: Key) -> bytes:
    """Return a text that only who knows the idempotency key can read.

    Answers hold names and amounts, some of them a secret that is shown once; the table has only a
    hash of the key, so what is kept is of use to nobody but whoever sends the request again.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # heavy, and seldom needed

    nonce = os.urandom(_NONCE)
    packed = zlib.compress(text.encode())
    return nonce + AESGCM(_secret(key)).encrypt(nonce, packed, _bound_to(place))


def _unseal(sealed: bytes, key: str, place: Key) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, packed = sealed[:_NONCE], sealed[_NONCE:]
    return zlib.decompress(AESGCM(_secret(key)).decrypt(nonce, packed, _bound_to(place))).decode()


def _secret(key: str) -> bytes:
    # Another hash than the one that the record is found by.
    return hmac.digest(b"relance: a kept answer", key.encode(), "sha256")


def _bound_to(place: Key) -> bytes:
    return f"{place.pk}\0{place.sk}".encode()


def _seconds(at: datetime) -> int:
    """Return the instant as DynamoDB takes the end of a record's life."""
    return int(at.timestamp())
