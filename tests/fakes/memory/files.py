"""A bucket in memory."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from relance.app.errors import BadInput, NotFound
from relance.app.ports.files import Erased


class MemoryFiles:
    """A bucket seen through one tenant's prefix; `contents` may be shared between tenants."""

    def __init__(self, tenant: str, contents: dict[str, bytes] | None = None) -> None:
        self._prefix = f"tenants/{tenant}/"
        self.contents = contents if contents is not None else {}
        self.written: dict[str, datetime] = {}

    def read(
        self, key: str, *, version: str | None = None, most_bytes: int | None = None
    ) -> Iterator[bytes]:
        if self._own(key) not in self.contents:
            raise NotFound(f"there is no file {key}")
        body = self.contents[key]
        if most_bytes is not None and len(body) > most_bytes:
            raise BadInput(f"the file has {len(body)} bytes; it may have {most_bytes}")
        return iter([body] if body else [])

    def find(self, key: str, *, most_bytes: int) -> bytes | None:
        body = self.contents.get(self._own(key))
        return body if body is not None and len(body) <= most_bytes else None

    def put(self, key: str, body: bytes, *, content_type: str) -> None:
        self.contents[self._own(key)] = body

    def erase_older(self, folder: str, *, before: datetime, after: str | None = None) -> Erased:
        """Look at two files a call: `written` says when, and what is not there is new."""
        start = self._prefix + (f"{folder}/" if folder else "")
        found = sorted(key for key in self.contents if key.startswith(start))
        rest = [key for key in found if key > (after or "")]
        old = [key for key in rest[:2] if self.written.get(key, before) < before]
        for key in old:
            del self.contents[key]
        return Erased(deleted=len(old), next=rest[1] if len(rest) > 2 else None)

    def erase(self, prefix: str) -> None:
        self._own(prefix)
        for key in [each for each in self.contents if each.startswith(prefix)]:
            del self.contents[key]

    def upload_address(self, key: str, *, seconds: int, most_bytes: int) -> dict[str, Any]:
        return {"url": "https://files.example.com/", "fields": {"key": self._own(key)}}

    def download_address(self, key: str, *, seconds: int) -> str:
        return f"https://files.example.com/{self._own(key)}"

    def _own(self, key: str) -> str:
        inside = key.removeprefix(self._prefix)
        if inside == key or any(part in ("", ".", "..") for part in inside.split("/")):
            raise BadInput(f"the key is not one of this tenant's: it must begin {self._prefix}")
        return key
