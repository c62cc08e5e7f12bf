"""A provider on this machine that takes a request and then misbehaves as told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


def answer(status: str, body: str, kind: str = "application/json", error: str = "") -> bytes:
    """Return a whole HTTP response."""
    named = f"x-amzn-errortype: {error}\r\n" if error else ""
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{named}content-length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


@dataclass
class Provider:
    """Keeps every request whole; `response` is written back, None drops the connection."""

    response: bytes | None
    stays_silent: bool = False
    requests: list[bytes] = field(default_factory=list)
    port: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listener: socket.socket) -> None:
        while not self.stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                self.take(connection)

    def take(self, connection: socket.socket) -> None:
        request = _read(connection)
        if not request:
            return
        self.requests.append(request)
        if self.stays_silent:
            self.stop.wait(5)
        elif self.response is not None:
            connection.sendall(self.response)


def _read(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def provider(response: bytes | None = None, *, stays_silent: bool = False) -> Iterator[Provider]:
    """Run a provider for the length of a test."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Provider(response, stays_silent=stays_silent, port=listener.getsockname()[1])
    thread = threading.Thread(target=made.serve, args=(listener,))
    thread.start()
    try:
        yield made
    finally:
        made.stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
