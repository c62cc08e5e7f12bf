"""A small SES v2 that counts what it takes, and misbehaves before or after it took it."""

import json
import socket
import struct
import threading
import time
from base64 import b64decode
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.crash.harm import Harm
from tests.crash.lanes import lane_of

ALWAYS = 1_000_000


@dataclass(frozen=True)
class Taken:
    """A message that SES took: to whom, and its exact bytes."""

    to: str
    raw: bytes


@dataclass
class Fault:
    """What the next call of a lane gets; `times` counts down."""

    harm: Harm
    after: bool
    times: int


@dataclass
class Ses:
    """What was taken, and what goes wrong for which lane.

    `silence` is how long a timeout lasts, in seconds; `struck` counts the faults by lane.
    More than `per_second` in any second of `clock` are `refused`, and not taken.
    """

    silence: float
    taken: list[Taken] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    struck: Counter[str] = field(default_factory=Counter)
    address: str = ""
    per_second: int | None = None
    clock: Callable[[], float] = time.monotonic
    refused: int = 0
    _lately: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def strike(self, lane: str, fault: Fault) -> None:
        """Let the next calls of a lane go wrong, after those it was told before."""
        with self._lock:
            self.faults.setdefault(lane, []).append(fault)

    def fault(self, lane: str) -> Fault | None:
        """Take the next fault of a lane."""
        with self._lock:
            waiting = self.faults.get(lane, [])
            if not waiting:
                return None
            first = waiting[0]
            first.times -= 1
            if first.times == 0:
                waiting.pop(0)
            self.struck[lane] += 1
            return first

    def is_too_fast(self) -> bool:
        """Tell whether one more is more than it takes in a second; count it if it isn't."""
        with self._lock:
            if self.per_second is None:
                return False
            now = self.clock()
            while self._lately and self._lately[0] <= now - 1:
                self._lately.popleft()
            if len(self._lately) >= self.per_second:
                self.refused += 1
                return True
            self._lately.append(now)
            return False

    def take(self, body: dict[str, Any]) -> str:
        """Take a message; return its id."""
        to = body["Destination"]["ToAddresses"][0]
        with self._lock:
            self.taken.append(Taken(to, b64decode(body["Content"]["Raw"]["Data"])))
            return f"ses-{len(self.taken)}"

    def count(self, to: str) -> int:
        return sum(each.to == to for each in self.taken)


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        ses = self.server.ses
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = ses.fault(lane_of(self.headers["Authorization"]))
        if fault is None and ses.is_too_fast():
            fault = Fault(Harm.THROTTLED, after=False, times=1)
        if fault is None:
            self._answer(200, {"MessageId": ses.take(body)})
            return
        if fault.after:
            ses.take(body)
        self._misbehave(fault)

    def _misbehave(self, fault: Fault) -> None:
        # SES throttles before it takes a call. "After" means that the answer to the call it took
        # is lost, and that it throttles whoever would repeat it.
        if fault.harm is Harm.THROTTLED and not fault.after:
            self._answer(429, {"message": "slow down"}, error="TooManyRequestsException")
        elif fault.harm is Harm.SERVER_ERROR:
            self._answer(500, {"message": "oops"}, error="InternalServiceErrorException")
        elif fault.harm is Harm.TIMEOUT:
            time.sleep(self.server.ses.silence)
        else:
            cut(self.connection)

    def _answer(self, status: int, body: dict[str, str], *, error: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        if error:
            self.send_header("x-amzn-errortype", error)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def cut(connection: socket.socket) -> None:
    """End a connection as a peer that resets it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RD)
    connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, ses: Ses) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ses = ses

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that were cut, from either side."""

    def shutdown_request(self, request: Any) -> None:
        with suppress(OSError):  # cut already
            super().shutdown_request(request)


@contextmanager
def running_ses(*, silence: float) -> Iterator[Ses]:
    """Run an SES for the length of a test."""
    ses = Ses(silence=silence)
    with _Server(ses) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        ses.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield ses
        finally:
            server.shutdown()
            thread.join()
