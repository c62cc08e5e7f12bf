"""How routes answer: single resources with their ETag, lists with their cursor."""

import hashlib
from collections.abc import Callable, Iterable
from enum import StrEnum
from http import HTTPStatus
from itertools import accumulate
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import BaseModel

from functions.api.problems import RETRY_AFTER, RETRY_SECONDS
from relance.app.cursors import cursor, position
from relance.app.errors import Conflict
from relance.app.in_bulk import Outcome
from relance.app.ports.page import Page as Part
from relance.contracts.http.values import Page

Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]
After = Annotated[
    str | None, Query(max_length=4096, description="`next` of the part before, for the next part")
]
IfMatch = Annotated[
    str | None,
    Header(alias="if-match", description="the ETag you read: refuse (412) if it changed since"),
]
MOST = 50
# Ids in one answer, which Lambda lets have six megabytes.
MOST_NAMED = 5_000


class Order(StrEnum):
    """In which order a list by day comes."""

    NEWEST = "newest"
    OLDEST = "oldest"


InOrder = Annotated[Order, Query(description="which days come first")]
OfCustomer = Annotated[
    str | None, Query(alias="customer", max_length=200, description="only this customer's")
]

# No version of ours: what the caller read can't be what is stored.
_NO_VERSION = -1


def expected(if_match: str | None) -> int | None:
    """Return the version that the If-Match header asks for, None when any will do."""
    if if_match is None or if_match.strip() == "*":
        return None
    quoted = if_match.strip()
    plain = quoted.removeprefix('"').removesuffix('"')
    whole = quoted == f'"{plain}"' and plain.isascii() and plain.isdigit() and len(plain) < 19
    return int(plain) if whole else _NO_VERSION


def check_unchanged(if_match: str | None, body: BaseModel) -> None:
    """Raise Conflict when If-Match names another ETag than this body's, which has no version."""
    if if_match is not None and if_match.strip() not in ("*", f'"{_digest(body)}"'):
        raise Conflict("this changed since you read it")


def single[B: BaseModel](
    body: B,
    *,
    version: int | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    location: str | None = None,
) -> Response[B]:
    """Answer one resource; its ETag is its version, or follows from the body without one."""
    tag = str(version) if version is not None else _digest(body)
    headers: dict[str, str | list[str]] = {"ETag": f'"{tag}"'}
    if location is not None:
        headers["Location"] = location
    return Response(status_code=status, content_type="application/json", body=body, headers=headers)


def of_many[B: BaseModel](body: B, ended: Iterable[Outcome]) -> Response[B]:
    """Answer how each of many ended; with Retry-After, and thus not kept, if one may be retried."""
    answer = single(body)
    if any(each.again for each in ended):
        answer.headers[RETRY_AFTER] = str(RETRY_SECONDS)
    return answer


def nothing() -> Response[None]:
    """Answer that it is done and there is no more to say."""
    return Response(status_code=HTTPStatus.NO_CONTENT.value, content_type=None, body=None)


def listed[T, B](page: Part[T], body: Callable[[T], B]) -> Page[B]:
    """Turn a part of a list into its body."""
    return Page(items=tuple(body(entry) for entry in page.entries), next=page.next)


def part_of[T](
    entries: Iterable[T],
    key: Callable[[T], str],
    *,
    of: str,
    limit: int,
    after: str | None,
    latest_first: bool = False,
    naming: Callable[[T], int] = lambda _: 0,
) -> Part[T]:
    """Return the part of a list held in memory, ordered by `key`, that begins behind `after`.

    `of` names the list, its tenant included; raises BadInput for a cursor of another. `naming` says
    how many things an entry names: a part of several entries names MOST_NAMED at most.
    """
    behind = position(of, after)
    rest = [
        entry
        for entry in sorted(entries, key=key, reverse=latest_first)
        if behind is None or (key(entry) < behind if latest_first else key(entry) > behind)
    ]
    named = accumulate(naming(entry) for entry in rest[:limit])
    fitting = max(1, sum(1 for things in named if things <= MOST_NAMED))
    more = cursor(of, key(rest[fitting - 1])) if len(rest) > fitting else None
    return Part(entries=tuple(rest[:fitting]), next=more)


def _digest(body: BaseModel) -> str:
    return hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:16]
