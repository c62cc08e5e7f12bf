"""Scenarios as one document: out, in again, tried first, refused whole (S7)."""

from typing import Any

import pytest
import yaml

from tests.functions.api.site import Site
from tests.functions.api.test_scenarios import call_step, pair, plan

EXPORT, IMPORT = "/v1/scenarios/export", "/v1/scenarios/import"
WORDS = {"name": "Short", "wordings": {"fr": {"subject": "Compte", "opening": "Bonjour."}}}


def furnished(site: Site) -> Any:
    """Give the atelier a pair, and a profile whose step has words of its own; return it all."""
    pair(site)
    site.call("POST", "/v1/profiles", {"name": "Export"})
    assert site.call("POST", "/v1/templates", {"id": "short", "plan": WORDS}).status == 201
    email = {
        "key": "r1",
        "name": "Non : « rappel »",
        "anchor": "due_date",
        "offset_days": 3,
        "channel": "email",
        "template": "short",
    }
    body = {
        "profile": "export",
        "with_email": True,
        "plan": plan(
            email,
            call_step(key="r2", anchor="named_reminder", anchor_step="r1", automatic=False),
            min_contact_delay=5,
            minimums=[{"amount": "10.00", "currency": "EUR"}],
        ),
    }
    assert site.call("POST", "/v1/scenarios", body).status == 201
    return site.call("GET", EXPORT).body


def parts(answer: Any) -> set[tuple[str, str]]:
    return {(each["id"], each["outcome"]) for each in answer.body["parts"]}


def test_what_is_exported_makes_the_same_at_another_company(site: Site) -> None:
    document = furnished(site)

    answer = site.call("POST", IMPORT, {"document": document}, user="rita")

    assert answer.status == 200
    assert ("export-with-email", "made") in parts(answer)
    assert ("short", "made") in parts(answer)
    assert ("standard", "same") in parts(answer)
    assert site.call("GET", EXPORT, user="rita").body == document


def test_what_is_exported_as_yaml_makes_the_same(site: Site) -> None:
    document = furnished(site)
    exported = site.call("GET", f"{EXPORT}.yaml")

    assert exported.headers["Content-Type"] == "application/yaml"
    answer = site.call("POST", IMPORT, {"yaml": exported.text}, user="rita")

    assert answer.status == 200
    assert site.call("GET", EXPORT, user="rita").body == document


def test_the_same_document_again_changes_nothing(site: Site) -> None:
    document = furnished(site)
    versions = [each["version"] for each in site.call("GET", "/v1/scenarios").body["items"]]

    answer = site.call("POST", IMPORT, {"document": document})

    assert {outcome for _, outcome in parts(answer)} == {"same"}
    assert [e["version"] for e in site.call("GET", "/v1/scenarios").body["items"]] == versions


def test_a_deleted_scenario_comes_back_under_an_id_of_its_own(site: Site) -> None:
    document = furnished(site)
    site.call("DELETE", "/v1/scenarios/export-with-email")

    tried = site.call("POST", IMPORT, {"document": document}, dry_run="true")
    answer = site.call("POST", IMPORT, {"document": document})

    assert ("export-with-email-2", "made") in parts(answer)
    assert parts(tried) == parts(answer)
    assert site.call("GET", "/v1/scenarios/export-with-email-2").status == 200
    assert site.call("GET", EXPORT).body == document


def test_one_scenario_alone_brings_what_it_names_and_no_more(site: Site) -> None:
    furnished(site)

    answer = site.call("GET", EXPORT, scenario="export-with-email")

    assert [each["id"] for each in answer.body["profiles"]] == ["export"]
    assert [each["id"] for each in answer.body["templates"]] == ["short"]
    assert len(answer.body["scenarios"]) == 1
    assert site.call("GET", EXPORT, scenario="nobody").body["errors"][0]["parameter"] == "scenario"


def test_what_differs_is_replaced_only_when_told_so(site: Site) -> None:
    document = furnished(site)
    document["scenarios"][0]["plan"]["name"] = "Another name"
    document["templates"][0]["plan"]["name"] = "Another name"

    refused = site.call("POST", IMPORT, {"document": document})
    assert refused.status == 422
    assert refused.pointers == ["/document/templates/0", "/document/scenarios/0"]
    assert site.call("GET", EXPORT).body != document

    answer = site.call("POST", IMPORT, {"document": document, "replace": True})
    assert ("export-with-email", "replaced") in parts(answer)
    assert site.call("GET", EXPORT).body == document
    assert site.call("GET", "/v1/scenarios/export-with-email").body["version"] == 2


def test_a_document_that_is_only_tried_stores_nothing(site: Site) -> None:
    document = furnished(site)

    answer = site.call("POST", IMPORT, {"document": document}, user="rita", dry_run="true")

    assert answer.body["stored"] is False
    assert ("export-with-email", "made") in parts(answer)
    assert site.call("GET", "/v1/scenarios", user="rita").body["items"] == []
    assert [e["id"] for e in site.call("GET", "/v1/profiles", user="rita").body["items"]] == [
        "standard"
    ]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_stored(site: Site) -> None:
    document = furnished(site)
    document["profiles"] = [each for each in document["profiles"] if each["id"] != "export"]
    document["templates"][0]["plan"]["wordings"]["fr"]["opening"] = "{{ nothing.such }}"
    document["scenarios"][0]["plan"]["steps"][0]["template"] = "gone"
    document["scenarios"].append(document["scenarios"][1])
    document["scenarios"][1]["plan"]["steps"][0]["responsible"] = ["group:nobody"]

    answer = site.call("POST", IMPORT, {"document": document}, user="rita")

    assert answer.status == 422
    assert set(answer.pointers) >= {
        "/document/scenarios/3",
        "/document/templates/0/plan/wordings/fr/opening",
        "/document/scenarios/0/profile",
        "/document/scenarios/0/plan/steps/0/template",
        "/document/scenarios/1/plan/steps/0/responsible/0",
    }
    assert site.call("GET", "/v1/scenarios", user="rita").body["items"] == []
    assert site.call("GET", "/v1/templates/short", user="rita").status == 404


