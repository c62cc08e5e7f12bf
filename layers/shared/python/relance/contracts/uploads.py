"""The event that says that a ledger file arrived."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_UPLOAD = re.compile(r"tenants/(?P<tenant>[^/]+)/(?:uploads/(?P<id>[^/]+)/)?[^/].*")


class _Open(BaseModel):
    """S3 may add fields at any time: only those we read are checked."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Object(_Open):
    key: str
    size: int = 0
    version: str = Field(alias="version-id", default="")
    etag: str = ""
    sequencer: str = ""


class _Detail(_Open):
    object: _Object


class _Event(_Open):
    detail: _Detail
    time: AwareDatetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One version of one file under a tenant's prefix; `size` in bytes.

    `import_id` is the one in the key when the upload was announced to the API, else it follows
    from the key and the version: the same event twice is the same import. `at` is the instant of
    the upload (aware), None when the event does not say.
    """

    tenant: str
    key: str
    version: str | None
    size: int
    import_id: str
    at: datetime | None = None


def parse_upload(event: Mapping[str, Any]) -> Upload | None:
    """Read S3's `Object Created` event from EventBridge; its key is as written, not URL-encoded.

    None for a key outside every tenant's prefix, and for a folder mark. Raises pydantic's
    ValidationError when it is no such event.
    """
    told = _Event.model_validate(event)
    found = told.detail.object
    place = _UPLOAD.fullmatch(found.key)
    if place is None or found.key.endswith("/"):
        return None
    mark = found.version or found.sequencer or found.etag
    derived = sha256(f"{found.key}\x1f{mark}".encode()).hexdigest()[:16]
    return Upload(
        tenant=place["tenant"],
        key=found.key,
        version=found.version or None,
        size=found.size,
        import_id=place["id"] or f"up-{derived}",
        at=told.time,
    )
