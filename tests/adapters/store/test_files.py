"""A tenant's files, confined to its prefix, in memory and on S3."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from relance.app.errors import BadInput, NotFound
from relance.app.ports.files import Files
from relance.store.s3 import S3Files
from tests.adapters.store.conftest import ENGINES, Engine, running
from tests.fakes.memory.files import MemoryFiles

KEY = "tenants/atelier/uploads/i1/grand livre été.txt"


def make_bucket(client: Any) -> str:
    name = f"relance-files-{uuid4().hex}"
    place = {"LocationConstraint": "eu-west-3"}
    client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture
def s3(engine: Engine) -> Any:
    return engine.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    return make_bucket(s3)


@pytest.fixture(params=["memory", *ENGINES])
def files_for(request: pytest.FixtureRequest) -> Callable[[str], Files]:
    """One bucket, seen by each tenant in turn."""
    if request.param == "memory":
        contents: dict[str, bytes] = {}
        return lambda tenant: MemoryFiles(tenant, contents)
    client = running(request).client("s3")
    name = make_bucket(client)
    return lambda tenant: S3Files(client, name, tenant)


def test_a_file_is_read_as_it_was_put(files_for: Callable[[str], Files]) -> None:
    files = files_for("atelier")
    body = bytes(range(256)) * 4000
    files.put(KEY, body, content_type="text/plain")
    assert b"".join(files.read(KEY)) == body


def test_an_empty_file_is_a_file(files_for: Callable[[str], Files]) -> None:
    files = files_for("atelier")
    files.put(KEY, b"", content_type="text/plain")
    assert b"".join(files.read(KEY)) == b""


def test_a_file_that_is_not_there_is_said_at_once(files_for: Callable[[str], Files]) -> None:
    with pytest.raises(NotFound):
        files_for("atelier").read(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "uploads/f.txt",
        "tenants/autre/f.txt",
        "tenants/atelier",
        "tenants/atelier/",
        "tenants/atelier2/f.txt",
        "tenants/Atelier/f.txt",
        "/tenants/atelier/f.txt",
        "tenants/atelier/../autre/f.txt",
        "tenants/atelier/./f.txt",
        "tenants/atelier//f.txt",
        "tenants/atelier/a/..",
    ],
)
def test_a_key_outside_the_tenant_s_prefix_is_refused(
    files_for: Callable[[str], Files], key: str
) -> None:
    files_for("autre").put("tenants/autre/f.txt", b"theirs", content_type="text/plain")
    files = files_for("atelier")
    with pytest.raises(BadInput):
        files.read(key)
    with pytest.raises(BadInput):
        files.put(key, b"x", content_type="text/plain")
    with pytest.raises(BadInput):
        files.upload_address(key, seconds=60, most_bytes=10)
    with pytest.raises(BadInput):
        files.download_address(key, seconds=60)
    assert b"".join(files_for("autre").read("tenants/autre/f.txt")) == b"theirs"


@pytest.mark.parametrize("name", ["a\n.txt", "a\x00", "\x7f", "é" * 600])
def test_a_name_that_no_key_can_have_is_refused(s3: Any, bucket: str, name: str) -> None:
    with pytest.raises(BadInput):
        S3Files(s3, bucket, "atelier").upload_address(
            f"tenants/atelier/{name}", seconds=60, most_bytes=10
        )


def test_a_name_that_s3_would_fill_in_is_refused(s3: Any, bucket: str) -> None:
    with pytest.raises(BadInput):
        S3Files(s3, bucket, "atelier").upload_address(
            "tenants/atelier/${filename}", seconds=60, most_bytes=10
        )


def test_the_version_asked_for_is_the_one_read(s3: Any, bucket: str) -> None:
    files = S3Files(s3, bucket, "atelier")
    files.put(KEY, b"first", content_type="text/plain")
    first = s3.head_object(Bucket=bucket, Key=KEY)["VersionId"]
    files.put(KEY, b"second", content_type="text/plain")
    assert b"".join(files.read(KEY, version=first)) == b"first"
    assert b"".join(files.read(KEY)) == b"second"


def test_a_large_file_comes_in_pieces(s3: Any, bucket: str) -> None:
    files = S3Files(s3, bucket, "atelier")
    files.put(KEY, b"x" * 1_000_000, content_type="text/plain")
    pieces = list(files.read(KEY))
    assert len(pieces) == 4
    assert sum(map(len, pieces)) == 1_000_000


def test_what_is_not_ours_to_explain_is_raised(s3: Any) -> None:
    with pytest.raises(ClientError):
        S3Files(s3, "no-such-bucket-anywhere", "atelier").put(KEY, b"", content_type="text/plain")


def test_an_upload_address_allows_this_key_and_size_only(s3: Any, bucket: str) -> None:
    files = S3Files(s3, bucket, "atelier")
    address = files.upload_address(KEY, seconds=60, most_bytes=1234)
    assert address["fields"]["key"] == KEY
    policy = json.loads(base64.b64decode(address["fields"]["policy"]))
    assert ["content-length-range", 0, 1234] in policy["conditions"]
    assert {"key": KEY} in policy["conditions"]
    assert {"bucket": bucket} in policy["conditions"]


def test_a_download_address_is_signed_and_saves_the_file(s3: Any, bucket: str) -> None:
    files = S3Files(s3, bucket, "atelier")
    address = files.download_address("tenants/atelier/letters/a.pdf", seconds=60)
    assert "tenants/atelier/letters/a.pdf" in address
    assert "response-content-disposition=attachment" in address
    assert "Signature=" in address


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    files_for: Callable[[str], Files],
) -> None:
    files = files_for("atelier")
    files.put(KEY, b"x" * 101, content_type="text/plain")
    assert b"".join(files.read(KEY, most_bytes=101)) == b"x" * 101
    with pytest.raises(BadInput, match="has 101 bytes"):
        files.read(KEY, most_bytes=100)


def test_files_are_erased_by_the_beginning_of_their_key_and_no_other_s(
    files_for: Callable[[str], Files],
) -> None:
    files, other = files_for("atelier"), files_for("atelier2")
    for name in ("C1-a.pdf", "C1-b.pdf", "C10-a.pdf"):
        files.put(f"tenants/atelier/invoices/{name}", b"x", content_type="application/pdf")
    other.put("tenants/atelier2/invoices/C1-a.pdf", b"x", content_type="application/pdf")
    files.erase("tenants/atelier/invoices/C1-")
    files.erase("tenants/atelier/invoices/C1-")
    found = {
        name: files.find(f"tenants/atelier/invoices/{name}", most_bytes=9)
        for name in ("C1-a.pdf", "C1-b.pdf", "C10-a.pdf")
    }
    assert found == {"C1-a.pdf": None, "C1-b.pdf": None, "C10-a.pdf": b"x"}
    assert other.find("tenants/atelier2/invoices/C1-a.pdf", most_bytes=9) == b"x"
    for outside in ("tenants/atelier2/invoices/", "tenants/atelier", "tenants/atelier/", ""):
        with pytest.raises(BadInput):
            files.erase(outside)


def test_what_is_erased_is_gone_in_every_version(s3: Any, bucket: str) -> None:
    files = S3Files(s3, bucket, "atelier")
    for body in (b"1", b"2"):
        files.put(KEY, body, content_type="text/plain")
    s3.delete_object(Bucket=bucket, Key=KEY)
    files.erase(KEY)
    left = s3.list_object_versions(Bucket=bucket)
    assert [*left.get("Versions", ()), *left.get("DeleteMarkers", ())] == []


def test_what_was_written_before_an_instant_is_deleted_for_good(
    files_for: Callable[[str], Files],
) -> None:
    files, other = files_for("atelier"), files_for("atelier2")
    keys = [f"tenants/atelier/documents/{number}/a.eml" for number in range(5)]
    for key in keys:
        files.put(key, b"x", content_type="text/plain")
    files.put("tenants/atelier/documents2/a.eml", b"x", content_type="text/plain")
    other.put("tenants/atelier2/documents/0/a.eml", b"x", content_type="text/plain")
    now = datetime.now(UTC)

    def swept(before: datetime) -> int:
        deleted, after = 0, None
        while True:
            part = files.erase_older("documents", before=before, after=after)
            deleted, after = deleted + part.deleted, part.next
            if after is None:
                return deleted

    if isinstance(files, MemoryFiles):
        files.written = dict.fromkeys(keys, now)
    assert swept(now - timedelta(hours=1)) == 0
    assert swept(now + timedelta(hours=1)) == 5
    assert files.find("tenants/atelier/documents2/a.eml", most_bytes=9) == b"x"
    assert other.find("tenants/atelier2/documents/0/a.eml", most_bytes=9) == b"x"


def test_each_version_is_as_old_as_it_is(s3: Any, bucket: str) -> None:
    files = S3Files(s3, bucket, "atelier")
    for number in range(3):
        files.put(KEY, str(number).encode(), content_type="text/plain")
    assert files.erase_older("", before=datetime.now(UTC) + timedelta(hours=1)).deleted == 3
    assert "Versions" not in s3.list_object_versions(Bucket=bucket)