@pytest.mark.parametrize("taken", ["preview", "fields"])
def test_an_id_that_is_not_free_is_refused(site: Site, taken: str) -> None:
    document = {"templates": [{"id": taken, "plan": WORDS}]}

    answer = site.call("POST", IMPORT, {"document": document})

    assert (answer.status, answer.pointers) == (422, ["/document/templates/0/id"])


def test_words_that_another_scenario_needs_are_not_taken_from_it(site: Site) -> None:
    furnished(site)
    only_sms = {"name": "Short", "wordings": {"fr": {"sms": "Bonjour"}}}
    document = {"templates": [{"id": "short", "plan": only_sms}]}

    answer = site.call("POST", IMPORT, {"document": document, "replace": True})

    assert (answer.status, answer.pointers) == (422, ["/document/templates/0"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenarios: [", "line"),
        ("a: &x [1]\nb: *x", "alias"),
        ("v: 1\nv: 1", "twice"),
        ("!!python/object/apply:os.system ['true']", "line"),
        ("[" * 2_000, "deep"),
        ("- 1", "Input should be"),
        ("", "Input should be"),
        ("format: other", "format"),
        ("profiles: [{id: no, name: 2025-01-01}, {id: x}]", "profiles/1/name"),
        ("{1: 2, [1]: 3}", ""),
    ],
)
def test_yaml_that_is_no_document_is_refused(site: Site, text: str, said: str) -> None:
    answer = site.call("POST", IMPORT, {"yaml": text})

    assert answer.status == 422
    if text:
        assert any(said in error["message"] for error in answer.body["errors"])


def test_of_a_file_of_another_kind_only_the_first_problems_are_told(site: Site) -> None:
    answer = site.call("POST", IMPORT, {"yaml": "\n".join(f"k{n}: 1" for n in range(5_000))})

    assert (answer.status, len(answer.body["errors"])) == (422, 100)


def test_yaml_says_what_it_seems_to_say(site: Site) -> None:
    """`no` is a text, not false; an amount need not be quoted."""
    text = yaml.safe_dump({"profiles": [{"id": "no", "name": "NAME"}]}).replace("'no'", "no")

    answer = site.call("POST", IMPORT, {"yaml": text.replace("NAME", "2025-01-01")})

    assert answer.status == 200
    assert site.call("GET", "/v1/profiles/no").body["name"] == "2025-01-01"


def test_only_admins_take_documents_in(site: Site) -> None:
    document = furnished(site)

    assert site.call("POST", IMPORT, {"document": document}, user="carl").status == 403
    assert site.call("GET", EXPORT, user="vera").status == 200


def test_a_scenario_is_tried_before_it_is_made(site: Site) -> None:
    body = {"profile": "standard", "preset": "standard"}
    tried = site.call("POST", "/v1/scenarios", body, dry_run="true")

    assert tried.status == 200
    assert site.call("GET", "/v1/scenarios").body["items"] == []
    assert site.call("POST", "/v1/scenarios", body).body == tried.body
    assert site.call("POST", "/v1/scenarios", body, dry_run="true").status == 409


def test_an_edit_is_tried_before_it_is_saved(site: Site) -> None:
    pair(site)
    path = "/v1/scenarios/standard-with-email"

    tried = site.call("PUT", path, plan(), dry_run="true")

    assert (tried.status, tried.body["version"], tried.headers["ETag"]) == (200, 2, '"1"')
    assert site.call("GET", path).body["version"] == 1
    assert site.call("PUT", path, plan(), if_match='"1"').body == tried.body
    wrong = plan(call_step(script=None), call_step(key="r2", channel="email", template="gone"))
    refused = site.call("PUT", path, wrong, dry_run="true")
    assert (refused.status, len(refused.pointers) > 1) == (422, True)
    assert refused.pointers == site.call("PUT", path, wrong).pointers


def test_versions_are_listed_newest_first(site: Site) -> None:
    pair(site)
    path = "/v1/scenarios/standard-with-email"
    for number in range(5):
        site.call("PUT", path, plan(name=f"Plan {number}"))

    first = site.call("GET", f"{path}/versions", limit=4).body
    second = site.call("GET", f"{path}/versions", limit=4, after=first["next"]).body

    assert [each["version"] for each in first["items"] + second["items"]] == [6, 5, 4, 3, 2, 1]
    assert second["next"] is None
    assert second["items"][0] == site.call("GET", path, version=2).body
    assert site.call("GET", "/v1/scenarios/none/versions").status == 404
    odd = site.call("GET", f"{path}/versions", after="x")
    assert odd.body["errors"][0]["parameter"] == "after"
    assert site.call("GET", f"{path}/versions", after="0").body == {"items": [], "next": None}
