"""Profiles and scenarios (S1, S2, S6, S7, D35)."""

from typing import Any

import pytest

from relance.contracts.jobs import LookAgain
from relance.domain.scenario import StepKey
from tests.functions.api.site import Site


def call_step(**changes: Any) -> dict[str, Any]:
    return {
        "key": "r1",
        "name": "Appel",
        "anchor": "due_date",
        "offset_days": 8,
        "channel": "call",
        "automatic": False,
        "script": "Bonjour",
    } | changes


def plan(*steps: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"name": "Mine", "steps": list(steps or [call_step()])} | changes


def pair(site: Site) -> None:
    """Give the company the Standard pair."""
    body = {"profile": "standard", "preset": "standard"}
    assert site.call("POST", "/v1/scenarios", body).status == 201


def test_a_profile_is_made_shown_renamed_and_removed(site: Site) -> None:
    made = site.call("POST", "/v1/profiles", {"name": "Clé & Compte"})
    assert made.status == 201
    assert made.body == {"id": "cle-compte", "name": "Clé & Compte", "version": 1}
    address = made.headers["Location"]
    assert site.call("GET", address).body == made.body
    renamed = site.call("PATCH", address, {"name": "Grands"}, if_match=made.headers["ETag"])
    assert renamed.body == {"id": "cle-compte", "name": "Grands", "version": 2}
    names = [each["name"] for each in site.call("GET", "/v1/profiles").body["items"]]
    assert names == ["Grands", "Standard"]
    assert site.call("DELETE", address, if_match='"1"').status == 412
    assert site.call("DELETE", address).status == 204
    assert site.call("GET", address).status == 404


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"name": "Standard"}, 409, None),
        ({"name": "Другие"}, 422, "/id"),
        ({"name": "X", "id": "Has Spaces"}, 422, "/id"),
        ({"id": "x"}, 422, "/name"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(
    site: Site, body: dict[str, str], status: int, pointer: str | None
) -> None:
    answer = site.call("POST", "/v1/profiles", body)

    assert answer.status == status
    assert answer.pointers == ([pointer] if pointer else [])


def test_a_profile_in_use_stays(site: Site) -> None:
    site.call("POST", "/v1/profiles", {"name": "Export"})
    customer = site.add_customer()
    site.call("PATCH", f"/v1/customers/{customer.id}", {"profile": "export"})

    assert site.call("DELETE", "/v1/profiles/export").status == 409

    site.call("PATCH", f"/v1/customers/{customer.id}", {"profile": "standard"})
    site.call("POST", "/v1/scenarios", {"profile": "export", "preset": "export"})
    assert site.call("DELETE", "/v1/profiles/export").status == 409


def test_a_preset_makes_both_sides_of_a_pair(site: Site) -> None:
    answer = site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})

    assert answer.status == 201
    assert [each["with_email"] for each in answer.body["items"]] == [True, False]
    listed = site.call("GET", "/v1/scenarios").body["items"]
    assert [each["id"] for each in listed] == ["standard-with-email", "standard-without-email"]
    assert listed == answer.body["items"]


@pytest.mark.parametrize("preset", ["standard", "export", "key_account", "regular", "bad_payer"])
def test_every_preset_can_be_saved_again_as_it_is_shown(site: Site, preset: str) -> None:
    made = site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": preset})

    for scenario in made.body["items"]:
        again = site.call("PUT", f"/v1/scenarios/{scenario['id']}", scenario["plan"])
        assert again.status == 200
        assert again.body == scenario  # the same plan makes no new version


def test_a_preset_makes_one_side_when_asked_and_a_side_only_once(site: Site) -> None:
    body = {"profile": "standard", "preset": "regular", "with_email": True}

    assert len(site.call("POST", "/v1/scenarios", body).body["items"]) == 1
    assert site.call("POST", "/v1/scenarios", body).status == 409
    assert site.call("POST", "/v1/scenarios", body | {"with_email": False}).status == 201


def test_a_scenario_starts_from_another_profiles(site: Site) -> None:
    pair(site)
    site.call("POST", "/v1/profiles", {"name": "Export"})

    answer = site.call(
        "POST",
        "/v1/scenarios",
        {"profile": "export", "copy_of": "standard-with-email", "name": "Export, avec e-mail"},
    )

    assert answer.status == 201
    (copied,) = answer.body["items"]
    source = site.call("GET", "/v1/scenarios/standard-with-email").body
    assert copied["id"] == "export-with-email"
    assert copied["plan"] == source["plan"] | {"name": "Export, avec e-mail"}


