"""The API on memory behind a port of the loopback, as API Gateway would call it."""

import base64
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.functions.api.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOST = "127.0.0.1"


class Bridge:
    """A WSGI application that hands each request to a site as API Gateway's event."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._numbers = itertools.count(1)
        self.answered: dict[tuple[str, int], int] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> "Iterable[bytes]":
        method = environ["REQUEST_METHOD"]
        result = self._site.app(self._event(environ), None)
        status = int(result["statusCode"])
        self.answered[method, status] = self.answered.get((method, status), 0) + 1
        headers = [(name, str(text)) for name, text in result["headers"].items()]
        start(f"{status} Answered", headers)
        body = result["body"] or ""
        return [base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()]

    def _event(self, environ: WSGIEnvironment) -> dict[str, Any]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        raw = environ.get("RAW_URI") or environ["REQUEST_URI"]
        path, _, query = raw.partition("?")
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): text
            for name, text in environ.items()
            if name.startswith("HTTP_")
        }
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        http = {"method": environ["REQUEST_METHOD"], "path": path}
        return {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "queryStringParameters": _joined(parse_qsl(query, keep_blank_values=True)),
            "headers": headers,
            "requestContext": {
                "stage": "$default",
                "requestId": f"request-{next(self._numbers)}",
                "http": http,
            },
            "body": base64.b64encode(body).decode() if body else None,
            "isBase64Encoded": bool(body),
        }


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return parameters as API Gateway gives them: what is said twice is joined by a comma."""
    found: dict[str, str] = {}
    for name, text in pairs:
        found[name] = f"{found[name]},{text}" if name in found else text
    return found


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *args: Any, **more: Any) -> None:
        """Say nothing: thousands of requests come."""


@contextmanager
def served(site: Site) -> Iterator[tuple[str, Bridge]]:
    """Serve a site while the block lasts; yield its address."""
    bridge = Bridge(site)
    server = make_server(_HOST, 0, bridge, request_handler=_Quiet, threaded=False)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.port}", bridge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
