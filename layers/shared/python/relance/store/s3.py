"""A bucket, seen through one tenant's prefix."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from relance.app.errors import BadInput, NotFound
from relance.app.ports.files import Erased

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_CHUNK = 256 * 1024
_LONGEST = 1024  # bytes of an S3 key
# No key holds one.
_BETWEEN = "\n"
_MISSING = {"NoSuchKey", "NoSuchVersion", "404"}


class S3Files:
    """`Files` on S3. Keys are whole (`tenants/<tenant>/…`); any other is BadInput."""

    def __init__(self, client: "S3Client", bucket: str, tenant: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"tenants/{tenant}/"

    def read(
        self, key: str, *, version: str | None = None, most_bytes: int | None = None
    ) -> Iterator[bytes]:
        wanted: dict[str, Any] = {"VersionId": version} if version else {}
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._own(key), **wanted)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise NotFound(f"there is no file {key}") from error
            raise
        if most_bytes is not None and found["ContentLength"] > most_bytes:
            found["Body"].close()
            size = found["ContentLength"]
            raise BadInput(f"the file has {size} bytes; it may have {most_bytes}")
        return found["Body"].iter_chunks(_CHUNK)

    def find(self, key: str, *, most_bytes: int) -> bytes | None:
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._own(key))
        except ClientError as error:
            # Without leave to list the bucket, S3 says of a missing file that it is forbidden.
            if error.response["Error"]["Code"] in (*_MISSING, "AccessDenied"):
                return None
            raise
        with closing(found["Body"]) as body:
            return body.read() if found["ContentLength"] <= most_bytes else None

    def put(self, key: str, body: bytes, *, content_type: str) -> None:
        self._client.put_object(
            Bucket=self._bucket, Key=self._own(key), Body=body, ContentType=content_type
        )

    def erase(self, prefix: str) -> None:
        wanted: dict[str, Any] = {"Bucket": self._bucket, "Prefix": self._own(prefix)}
        for page in self._client.get_paginator("list_object_versions").paginate(**wanted):
            self._delete(_versions(page))

    def erase_older(self, folder: str, *, before: datetime, after: str | None = None) -> Erased:
        prefix = self._prefix + (f"{folder}/" if folder else "")
        key, _, version = (after or "").partition(_BETWEEN)
        marks: dict[str, Any] = {"KeyMarker": key, "VersionIdMarker": version}
        page: Any = self._client.list_object_versions(
            Bucket=self._bucket,
            Prefix=prefix,
            **{name: mark for name, mark in marks.items() if mark},
        )
        old = [each for each in _versions(page) if each["LastModified"] < before]
        self._delete(old)
        if not page.get("IsTruncated", False):
            return Erased(deleted=len(old), next=None)
        mark = f"{page.get('NextKeyMarker', '')}{_BETWEEN}{page.get('NextVersionIdMarker', '')}"
        return Erased(deleted=len(old), next=mark)

    def _delete(self, versions: list[Any]) -> None:
        if not versions:
            return
        gone: Any = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]
        answer = self._client.delete_objects(
            Bucket=self._bucket, Delete={"Objects": gone, "Quiet": True}
        )
        # A file that could not be deleted is no error of the call: it is told in the answer.
        if failed := answer.get("Errors"):
            raise RuntimeError(f"{len(failed)} files not erased: {failed[0].get('Code')}")

    def upload_address(self, key: str, *, seconds: int, most_bytes: int) -> dict[str, Any]:
        if "${filename}" in key:  # S3 would put the name of the uploaded file in its place
            raise BadInput("a file name can't contain ${filename}")
        # An empty file may be uploaded: its import says what is wrong with it.
        return dict(
            self._client.generate_presigned_post(
                self._bucket,
                self._own(key),
                Conditions=[["content-length-range", 0, most_bytes]],
                ExpiresIn=seconds,
            )
        )

    def download_address(self, key: str, *, seconds: int) -> str:
        # Saved, never shown: what a tenant or a provider wrote is not run in a browser.
        wanted = {
            "Bucket": self._bucket,
            "Key": self._own(key),
            "ResponseContentDisposition": "attachment",
        }
        return self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)

    def _own(self, key: str) -> str:
        inside = key.removeprefix(self._prefix)
        if inside == key or any(part in ("", ".", "..") for part in inside.split("/")):
            raise BadInput(f"the key is not one of this tenant's: it must begin {self._prefix}")
        if len(key.encode()) > _LONGEST or any(sign < " " or sign == "\x7f" for sign in key):
            raise BadInput("the file name is too long or holds control characters")
        return key


def _versions(page: Any) -> list[Any]:
    """Return the versions of a page of a listing, marks of deletion among them."""
    return [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