def test_a_copy_for_the_side_without_email_says_what_cannot_stay(site: Site) -> None:
    pair(site)
    site.call("POST", "/v1/profiles", {"name": "Export"})
    body = {"profile": "export", "copy_of": "standard-with-email", "with_email": False}

    answer = site.call("POST", "/v1/scenarios", body)

    assert answer.status == 422
    assert "/steps/0/channel" in answer.pointers


def test_a_whole_plan_makes_a_scenario(site: Site) -> None:
    body = {"profile": "standard", "with_email": False, "plan": plan(min_contact_delay=3)}

    answer = site.call("POST", "/v1/scenarios", body)

    assert answer.status == 201
    (made,) = answer.body["items"]
    assert made["plan"]["steps"][0]["script"] == "Bonjour"
    assert made["plan"]["min_contact_delay"] == 3


def test_all_that_is_wrong_with_a_plan_is_said_at_once(site: Site) -> None:
    steps = (
        call_step(script=None, offset_days=-1),
        call_step(key="r2", channel="email", script=None, template="no_such_template"),
        call_step(key="r3", channel="letter", script=None, template=None),
    )

    answer = site.call(
        "POST",
        "/v1/scenarios",
        {"profile": "standard", "with_email": False, "plan": plan(*steps)},
    )

    assert answer.status == 422
    assert {
        "/plan/steps/0/script",
        "/plan/steps/0/offset_days",
        "/plan/steps/1/channel",
        "/plan/steps/1/template",
        "/plan/steps/2/template",
    } <= set(answer.pointers)
    assert site.store().scenarios() == ()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"preset": "regular"}, "/profile"),
        ({"profile": "unknown", "preset": "regular"}, "/profile"),
        ({"profile": "standard"}, ""),
        ({"profile": "standard", "preset": "regular", "copy_of": "x"}, ""),
        ({"profile": "standard", "plan": plan()}, ""),
        ({"profile": "standard", "preset": "lenient"}, "/preset"),
        ({"profile": "standard", "copy_of": "unknown"}, "/copy_of"),
        ({"profile": "standard", "with_email": True, "plan": plan(steps=[])}, "/plan/steps"),
        (
            {"profile": "standard", "with_email": True, "plan": plan(call_step(key="r6"))},
            "/plan/steps/0/key",
        ),
        (
            {"profile": "standard", "with_email": True, "plan": plan(call_step(offset=3))},
            "/plan/steps/0/offset",
        ),
        (
            {"profile": "standard", "with_email": True, "plan": plan(min_contact_delay=-1)},
            "/plan/min_contact_delay",
        ),
    ],
)
def test_bad_input_names_its_field(site: Site, body: dict[str, Any], pointer: str) -> None:
    answer = site.call("POST", "/v1/scenarios", body)

    assert answer.status == 422
    assert answer.pointers == [pointer]


def test_a_replaced_plan_is_a_new_version_and_the_old_one_stays(site: Site) -> None:
    pair(site)
    address = "/v1/scenarios/standard-with-email"
    first = site.call("GET", address)

    second = site.call("PUT", address, plan(), if_match=first.headers["ETag"])

    assert second.status == 200
    assert second.headers["ETag"] == '"2"'
    assert second.body["version"] == 2
    assert second.body["with_email"] is True
    assert site.call("GET", address, version=1).body == first.body
    assert site.call("GET", address).body == second.body
    assert site.call("PUT", address, plan(), if_match='"1"').status == 412
    assert site.call("GET", address, version=9).status == 404


def test_a_wrong_plan_replaces_nothing(site: Site) -> None:
    pair(site)

    answer = site.call("PUT", "/v1/scenarios/standard-with-email", plan(call_step(script=" ")))

    assert answer.status == 422
    assert answer.pointers == ["/steps/0/script"]
    assert site.call("GET", "/v1/scenarios/standard-with-email").body["version"] == 1


def test_a_deleted_scenario_stays_readable_and_makes_room(site: Site) -> None:
    pair(site)
    address = "/v1/scenarios/standard-with-email"

    assert site.call("DELETE", address).status == 204
    assert site.call("GET", address).status == 404
    assert site.call("GET", address, version=1).status == 200
    again = {"profile": "standard", "preset": "regular", "with_email": True}
    (made,) = site.call("POST", "/v1/scenarios", again).body["items"]
    assert made["id"] == "standard-with-email-2"
    assert made["version"] == 1


def test_a_change_of_scenario_has_its_customers_looked_at_again_by_a_worker(site: Site) -> None:
    customer = site.add_customer("C1")
    site.store().set_next_date(site.account(customer.id).customer, None, rules=0)
    address = "/v1/scenarios/standard-with-email"

    pair(site)  # two changes
    site.call("PUT", address, plan())
    site.call("PUT", address, plan())  # the same again, while the first is not followed yet
    site.call("DELETE", address)

    asked = [LookAgain(tenant="atelier", rules=rules) for rules in (2, 3, 3, 4)]
    assert site.jobs.parts == asked
    assert site.account(customer.id).next_date is None


