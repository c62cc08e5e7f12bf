"""What the uploads queue carries: a ledger file that arrived, and what we ask about imports."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Discriminator, Field, RootModel

from relance.contracts.jobs import Wire

_CUSTOMERS = re.compile(r"tenants/[^/]+/(?:uploads/[^/]+/)?customers/.+")
_INVOICE = re.compile(r"tenants/[^/]+/(?:uploads/[^/]+/)?invoices/.+")
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


class Upload(Wire):
    """One version of one file under a tenant's prefix, to be imported; `size` in bytes.

    `import_id` is the one in the key when the upload was announced to the API, else `own_id`. `at`
    is the instant of the upload (aware), None when the event does not say; `order` tells apart
    files of one instant, the later one higher where S3 says so. `mark` is what names this version
    of the file, whether the bucket keeps versions or not.
    """

    kind: Literal["import"] = "import"
    v: Literal[1] = 1
    tenant: str
    key: str
    version: str | None
    size: int
    import_id: str
    at: AwareDatetime | None = None
    order: str = ""
    mark: str = ""

    @property
    def of_customers(self) -> bool:
        """Whether it is a list of customers, by its folder, and no ledger."""
        return _CUSTOMERS.fullmatch(self.key) is not None

    @property
    def of_invoice(self) -> bool:
        """Whether it is an invoice's own PDF, by its folder, and no ledger."""
        return _INVOICE.fullmatch(self.key) is not None

    @property
    def own_id(self) -> str:
        """The id that follows from key and version: the same event twice is the same import."""
        return f"up-{sha256(f'{self.key}\x1f{self.mark}'.encode()).hexdigest()[:16]}"


class ImportSweep(Wire):
    """Look for imports of any tenant whose message came back no more."""

    kind: Literal["import_sweep"] = "import_sweep"
    v: Literal[1] = 1


class RetentionSweep(Wire):
    """Delete the files that `tenant` keeps no longer; without one, those of all.

    `place` and `after` are where the part before stopped.
    """

    kind: Literal["retention_sweep"] = "retention_sweep"
    v: Literal[1] = 1
    tenant: str = ""
    place: int = 0
    after: str | None = None


class ErasureGoesOn(Wire):
    """Erase what is left of a customer's person, should nobody have done so."""

    kind: Literal["erasure_goes_on"] = "erasure_goes_on"
    v: Literal[1] = 1
    tenant: str
    customer: str


OwnMessage = Upload | ImportSweep | RetentionSweep | ErasureGoesOn


class UploadMessage(RootModel[Annotated[OwnMessage, Discriminator("kind")]]):
    """What we put on the uploads queue ourselves; `root` is the message itself."""


def parse_message(body: str) -> OwnMessage | None:
    """Read a message of the uploads queue: S3's event, or one of ours.

    None for a file that is no tenant's, and for a folder mark. Raises pydantic's ValidationError
    when it is neither.
    """
    told = json.loads(body)
    if isinstance(told, dict) and "kind" in told:
        return UploadMessage.model_validate(told).root
    return parse_upload(told)


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
    upload = Upload(
        tenant=place["tenant"],
        key=found.key,
        version=found.version or None,
        size=found.size,
        import_id=place["id"] or "",
        at=told.time,
        # S3 orders the versions of one key by it; across keys it only makes the order a fixed one.
        order=f"{found.sequencer}#{found.key}#{mark}",
        mark=mark,
    )
    return upload if place["id"] else upload.model_copy(update={"import_id": upload.own_id})
