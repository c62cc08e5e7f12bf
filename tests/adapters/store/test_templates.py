"""Templates of a tenant's own, and its files that may be missing."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from relance.app.errors import BadInput, Conflict, MovedMeanwhile
from relance.app.ports.tenant_store import TenantStore
from relance.domain.wording import OwnTemplate, Wording
from relance.store.s3 import S3Files
from tests.adapters.store.conftest import Engine, World
from tests.adapters.store.test_files import make_bucket

TEMPLATE = OwnTemplate(
    id="le-notre",
    name="Le nôtre",
    wordings={
        "fr": Wording(subject="{{ total }}", opening="Bonjour\n😀", sms="x"),
        "en": Wording(),
    },
    sender_name="Claire",
    sender_email="claire@example.com",
    signature="Claire\nComptabilité",
)
KEY = "tenants/atelier/invoices/C1-1.pdf"


def test_a_template_is_read_as_it_was_saved(store: TenantStore) -> None:
    saved = store.save_template(TEMPLATE)
    assert saved == replace(TEMPLATE, version=1)
    assert store.template("le-notre") == saved
    assert store.templates() == (saved,)
    assert store.template("other") is None
    assert store.template("") is None


def test_a_change_stands_on_the_version_read(store: TenantStore) -> None:
    first = store.save_template(TEMPLATE)
    with pytest.raises(Conflict) as there:
        store.save_template(TEMPLATE)
    assert not isinstance(there.value, MovedMeanwhile)
    second = store.save_template(replace(first, name="Autre"))
    assert second.version == 2
    with pytest.raises(MovedMeanwhile):
        store.save_template(first)
    assert store.template("le-notre") == second


def test_a_template_that_is_removed_is_gone_and_its_id_free(store: TenantStore) -> None:
    store.save_template(TEMPLATE)
    store.delete_template("le-notre", version=1)
    with pytest.raises(MovedMeanwhile):
        store.delete_template("le-notre", version=1)
    assert store.templates() == ()
    assert store.save_template(TEMPLATE).version == 1


def test_a_template_that_changed_since_it_was_read_is_not_removed(store: TenantStore) -> None:
    first = store.save_template(TEMPLATE)
    second = store.save_template(replace(first, name="Autre"))
    with pytest.raises(Conflict):
        store.delete_template("le-notre", version=first.version)
    assert store.templates() == (second,)


def test_templates_of_two_tenants_never_meet(world: World) -> None:
    ours, theirs = world.sign_up("atelier"), world.sign_up("atelier-2")
    ours.save_template(TEMPLATE)
    assert (theirs.templates(), theirs.template("le-notre")) == ((), None)


@pytest.fixture
def s3(engine: Engine) -> Any:
    return engine.client("s3")


def test_a_file_is_found_whole_or_not_at_all(s3: Any) -> None:
    files = S3Files(s3, make_bucket(s3), "atelier")
    assert files.find(KEY, most_bytes=9) is None
    files.put(KEY, b"123456789", content_type="application/pdf")
    assert files.find(KEY, most_bytes=9) == b"123456789"
    assert files.find(KEY, most_bytes=8) is None
    with pytest.raises(BadInput):
        files.find("tenants/rival/invoices/C1-1.pdf", most_bytes=9)


def test_a_file_that_s3_says_is_forbidden_is_not_there(s3: Any) -> None:
    """So S3 speaks of a missing file to who may not list the bucket."""
    files = S3Files(s3, "bucket", "atelier")
    with Stubber(s3) as stubbed:
        stubbed.add_client_error("get_object", "AccessDenied", http_status_code=403)
        assert files.find(KEY, most_bytes=9) is None
        stubbed.add_client_error("get_object", "InternalError", http_status_code=500)
        with pytest.raises(ClientError):
            files.find(KEY, most_bytes=9)