def test_lists_come_in_parts(site: Site) -> None:
    pair(site)
    first = site.call("GET", "/v1/scenarios", limit=1).body
    second = site.call("GET", "/v1/scenarios", limit=1, after=first["next"]).body

    assert [each["id"] for each in first["items"] + second["items"]] == [
        "standard-with-email",
        "standard-without-email",
    ]
    assert second["next"] is None


@pytest.mark.parametrize("limit", ["0", "201", "many", ""])
def test_a_limit_out_of_bounds_names_its_parameter(site: Site, limit: str) -> None:
    answer = site.call("GET", "/v1/scenarios", limit=limit)

    assert answer.status == 422
    assert [error["parameter"] for error in answer.body["errors"]] == ["limit"]


def amounts(*pairs: str) -> list[dict[str, str]]:
    """Amounts as a plan has them, from texts such as `5.00 EUR`."""
    return [dict(zip(("amount", "currency"), pair.split(), strict=True)) for pair in pairs]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"usual_term": -1}, "/usual_term"),
        ({"usual_term": 731}, "/usual_term"),
        ({"usual_term": "60"}, "/usual_term"),
        ({"ceilings": amounts("1.00 EUR", "2.00 EUR")}, "/ceilings"),
        ({"ceilings": amounts("-1.00 EUR")}, "/ceilings"),
        ({"minimums": amounts("1.001 EUR")}, "/minimums/0"),
        (
            {"minimums": amounts("5.00 EUR"), "ceilings": amounts("9.00 USD", "4.00 EUR")},
            "/ceilings/1",
        ),
        ({"r1": {"repeat": {"count": 1, "every": 30}}}, "/steps/1/repeat"),
        ({"r1": {"deadline_days": 0}}, "/steps/1/deadline_days"),
        ({"r1": {"deadline_days": 1.5}}, "/steps/1/deadline_days"),
        ({"pre_due": {"deadline_days": 3}}, "/steps/0/deadline_days"),
        ({"r5": {"repeat": {"count": 0, "every": 30}}}, "/steps/5/repeat/count"),
        ({"r5": {"repeat": {"count": 1, "every": 0}}}, "/steps/5/repeat/every"),
        ({"r5": {"repeat": {"count": 1, "every": 1, "unit": "weeks"}}}, "/steps/5/repeat/unit"),
        ({"r5": {"repeat": {"count": 1}}}, "/steps/5/repeat/every"),
        ({"r2": {"legal_amounts": True}}, "/steps/2/legal_amounts"),
        ({"thank_you": {"legal_amounts": True}}, "/steps/6/legal_amounts"),
        ({"r1": {"legal_amounts": 1}}, "/steps/1/legal_amounts"),
    ],
)
def test_what_can_not_be_in_a_plan_is_named_where_it_is_written(
    site: Site, changes: dict[str, Any], pointer: str
) -> None:
    pair(site)
    made = site.call("GET", "/v1/scenarios/standard-with-email").body
    steps = [step | changes.get(step["key"], {}) for step in made["plan"]["steps"]]
    others = {name: value for name, value in changes.items() if name not in StepKey}
    wrong = made["plan"] | {"steps": steps} | others

    answer = site.call("PUT", f"/v1/scenarios/{made['id']}", wrong)

    assert (answer.status, answer.pointers) == (422, [pointer])
    assert site.call("GET", f"/v1/scenarios/{made['id']}").body == made


def test_a_repeat_a_deadline_ceilings_and_a_usual_term_are_kept(site: Site) -> None:
    pair(site)
    made = site.call("GET", "/v1/scenarios/standard-with-email").body
    plan = made["plan"]
    last = next(step for step in reversed(plan["steps"]) if step["key"].startswith("r"))
    last |= {"repeat": {"count": 2, "every": 1, "unit": "months"}, "deadline_days": 8}
    last |= {"legal_amounts": True}
    plan |= {"ceilings": [{"amount": "5000.00", "currency": "EUR"}], "usual_term": 60}

    saved = site.call("PUT", f"/v1/scenarios/{made['id']}", plan)

    assert saved.status == 200
    assert saved.body["plan"] == plan
    last["repeat"]["count"] = 1000
    refused = site.call("PUT", f"/v1/scenarios/{made['id']}", plan)
    place = plan["steps"].index(last)
    assert (refused.status, refused.pointers) == (422, [f"/steps/{place}/repeat/count"])
