"""Two people edit one thing: the second is told, and nothing of either is lost (H1, D35)."""

from typing import Any

import pytest

from relance.app.scenarios import replace_scenario
from relance.contracts.http.scenarios import ScenarioPlan
from tests.functions.api.described import document
from tests.functions.api.furnished import Furnished
from tests.functions.api.overtaken import overtaken
from tests.functions.api.site import Site
from tests.functions.api.test_examples import PICTURES, carried_out, examples
from tests.functions.api.test_scenarios import call_step, pair, plan

PATH = "/v1/scenarios/standard-with-email"
# Their ETag is that of another address: the customer's, the company's.
SHOWN_AT = {
    "/v1/customers/{customer}/contacts": "/v1/customers/{customer}",
    "/v1/mappings/{mapping}": "/v1/tenant",
    "/v1/tenant/logo": "/v1/tenant",
}


def conditional() -> list[tuple[str, str, str, Any]]:
    """Every edit that takes If-Match, as its first example has it."""
    found: dict[str, tuple[str, str, str, Any]] = {}
    for name, method, path, body in examples():
        given = document()["paths"][path][method].get("parameters", [])
        if any(each.get("name") == "If-Match" for each in given):
            found.setdefault(name, (name, method, path, body))
    return list(found.values())


def shown(site: Site, path: str) -> Any:
    """What the edit is of, and its ETag."""
    return carried_out(site, "get", SHOWN_AT.get(path, path), None)


def test_of_two_writers_of_a_scenario_the_second_is_told_and_loses_nothing(site: Site) -> None:
    pair(site)
    read_by_anna = site.call("GET", PATH)
    read_by_carl = site.call("GET", PATH)
    annas = plan(call_step(offset_days=3), name="Anna's")
    carls = plan(call_step(offset_days=9), name="Carl's")

    first = site.call("PUT", PATH, annas, if_match=read_by_anna.headers["ETag"])
    second = site.call("PUT", PATH, carls, if_match=read_by_carl.headers["ETag"])

    assert (first.status, second.status) == (200, 412)
    assert second.body["type"] == "urn:relance:problem:changed-since"
    now = site.call("GET", PATH)
    assert now.body == first.body
    merged = site.call("PUT", PATH, carls, if_match=now.headers["ETag"])
    assert (merged.status, merged.body["version"]) == (200, 3)
    names = [e["plan"]["name"] for e in site.call("GET", f"{PATH}/versions").body["items"]]
    assert names[:2] == ["Carl's", "Anna's"]


@pytest.mark.parametrize(("if_match", "status"), [('"1"', 412), (None, 409)])
def test_a_writer_that_is_overtaken_after_it_looked_is_told_too(
    site: Site, if_match: str | None, status: int
) -> None:
    pair(site)
    usual = site.app
    annas = ScenarioPlan.model_validate(plan(name="Anna's"))

    def anna_writes() -> None:
        replace_scenario("standard-with-email", annas, store=site.store(), jobs=site.jobs)

    overtaken(site, "add_scenario_version", anna_writes)
    late = site.call("PUT", PATH, plan(name="Carl's"), if_match=if_match)
    site.app = usual

    assert late.status == status
    now = site.call("GET", PATH).body
    assert (now["version"], now["plan"]["name"]) == (2, "Anna's")


@pytest.mark.parametrize(("name", "method", "path", "body"), conditional())
def test_an_edit_of_what_changed_since_is_refused_and_changes_nothing(
    name: str, method: str, path: str, body: Any
) -> None:
    site = Furnished()
    before = shown(site, path)

    refused = carried_out(site, method, path, body, if_match='"999999"')
    malformed = carried_out(site, method, path, body, if_match="999999")

    assert (refused.status, malformed.status) == (412, 412)
    assert shown(site, path).text == before.text
    etag = before.headers["ETag"]
    assert carried_out(site, method, path, body, if_match=etag).status < 300, name


def test_every_edit_of_a_single_resource_takes_an_etag() -> None:
    """What a GET answers with an ETag can be edited on condition that it is still so."""
    for path, methods in document()["paths"].items():
        if "200" not in methods.get("get", {}).get("responses", {}):
            continue
        if "ETag" not in methods["get"]["responses"]["200"]["headers"]:
            continue
        for method in methods.keys() & {"put", "patch", "delete"}:
            operation = methods[method]
            if operation["operationId"] in UNCONDITIONAL | PICTURES:
                continue
            assert "412" in operation["responses"], (method, path)


# What can't be overwritten by mistake: it is taken back as a whole, or there is one value to give.
UNCONDITIONAL = {
    "revoke_invitation",
    "revoke_program_key",
    "remove_opt_out",
    "delete_postal_account",
}


@pytest.mark.parametrize("names", [["scenario"], ["customer"], ["group"], ["template"]])
def test_a_star_stands_for_whatever_there_is(names: list[str]) -> None:
    site = Furnished()
    for name, method, path, body in conditional():
        if method in ("put", "patch") and path.endswith(f"{{{names[0]}}}"):
            assert carried_out(site, method, path, body, if_match="*").status == 200, name


def test_what_is_in_use_is_no_matter_of_versions(site: Site) -> None:
    """Reading again would not help: that is a 409, whatever ETag was sent."""
    pair(site)
    etag = site.call("GET", "/v1/profiles/standard").headers["ETag"]

    answer = site.call("DELETE", "/v1/profiles/standard", if_match=etag)

    assert answer.status == 409
    assert site.call("GET", "/v1/profiles/standard").status == 200


def test_a_condition_that_an_operation_does_not_take_is_none(site: Site) -> None:
    body = {"code": "C1", "name": "X"}
    assert site.call("POST", "/v1/customers", body, if_match='"7"').status == 201
    assert site.call("POST", "/v1/customers", body, if_match='"7"').status == 409
