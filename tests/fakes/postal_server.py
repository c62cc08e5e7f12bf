"""The counting Maileva over HTTP, on this machine."""

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.postal import Answer, Fault, Harm, Maileva, Sending, Step

_ERROR_STATUS = {Harm.THROTTLED: 429, Harm.ERROR: 503}
_Act = Callable[[], Answer]
_ROUTES = re.compile(
    r"(?P<prefix>.*?)/sendings"
    r"(?:/(?P<id>[^/]+)(?:/(?P<what>documents|recipients|submit|download_deposit_proof)"
    r"(?:/(?P<recipient>[^/]+)/(?P<proof>download_\w+))?)?)?"
)
_PROOFS = {
    "download_deposit_proof": "deposit",
    "download_acknowledgement_of_receipt": "acknowledgement",
    "download_archive": "archive",
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        pass

    def _serve(self) -> None:
        maileva = self.server.maileva
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        step, act = self._route(maileva, body)
        with maileva.lock:
            maileva.calls.append((step, self.path))
            maileva.peers.append(self.client_address)
            fault = maileva.take_fault(step)
            answer = act() if fault is None or (fault.after and not fault.late) else Answer(0)
        if fault is not None:
            answer = self._harm(maileva, fault, act)
        if answer.status:
            self._write(answer)

    def _harm(self, maileva: Maileva, fault: Fault, act: _Act) -> Answer:
        if fault.harm in _ERROR_STATUS:
            status = _ERROR_STATUS[fault.harm]
            wait = (("retry-after", maileva.retry_after),) if status == 429 else ()
            return Answer(status, {"code": "BUSY", "message": "later"}, wait)
        if fault.harm is Harm.TIMEOUT:
            maileva.stopped.wait(maileva.silence)
        if fault.late:
            with maileva.lock:
                act()
                maileva.late_effects += 1
        self._drop()
        return Answer(0)

    def _drop(self) -> None:
        """End the connection the hard way, without a word."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True

    def _route(self, maileva: Maileva, body: bytes) -> tuple[Step | str, _Act]:
        path = self.path.partition("?")[0]
        if path.endswith("/token"):
            form = {name: each[0] for name, each in parse_qs(body.decode()).items()}
            return Step.TOKEN, lambda: maileva.token(form | self._basic())
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in maileva.valid or maileva.refuses_tokens:
            return "unauthorized", lambda: Answer(401, {"code": "UNAUTHORIZED", "message": "no"})
        found = _ROUTES.fullmatch(path)
        if found is None:
            return "unknown", lambda: maileva.refusal("NOT_FOUND", 404)
        if found["id"] is None:
            product = "registered" if "registered" in found["prefix"] else "plain"
            return Step.CREATE, lambda: maileva.create(product, json.loads(body))
        sending = maileva.sendings.get(found["id"])
        if sending is None:
            return self._step(found), lambda: maileva.refusal("SENDING_NOT_FOUND", 404)
        return self._step(found), lambda: self._act(maileva, sending, found, body)

    def _basic(self) -> dict[str, str]:
        return {"authorization": self.headers.get("authorization", "")}

    def _step(self, found: re.Match[str]) -> Step | str:
        if self.command == "DELETE":
            return "delete"
        posts = {"documents": Step.DOCUMENT, "recipients": Step.RECIPIENT, "submit": Step.SUBMIT}
        return posts.get(found["what"], "?") if self.command == "POST" else Step.STATE

    def _act(self, maileva: Maileva, sending: Sending, found: re.Match[str], body: bytes) -> Answer:
        if self.command == "DELETE":
            if sending.status != "DRAFT":
                return maileva.refusal("SENDING_STATUS_IS_NOT_DRAFT")
            del maileva.sendings[sending.id]
            return Answer(204)
        if self.command == "GET":
            return self._read(maileva, sending, found)
        if found["what"] == "submit":
            return maileva.submit(sending)
        if sending.status != "DRAFT":
            return maileva.refusal("SENDING_STATUS_IS_NOT_DRAFT")
        if found["what"] == "documents":
            return maileva.add_document(sending, self._parts(body))
        return maileva.add_recipient(sending, json.loads(body))

    def _read(self, maileva: Maileva, sending: Sending, found: re.Match[str]) -> Answer:
        wanted = _PROOFS.get(found["proof"] or found["what"] or "")
        if wanted:
            proof = sending.proofs.get(wanted)
            return Answer(200, proof) if proof else maileva.refusal("NOT_FOUND", 404)
        if found["what"] == "recipients":
            listed = [maileva.person(sending, each) for each in sending.recipients]
            return Answer(200, {"recipients": listed, "paging": {"total_results": len(listed)}})
        return Answer(200, maileva.described(sending))

    def _parts(self, body: bytes) -> dict[str, bytes]:
        head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        parts: dict[str, bytes] = {}
        for part in form.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            payload = part.get_payload(decode=True)
            parts[name] = payload if isinstance(payload, bytes) else b""
        return parts

    def _write(self, answer: Answer) -> None:
        kind = "application/zip" if isinstance(answer.body, bytes) else "application/json"
        written = (
            answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        )
        body = b"" if answer.body is None else written
        self.send_response(answer.status)
        # Said aloud, or Prism uses the connection again that it asked to be closed.
        self.send_header("connection", "close")
        for name, value in answer.headers:
            self.send_header(name, value)
        if body:
            self.send_header("content-type", kind)
        if answer.status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def shutdown_request(self, request: Any) -> None:
        """Close without the polite end that would come before a reset."""
        self.close_request(request)

    def __init__(self, maileva: Maileva, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.maileva = maileva


@contextmanager
def running_maileva(port: int = 0) -> Iterator[Maileva]:
    """Run a provider for the length of a test, on a free port unless one is named."""
    maileva = Maileva()
    server = _Server(maileva, port)
    maileva.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield maileva
    finally:
        maileva.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
