"""What is deleted while somebody else edits it, or gives it out, is not lost (H1)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from relance.app.customers import edit_customer
from relance.app.scenarios import delete_profile
from relance.contracts.http.customers import CustomerPatch
from tests.fakes.memory.tenant_store import MemoryStore
from tests.functions.api.overtaken import overtaken
from tests.functions.api.site import DAY, Site
from tests.functions.api.test_scenarios import pair

PATH = "/v1/scenarios/standard-with-email"


def rename_scenario(store: MemoryStore) -> None:
    was = store.scenario("standard-with-email")
    assert was is not None
    store.add_scenario_version(replace(was, name="Meanwhile", version=was.version + 1))


def rename_profile(store: MemoryStore) -> None:
    [was] = [each for each in store.profiles() if each.id == "export"]
    store.save_profile(replace(was, name="Meanwhile"))


def rename_group(store: MemoryStore) -> None:
    [was] = store.groups()
    store.save_group(replace(was, name="Meanwhile"))


def rename_template(store: MemoryStore) -> None:
    [was] = store.templates()
    store.save_template(replace(was, name="Meanwhile"))


# What is deleted, how the store does it, and what somebody else makes of it at the last moment.
DELETED = [
    (PATH, "delete_scenario", rename_scenario),
    ("/v1/profiles/export", "delete_profile", rename_profile),
    ("/v1/groups/night", "delete_group", rename_group),
    ("/v1/templates/ours", "delete_template", rename_template),
]


@pytest.mark.parametrize(("if_match", "status"), [('"1"', 412), (None, 409)])
@pytest.mark.parametrize(("path", "write", "edit"), DELETED)
def test_what_somebody_edits_while_it_is_being_deleted_stays_as_they_made_it(
    site: Site,
    path: str,
    write: str,
    edit: Callable[[MemoryStore], None],
    if_match: str | None,
    status: int,
) -> None:
    deletable(site)
    usual = site.app
    overtaken(site, write, lambda: edit(site.store()))
    refused = site.call("DELETE", path, if_match=if_match)
    site.app = usual

    assert refused.status == status
    assert refused.body["type"].endswith("moved-meanwhile") is (if_match is None)
    assert ("Retry-After" in refused.headers) is (if_match is None)
    left = site.call("GET", path)
    assert left.status == 200
    assert "Meanwhile" in left.text
    assert site.call("DELETE", path, if_match=left.headers["ETag"]).status == 204
    assert site.call("GET", path).status == 404


def deletable(site: Site) -> None:
    """A scenario, a profile, a group and a template that nothing names, each at version 1."""
    pair(site)
    words = {"en": {"subject": "Your account", "opening": "It is open."}}
    for path, made in (
        ("/v1/profiles", {"id": "export", "name": "Export"}),
        ("/v1/groups", {"id": "night", "name": "Night", "members": []}),
        ("/v1/templates", {"id": "ours", "plan": {"name": "Ours", "wordings": words}}),
    ):
        assert site.call("POST", path, made).status == 201


@pytest.mark.parametrize("given_at", ["delete_profile", "customers"])
def test_a_profile_that_a_customer_gets_while_it_is_being_deleted_stays(
    site: Site, given_at: str
) -> None:
    """Nothing would ever remind a customer of a profile that is no more, and nobody be told."""
    deletable(site)
    customer = site.add_customer("411RIOU")
    usual = site.app
    path = f"/v1/customers/{customer.id}"

    def anna_gives_it() -> None:
        patch = CustomerPatch.model_validate({"profile": "export"})
        edit_customer(customer.id, patch, author="anna", store=site.store(), on=DAY)

    overtaken(site, given_at, anna_gives_it)
    refused = site.call("DELETE", "/v1/profiles/export")
    site.app = usual

    assert refused.status == 409
    assert site.call("GET", path).body["profile"] == "export"
    assert site.call("GET", "/v1/profiles/export").status == 200
    again = site.call("DELETE", "/v1/profiles/export")
    assert again.body["detail"].startswith("customers have this profile")


@pytest.mark.parametrize("code", ["411RIOU", "411NEW"])
def test_a_profile_that_is_deleted_while_a_customer_gets_it_is_given_to_nobody(
    site: Site, code: str
) -> None:
    deletable(site)
    site.add_customer("411RIOU")
    usual = site.app
    overtaken(site, "save_customer", lambda: delete_profile("export", store=site.store()))
    if code == "411RIOU":
        refused = site.call("PATCH", f"/v1/customers/{code}", {"profile": "export"})
    else:
        made = {"code": code, "name": "New", "profile": "export"}
        refused = site.call("POST", "/v1/customers", made)
    site.app = usual

    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/profile")
    assert site.call("GET", "/v1/profiles/export").status == 404
    listed = site.call("GET", "/v1/customers").body["items"]
    assert [each["profile"] for each in listed] == ["standard"]
