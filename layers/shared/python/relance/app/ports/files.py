"""A bucket, seen through one tenant's prefix."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many versions of files were deleted, and where to go on (None at the end)."""

    deleted: int
    next: str | None


class Files(Protocol):
    """A bucket, seen through one tenant's prefix (`tenants/<id>/…`)."""

    def read(
        self, key: str, *, version: str | None = None, most_bytes: int | None = None
    ) -> Iterator[bytes]:
        """Stream a file's bytes; raise NotFound when it is not there.

        Raises BadInput, before any byte is read, for one of more than `most_bytes`.
        """

    def find(self, key: str, *, most_bytes: int) -> bytes | None:
        """Return a file whole, None when it is not there or is larger than `most_bytes`."""

    def put(self, key: str, body: bytes, *, content_type: str) -> None: ...
    def erase(self, prefix: str) -> None:
        """Delete, for good and in every version, all files whose key begins so."""

    def erase_older(self, folder: str, *, before: datetime, after: str | None = None) -> Erased:
        """Delete for good what was written under a folder before an instant (aware).

        Every version counts for itself. `folder` is below the tenant's prefix, '' for all of it.
        Looks at some thousand versions a call; `after` is where the one before stopped.
        """

    def upload_address(self, key: str, *, seconds: int, most_bytes: int) -> dict[str, Any]:
        """Return {'url', 'fields'} for a presigned POST confined to this key and size."""

    def download_address(self, key: str, *, seconds: int) -> str: ...
