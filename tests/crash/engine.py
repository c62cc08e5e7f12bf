"""The local AWS for a test, and a door to it at which answers get lost.

Queues are moto's, in this process, so that a test's clock is theirs; all else is the local
engine's.
"""

import contextlib
import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.crash.harm import Call, Harm
from tests.crash.lanes import lane_of
from tests.fakes.local_engine import running_engine

THROTTLED = {
    "dynamodb": ("ThrottlingException", 400),
    "s3": ("SlowDown", 503),
    "sqs": ("ThrottlingException", 400),
    "sns": ("Throttled", 429),
}
BROKEN = {
    "dynamodb": ("InternalServerError", 500),
    "s3": ("InternalError", 500),
    "sqs": ("InternalError", 500),
    "sns": ("InternalFailure", 500),
}
type Answer = tuple[str, list[tuple[str, str]], bytes]


@dataclass
class Late:
    """A call of a lane that is done and then answered wrongly; `times` counts down."""

    call: Call
    harm: Harm
    times: int


@dataclass
class Door:
    """Hands calls on and spoils answers as told; `silence` is how long a timeout is, in seconds."""

    upstream: str
    queues: Any
    silence: float
    late: dict[str, Late] = field(default_factory=dict)
    struck: Counter[str] = field(default_factory=Counter)
    address: str = ""
    _one: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = _body(environ)
        status, headers, answer = self._hand_on(environ, body)
        lane = lane_of(environ.get("HTTP_AUTHORIZATION"))
        late = self.late.get(lane)
        if late is None or not late.times or not is_call(late.call, environ, body):
            start(status, headers)
            return [answer]
        late.times -= 1
        self.struck[lane] += 1
        if late.harm is Harm.TIMEOUT:
            time.sleep(self.silence)
        if late.harm in (Harm.TIMEOUT, Harm.RESET) or _says_no_to_a_message(late):
            start(status, [("Content-Length", "1000"), ("Connection", "close")])
            return [answer[:10]]  # it ends early
        code, number = (THROTTLED if late.harm is Harm.THROTTLED else BROKEN)[late.call.service]
        kind, text = _error(late.call.service, code)
        start(f"{number} Lost", [("Content-Type", kind), ("x-amzn-errortype", code)])
        return [text.encode()]

    def _hand_on(self, environ: dict[str, Any], body: bytes) -> Answer:
        if "/sqs/aws4_request" in environ.get("HTTP_AUTHORIZATION", ""):
            return self._ask_queues(environ, body)
        connection = http.client.HTTPConnection(self.upstream)
        with contextlib.closing(connection):
            path = environ["REQUEST_URI"]
            connection.request(environ["REQUEST_METHOD"], path, body, _headers(environ))
            answer = connection.getresponse()
            return f"{answer.status} {answer.reason}", _passed(answer), answer.read()

    def _ask_queues(self, environ: dict[str, Any], body: bytes) -> Answer:
        told: list[Any] = []
        with self._one:  # what a queue does, it does at once
            environ["wsgi.input"] = BytesIO(body)
            answer = b"".join(self.queues(environ, lambda *said: told.extend(said[:2])))
        return told[0], told[1], answer


def _says_no_to_a_message(late: Late) -> bool:
    """Tell whether an answer would call a message refused that was taken.

    No provider throttles what it took, and nobody could tell. Its answer gets lost instead.
    """
    return late.call.service == "sns" and late.harm is Harm.THROTTLED


def _body(environ: dict[str, Any]) -> bytes:
    """Read a request's body, whether its length is told or it comes in chunks."""
    if environ.pop("HTTP_TRANSFER_ENCODING", "") == "chunked":
        body: bytes = environ["wsgi.input"].read()
        return body
    told: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return told


def is_call(call: Call, environ: dict[str, Any], body: bytes) -> bool:
    """Tell whether a request is this call."""
    scope = f"/{call.service}/aws4_request"
    if scope not in environ.get("HTTP_AUTHORIZATION", "") or call.words.encode() not in body:
        return False
    if call.service == "s3":
        return bool(environ["REQUEST_METHOD"] == "PUT")
    if call.service == "sns":
        return f"Action={call.operation}&".encode() in body
    return str(environ.get("HTTP_X_AMZ_TARGET", "")).endswith(f".{call.operation}")


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    named = {
        name.removeprefix("HTTP_").replace("_", "-"): text
        for name, text in environ.items()
        if name.startswith("HTTP_") and name != "HTTP_CONNECTION"
    }
    kind = environ.get("CONTENT_TYPE")
    return {**named, "Connection": "close", **({"Content-Type": kind} if kind else {})}


def _passed(answer: http.client.HTTPResponse) -> list[tuple[str, str]]:
    own = ("connection", "transfer-encoding", "date", "server")
    return [(name, text) for name, text in answer.getheaders() if name.lower() not in own]


def _error(service: str, code: str) -> tuple[str, str]:
    if service == "s3":
        return "application/xml", f"<Error><Code>{code}</Code><Message>lost</Message></Error>"
    if service == "sns":
        fault = f"<Error><Type>Receiver</Type><Code>{code}</Code><Message>lost</Message></Error>"
        return "text/xml", f"<ErrorResponse>{fault}</ErrorResponse>"
    return "application/x-amz-json-1.0", json.dumps({"__type": code, "message": "lost"})


@contextmanager
def running_door(*, silence: float) -> Iterator[Door]:
    """Run the local engine behind a door, for the length of a test; `door.address` is where."""
    with TemporaryDirectory() as folder, running_engine(Path(folder)) as upstream:
        door = Door(upstream, DomainDispatcherApplication(create_backend_app), silence)
        server = make_server("127.0.0.1", 0, door, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            door.address = f"http://127.0.0.1:{server.server_port}"
            yield door
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            moto_api_backend.reset()


class _Quiet(WSGIRequestHandler):
    def log(self, *args: Any, **keywords: Any) -> None:
        """Say nothing of requests."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Say nothing of workers that died while they waited."""
