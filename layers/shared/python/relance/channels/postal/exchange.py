"""One HTTP request to a postal provider, and what comes of it.

The one question is the same as for other channels: can the provider have acted on it? A request
that never went out, or a clear answer, is a no. Everything else is in doubt.
"""

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ProxyError,
)

from relance.app.errors import InDoubtError, NotAcceptedError, RefusedError, ThrottledError

# The library gave up before a request was on its way. What is not listed is in doubt.
_NEVER_SENT = (ConnectTimeoutError, LocationValueError, NewConnectionError, ProxyError)
# This letter will be refused each time.
_REFUSED = frozenset({400, 413, 415, 422})
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_MOST_BYTES = 40_000_000
_LONGEST_WAIT = 3600


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `body` is sent as it is; header names are lower-case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, whatever its status."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> dict[str, Any]:
        """Return the body's object, {} when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def codes(self) -> frozenset[str]:
        """Return the provider's own error codes; its words may hold a name or an address."""
        found = self.json()
        errors = found.get("errors")
        each = [found, *(errors if isinstance(errors, list) else [])]
        codes = (str(one.get("code", "")) for one in each if isinstance(one, dict))
        return frozenset(code for code in codes if _CODE.fullmatch(code))


def new_pool(*, connect: float = 5, read: float = 30) -> urllib3.PoolManager:
    """Return the client for letters: one attempt a call, nothing followed, waits in seconds.

    Like the other clients that send, it never tries again by itself. The read timeout is generous
    because giving up early makes a posted letter look doubtful.
    """
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=connect, read=read),
        retries=False,
        # Made once: connections come and go with each request.
        ssl_context=ssl.create_default_context(),
    )


def check_address(url: str) -> None:
    """Raise ValueError unless credentials may go there: HTTPS, or this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError("a postal provider is reached by HTTPS")


def exchange(pool: urllib3.PoolManager, request: Request) -> Reply:
    """Make one request, once. Raises NotAcceptedError when it never left, else InDoubtError."""
    try:
        answer = pool.request(
            request.method,
            request.url,
            body=request.body,
            headers={**request.headers, "connection": "close"},
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            body = answer.read(_MOST_BYTES + 1, decode_content=True)
        finally:
            answer.close()
    except _NEVER_SENT as error:
        raise NotAcceptedError(f"never sent: {type(error).__name__}") from error
    except (HTTPError, OSError) as error:
        raise InDoubtError(f"no answer: {type(error).__name__}") from error
    finally:
        # Never another request on this connection: the other end may have closed it meanwhile,
        # and then a letter would be in doubt that nobody ever saw.
        pool.clear()
    if len(body) > _MOST_BYTES:
        raise InDoubtError("an answer of more bytes than any letter has")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(answer.status, body, headers)


def check(reply: Reply) -> Reply:
    """Return an answer that says yes; raise what any other means (D39, D40).

    The text of an error holds the status and the provider's codes only.
    """
    status = reply.status
    if 200 <= status < 300:
        return reply
    said = " ".join((str(status), *sorted(reply.codes())))
    if status == 429:
        raise ThrottledError(said, retry_after=_retry_after(reply))
    if status in _REFUSED:
        raise RefusedError(said)
    if 400 <= status < 500 and status != 408:
        # Credentials, rights, a sending that is not there: somebody repairs it, then it goes.
        raise NotAcceptedError(said)
    raise InDoubtError(f"answered {said}")


def _retry_after(reply: Reply) -> int | None:
    """Return the seconds to wait, an hour at most; None when it is a date or nonsense."""
    written = reply.headers.get("retry-after", "").strip()
    return min(int(written), _LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,9}", written) else None
