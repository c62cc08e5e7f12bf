"""A POST that carries an `Idempotency-Key` is carried out once, however often it is sent (H1)."""

import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.problems import RETRY_AFTER, Refused
from relance.app.idempotency import KEPT_FOR, Answers, KeptAnswer, Taken, fingerprint
from relance.app.ports.clock import Clock
from relance.contracts.http.values import FieldProblem
from relance.runtime.telemetry import logger

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,255}")
_RETRY_SECONDS = 2

Result = dict[str, Any]


def carried_out_once(
    request: APIGatewayProxyEventV2,
    *,
    answers: Callable[[], Answers],
    wall: Clock,
    run: Callable[[str | None], Result],
) -> Result:
    """Return what `run` answers, or what it answered to the same request with the same key.

    `run` is given what the ids of what it makes are to follow from; None for any.
    Only a POST with the header is remembered. What we failed at (5xx) and what may be tried again
    (Retry-After) is not. Raises Refused: 422 for a key that is none or stands for another request,
    409 while the first is worked on.
    """
    key = request.headers.get(HEADER.lower())
    if request.http_method != "POST" or key is None:
        return run(None)
    _check(key)
    kept, lease, now = answers(), secrets.token_hex(16), wall.now()
    standing = kept.begin(key, request=_fingerprint(request), lease=lease, now=now)
    if isinstance(standing, Taken):
        seed = standing.seed
        return _run(lambda: run(seed), key=key, lease=lease, answers=kept, wall=wall)
    if standing.request != _fingerprint(request):
        message = "was sent with another request before"
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"This {HEADER} {message}: a new request takes a new key.",
            FieldProblem(parameter=HEADER, message=message),
            kind="key-reused",
        )
    if standing.answer is None:
        raise Refused(
            HTTPStatus.CONFLICT,
            "The first request with this key is still being worked on.",
            kind="in-progress",
            headers={RETRY_AFTER: str(_RETRY_SECONDS)},
        )
    return _replay(standing.answer)


def _run(
    run: Callable[[], Result], *, key: str, lease: str, answers: Answers, wall: Clock
) -> Result:
    result: Result | None = None
    try:
        result = run()
    finally:
        if result is None or not _is_last_word(result):
            answers.release(key, lease=lease)
    if _is_last_word(result):
        _keep(result, key=key, lease=lease, answers=answers, now=wall.now())
    return result


def _is_last_word(result: Result) -> bool:
    """Tell whether the same request is to be answered so again: not what may be tried again."""
    failed = result["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
    return not failed and RETRY_AFTER not in (result.get("headers") or {})


def _keep(result: Result, *, key: str, lease: str, answers: Answers, now: datetime) -> None:
    """Keep an answer. It is given even if that fails: what was asked for is done."""
    body = result.get("body") or ""
    answer = KeptAnswer(
        status=int(result["statusCode"]), body=body, headers=result.get("headers") or {}
    )
    try:
        if not answers.keep(key, lease=lease, answer=answer, until=now + _good_for(body)):
            answers.release(key, lease=lease)
    except Exception as error:
        logger("api").error("an answer could not be kept", exc_info=error)


def _good_for(body: str) -> timedelta:
    """Return how long an answer may be given again: no longer than an address in it works.

    Bodies with such an address say so in `expires_in`, seconds, at their top or one level below.
    """
    try:
        value = json.loads(body)
    except ValueError:
        return KEPT_FOR
    inside = [value, *value.values()] if isinstance(value, dict) else []
    ends = [
        each["expires_in"] for each in inside if isinstance(each, dict) and "expires_in" in each
    ]
    return min([KEPT_FOR, *(timedelta(seconds=end) for end in ends if isinstance(end, int))])


def _replay(answer: KeptAnswer) -> Result:
    return {
        "statusCode": answer.status,
        "headers": {**answer.headers, REPLAYED: "true"},
        "body": answer.body,
        "isBase64Encoded": False,
    }


def _check(key: str) -> None:
    if not _PRINTABLE.fullmatch(key):
        message = "takes 1 to 255 printable characters (ASCII)"
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"The {HEADER} {message}.",
            FieldProblem(parameter=HEADER, message=message),
        )


def _fingerprint(request: APIGatewayProxyEventV2) -> str:
    return fingerprint(
        request.http_method,
        request.path,
        request.raw_query_string or "",
        str(request.get("body") or ""),  # as it came: it may be no text at all
    )
