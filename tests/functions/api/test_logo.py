"""The picture that a company's letters carry, on a bucket as AWS has it (M4)."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import boto3
import pytest
from moto import mock_aws
from openapi_spec_validator import validate
from PIL import Image

from functions.api.app import build_app
from relance.messages.logo import LARGEST_FILE
from relance.store.s3 import S3Files
from tests.functions.api.site import Answer, Site
from tests.unit.messages.pictures import drawn, jpeg, png

BUCKET = "relance-test-documents"
PATH = "/v1/tenant/logo"
PNG = png(300, 120, mode="RGBA")


class Bucket:
    """The documents of all tenants."""

    def __init__(self) -> None:
        self.client = boto3.client("s3")
        self.client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
        )

    def keys(self) -> list[str]:
        """Return the keys of all files."""
        return [
            each["Key"] for each in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        ]


@pytest.fixture
def bucket(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """An empty bucket that the site keeps its documents in."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        made = Bucket()
        files = partial(S3Files, made.client, BUCKET)
        site.app = build_app(lambda: replace(site.dependencies(), documents_for=files))
        yield made


def put(
    site: Site,
    content: bytes,
    *,
    kind: str = "image/png",
    user: str = "anna",
    if_match: str | None = None,
) -> Answer:
    return site.call("PUT", PATH, raw=content, content_type=kind, user=user, if_match=if_match)


@pytest.mark.parametrize(
    ("content", "kind"), [(PNG, "image/png"), (jpeg(), "image/jpeg"), (jpeg(), "IMAGE/JPEG; q=1")]
)
def test_a_picture_that_is_put_is_given_back_to_the_byte(
    site: Site, bucket: Bucket, content: bytes, kind: str
) -> None:
    assert site.call("GET", "/v1/tenant").body["has_logo"] is False
    saved = put(site, content, kind=kind)
    assert (saved.status, saved.body["has_logo"], saved.headers["ETag"]) == (200, True, '"2"')

    given = site.call("GET", PATH, user="vera")
    assert given.status == 200
    assert base64.b64decode(given.text) == content
    assert given.headers["Content-Type"] == kind.lower().partition(";")[0]
    assert (given.headers["ETag"], given.headers["X-Content-Type-Options"]) == ('"2"', "nosniff")
    assert bucket.keys() == [site.store().tenant().logo]
    assert site.store().tenant().logo.startswith("tenants/atelier/logo/")


def test_another_picture_has_another_key_and_the_same_one_changes_nothing(
    site: Site, bucket: Bucket
) -> None:
    put(site, PNG)
    first = site.store().tenant()
    assert put(site, PNG).headers["ETag"] == f'"{first.version}"'
    assert put(site, png(64, 64)).headers["ETag"] == f'"{first.version + 1}"'
    assert site.store().tenant().logo != first.logo
    assert len(bucket.keys()) == 2


def test_a_logo_whose_file_is_lost_comes_back_by_giving_it_again(
    site: Site, bucket: Bucket
) -> None:
    put(site, PNG)
    bucket.client.delete_object(Bucket=BUCKET, Key=site.store().tenant().logo)
    lost = site.call("GET", PATH)
    assert (lost.status, "give it again" in lost.body["detail"]) == (404, True)
    put(site, PNG)
    assert site.call("GET", PATH).status == 200


def test_what_in_the_bucket_is_no_picture_any_more_is_not_given(site: Site, bucket: Bucket) -> None:
    put(site, PNG)
    bucket.client.put_object(Bucket=BUCKET, Key=site.store().tenant().logo, Body=b"<script>")
    spoilt = site.call("GET", PATH)
    assert (spoilt.status, "give it again" in spoilt.body["detail"]) == (404, True)


def test_a_logo_is_taken_off(site: Site, bucket: Bucket) -> None:
    put(site, PNG)
    assert site.call("DELETE", PATH, if_match='"1"').status == 412
    assert site.call("DELETE", PATH, if_match='"2"').status == 204
    assert site.call("GET", PATH).status == 404
    assert site.call("DELETE", PATH).status == 404
    assert site.call("GET", "/v1/tenant").body["has_logo"] is False


def test_an_edit_of_something_older_is_refused(site: Site, bucket: Bucket) -> None:
    assert put(site, PNG, if_match='"7"').status == 412
    assert put(site, PNG, if_match='"1"').status == 200
    assert put(site, jpeg(), kind="image/jpeg", if_match='"1"').status == 412
    assert site.call("PATCH", "/v1/tenant", {"name": "X"}, if_match='"1"').status == 412
    assert base64.b64decode(site.call("GET", PATH).text) == PNG


@pytest.mark.parametrize("user", ["carl", "vera"])
def test_only_admins_change_the_logo(site: Site, bucket: Bucket, user: str) -> None:
    assert put(site, PNG, user=user).status == 403
    assert site.call("DELETE", PATH, user=user).status == 403
    assert bucket.keys() == []


def test_nobody_gets_or_sets_another_companys_logo(site: Site, bucket: Bucket) -> None:
    put(site, PNG)
    assert site.call("GET", PATH, user="rita").status == 404
    put(site, jpeg(), kind="image/jpeg", user="rita")
    assert base64.b64decode(site.call("GET", PATH).text) == PNG
    assert site.call("PUT", PATH, raw=PNG, content_type="image/png", user=None).status == 401


@pytest.mark.parametrize(
    ("content", "kind", "status", "why"),
    [
        (PNG, "application/json", 415, "image/png or image/jpeg"),
        (PNG, "image/svg+xml", 415, "image/png or image/jpeg"),
        (PNG, "", 415, "image/png or image/jpeg"),
        (PNG, "image/jpeg", 422, "but is image/png"),
        (jpeg(), "image/png", 422, "but is image/jpeg"),
        (b"", "image/png", 422, "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", 422, "neither a PNG nor"),
        (drawn(Image.new("RGB", (64, 32)), "GIF"), "image/png", 422, "neither a PNG nor"),
        (PNG[:-20], "image/png", 422, "damaged"),
        (jpeg()[:-2], "image/jpeg", 422, "cut short"),
        (jpeg(mode="CMYK"), "image/jpeg", 422, "CMYK"),
        (png(2001, 20), "image/png", 422, "2001 × 20 pixels"),
        (PNG + b"x" * LARGEST_FILE, "image/png", 413, "512 KB"),
        (b"x" * 3 * LARGEST_FILE, "image/png", 413, "512 KB"),
    ],
)
def test_what_is_no_small_whole_picture_is_refused_and_said_why(
    site: Site, bucket: Bucket, content: bytes, kind: str, status: int, why: str
) -> None:
    answer = put(site, content, kind=kind)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert why in answer.body["detail"]
    assert (bucket.keys(), site.store().tenant().version) == ([], 1)


def test_text_in_the_place_of_a_picture_is_refused(site: Site, bucket: Bucket) -> None:
    for raw in ("{}", "\x89PNG\r\n\x1a\n", "\ud800"):
        answer = site.call("PUT", PATH, raw=raw, content_type="image/png")
        assert answer.status == 422


def test_the_description_says_which_pictures_are_taken_and_given(
    site: Site, bucket: Bucket
) -> None:
    document = site.call("GET", "/v1/openapi.json").body
    validate(document)
    logo = document["paths"][PATH]
    assert set(logo) == {"get", "put", "delete"}
    taken, given = logo["put"]["requestBody"], logo["get"]["responses"]["200"]
    assert taken["required"] is True
    assert set(taken["content"]) == set(given["content"]) == {"image/png", "image/jpeg"}
    assert set(logo["put"]["responses"]["200"]["content"]) == {"application/json"}
