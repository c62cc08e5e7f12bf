"""Users, groups and account managers, and who may be named as responsible (A2)."""

from typing import Any

import pytest

from tests.functions.api.site import Site

RECOVERY = {"id": "recovery", "name": "Recouvrement", "members": ["anna@example.com", "carl"]}


def test_users_are_listed_by_the_name_they_have_in_what_they_did(site: Site) -> None:
    users = site.call("GET", "/v1/users", user="vera").body["items"]

    assert users == [
        {"name": "anna@example.com", "role": "admin"},
        {"name": "carl", "role": "collector"},
        {"name": "vera", "role": "viewer"},
    ]


def test_users_are_listed_in_parts(site: Site) -> None:
    first = site.call("GET", "/v1/users", limit=2).body
    rest = site.call("GET", "/v1/users", limit=2, after=first["next"]).body

    names = [each["name"] for each in (*first["items"], *rest["items"])]
    assert names == ["anna@example.com", "carl", "vera"]
    assert rest["next"] is None


def test_a_group_is_made_read_changed_and_taken_away(site: Site) -> None:
    made = site.call("POST", "/v1/groups", RECOVERY)
    assert made.status == 201
    assert made.headers["Location"] == "/v1/groups/recovery"
    assert made.body["responsible"] == "group:recovery"
    assert made.body["members"] == ["anna@example.com", "carl"]

    assert site.call("GET", "/v1/groups/recovery").body == made.body
    changed = site.call(
        "PUT", "/v1/groups/recovery", {"name": "R", "members": ["carl", "carl"]}, if_match='"1"'
    )
    assert changed.status == 200
    assert (changed.body["name"], changed.body["members"]) == ("R", ["carl"])
    stale = site.call("PUT", "/v1/groups/recovery", {"name": "Late"}, if_match='"1"')
    assert stale.status == 412
    assert [each["name"] for each in site.call("GET", "/v1/groups").body["items"]] == ["R"]

    assert site.call("DELETE", "/v1/groups/recovery").status == 204
    assert site.call("GET", "/v1/groups/recovery").status == 404
    assert site.call("DELETE", "/v1/groups/recovery").status == 404


def test_a_group_is_made_once(site: Site) -> None:
    assert site.call("POST", "/v1/groups", RECOVERY).status == 201
    assert site.call("POST", "/v1/groups", RECOVERY).status == 409


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"id": "a", "name": "A", "members": ["rita@example.com"]}, "/members/0"),
        ({"id": "a", "name": "A", "members": ["carl", "group:a"]}, "/members/1"),
        ({"id": "A group", "name": "A"}, "/id"),
        ({"id": "a", "name": " "}, "/name"),
        ({"id": "a", "name": "A", "members": ["carl"] * 201}, "/members"),
    ],
)
def test_a_group_of_people_whom_nobody_knows_is_refused(
    site: Site, body: dict[str, Any], pointer: str
) -> None:
    answer = site.call("POST", "/v1/groups", body)

    assert answer.status == 422
    assert answer.pointers == [pointer]


def test_groups_are_made_by_admins_only(site: Site) -> None:
    assert site.call("POST", "/v1/groups", RECOVERY, user="carl").status == 403


def test_a_group_that_a_scenario_or_a_customer_names_stays(site: Site) -> None:
    site.call("POST", "/v1/groups", RECOVERY)
    customer = site.add_customer()
    path = f"/v1/customers/{customer.id}"
    given = site.call("PATCH", path, {"account_manager": "group:recovery"})
    assert given.body["account_manager"] == "group:recovery"
    assert "customers" in site.call("DELETE", "/v1/groups/recovery").text
    assert site.call("PATCH", path, {"account_manager": None}).body["account_manager"] is None

    made = site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    plan = made.body["items"][0]["plan"]
    plan["steps"][2]["responsible"] = ["group:recovery"]
    scenario = f"/v1/scenarios/{made.body['items'][0]['id']}"
    assert site.call("PUT", scenario, plan).status == 200
    refused = site.call("DELETE", "/v1/groups/recovery")
    assert (refused.status, "a scenario names" in refused.text) == (409, True)


@pytest.mark.parametrize("name", ["rita@example.com", "group:nobody", "alias:account_manager", ""])
def test_an_account_manager_is_a_user_or_group_of_the_company(site: Site, name: str) -> None:
    customer = site.add_customer()

    answer = site.call("PATCH", f"/v1/customers/{customer.id}", {"account_manager": name})

    assert answer.status == 422
    assert answer.pointers == ["/account_manager"]
    body = {"code": "C9", "name": "New", "account_manager": name}
    assert site.call("POST", "/v1/customers", body).status == 422


def scenario(site: Site) -> tuple[str, dict[str, Any]]:
    made = site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    first = made.body["items"][0]
    return f"/v1/scenarios/{first['id']}", first["plan"]


def test_a_scenario_with_a_responsible_whom_nobody_knows_is_not_saved(site: Site) -> None:
    path, plan = scenario(site)
    plan["steps"][2]["responsible"] = ["anna@example.com", "rita@example.com", "group:x"]

    answer = site.call("PUT", path, plan)

    assert answer.status == 422
    assert answer.pointers == ["/steps/2/responsible/1", "/steps/2/responsible/2"]
    plan["steps"][2]["responsible"] = ["anna@example.com", "alias:account_manager"]
    assert site.call("PUT", path, plan).status == 200


def test_a_script_that_names_an_unknown_field_is_not_saved_and_its_line_is_named(
    site: Site,
) -> None:
    path, plan = scenario(site)
    plan["steps"][2]["script"] = "Bonjour {{ customer.name }},\nvous devez {{ payble }}."

    answer = site.call("PUT", path, plan)

    assert answer.pointers == ["/steps/2/script"]
    assert "line 2: there is no field 'payble'" in answer.text


@pytest.mark.parametrize(
    ("place", "change", "pointer"),
    [
        (2, {"late_days": 0}, "/steps/2/late_days"),
        (2, {"late_days": 61}, "/steps/2/late_days"),
        (1, {"questions": ["Really?"]}, "/steps/1/questions"),
        (2, {"questions": ["x"] * 11}, "/steps/2/questions"),
    ],
)
def test_what_people_cannot_do_is_not_saved(
    site: Site, place: int, change: dict[str, Any], pointer: str
) -> None:
    path, plan = scenario(site)
    plan["steps"][place] |= change

    answer = site.call("PUT", path, plan)

    assert answer.status == 422
    assert answer.pointers == [pointer]


def test_the_calls_of_the_presets_ask_about_the_delivery_and_new_projects(site: Site) -> None:
    _, plan = scenario(site)

    asked = [step["questions"] for step in plan["steps"] if step["channel"] == "call"]

    assert len(asked) == 2
    assert all("livraison" in each[0] and "nouveaux projets" in each[1] for each in asked)
