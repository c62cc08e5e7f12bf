"""Looking ahead over HTTP: nothing is stored (S10, D35)."""

from datetime import date
from typing import Any

import pytest

from tests.functions.api.site import Site

IMPACT = "/v1/scenarios/standard-with-email/impact"
BACK_TEST = "/v1/scenarios/standard-with-email/back-test"


@pytest.fixture
def chased(site: Site) -> Site:
    """A company with the Standard pair and one customer who owes an invoice due on 1 March."""
    made = site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    assert made.status == 201
    site.add_item(site.add_customer().id, "F1")
    return site


def plan(site: Site, **changes: Any) -> dict[str, Any]:
    """The stored plan with R1 changed."""
    found: dict[str, Any] = site.call("GET", "/v1/scenarios/standard-with-email").body["plan"]
    steps = [step | changes if step["key"] == "r1" else step for step in found["steps"]]
    return found | {"steps": steps}


def test_the_next_days_are_shown_with_what_is_sent_to_whom(chased: Site) -> None:
    answer = chased.call("POST", "/v1/simulations", {"days": 30})

    assert answer.status == 200
    assert {name: answer.body[name] for name in ("first", "last", "customers")} == {
        "first": "2025-03-09",
        "last": "2025-04-07",
        "customers": 1,
    }
    assert (answer.body["truncated"], answer.body["next"]) == (False, None)
    first = answer.body["actions"][0]
    customer = chased.call("GET", "/v1/customers").body["items"][0]["id"]
    assert first | {"items": [], "step_name": ""} == {
        "customer": customer,
        "customer_name": "Société C1",
        "day": "2025-03-09",
        "begun": "2025-03-09",
        "step": "r1",
        "step_name": "",
        "channel": "email",
        "items": [],
        "amount": {"amount": "1200.00", "currency": "EUR"},
        "by_itself": True,
    }
    assert len(first["items"]) == 1
    steps = [action["step"] for action in answer.body["actions"]]
    assert steps == ["r1", "r2", "r3", "r4"]


def test_a_night_that_is_planned_already_is_not_shown_again(chased: Site) -> None:
    chased.store().mark_planned(date(2025, 3, 9))

    assert chased.call("POST", "/v1/simulations", {}).body["first"] == "2025-03-10"


def test_one_customer_may_be_asked_for(chased: Site) -> None:
    other = chased.add_customer("C2")
    chased.add_item(other.id, "F2")

    found = chased.call("POST", "/v1/simulations", {"customer": other.id, "days": 1}).body

    assert [action["customer"] for action in found["actions"]] == [other.id]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"days": 0}, "/days"),
        ({"days": 91}, "/days"),
        ({"days": "30"}, "/days"),
        ({"days": True}, "/days"),
        ({"customer": ""}, "/customer"),
        ({"customer": "nobody"}, "/customer"),
        ({"customer": "no\nbody"}, "/customer"),
        ({"until": "2025-01-01"}, "/until"),
    ],
)
def test_a_simulation_that_cannot_be_is_refused(
    chased: Site, body: dict[str, Any], pointer: str
) -> None:
    answer = chased.call("POST", "/v1/simulations", body)

    assert (answer.status, answer.pointers) == (422, [pointer])


def test_another_companys_customer_is_nobody(chased: Site) -> None:
    theirs = chased.add_customer("R1", tenant="rival")

    answer = chased.call("POST", "/v1/simulations", {"customer": theirs.id})

    assert (answer.status, answer.pointers) == (422, ["/customer"])


@pytest.mark.parametrize("path", ["/v1/simulations", IMPACT, BACK_TEST])
def test_a_cursor_that_is_none_is_refused(chased: Site, path: str) -> None:
    bodies = {IMPACT: plan(chased), BACK_TEST: {"first": "2025-01-01", "last": "2025-01-02"}}

    answer = chased.call("POST", path, bodies.get(path, {}), after="bogus")

    assert answer.status == 422
    assert answer.body["errors"][0]["parameter"] == "after"


def test_collectors_look_ahead_and_only_admins_try_other_plans(chased: Site) -> None:
    assert chased.call("POST", "/v1/simulations", {}, user="carl").status == 200
    assert chased.call("POST", IMPACT, plan(chased), user="carl").status == 403


def test_an_edit_shows_whom_it_moves_and_whom_it_contacts_tonight(chased: Site) -> None:
    chased.clock.instant = chased.clock.instant.replace(day=5)

    answer = chased.call("POST", IMPACT, plan(chased, offset_days=3), days=10)

    assert answer.status == 200
    figures = ("on", "days", "customers", "moved", "contacted_tonight", "summary", "truncated")
    assert [answer.body[name] for name in figures] == [
        "2025-03-05",
        10,
        1,
        1,
        1,
        "1 customer moves, 1 would be contacted tonight",
        False,
    ]
    (moved,) = answer.body["items"]
    assert [action["day"] for action in moved["before"]] == ["2025-03-09"]
    assert [action["day"] for action in moved["after"]] == ["2025-03-05", "2025-03-13"]
    assert moved["contacted_tonight"] is True
    assert chased.call("GET", "/v1/scenarios/standard-with-email").body["version"] == 1


def test_a_plan_that_cannot_be_saved_has_its_faults_named(chased: Site) -> None:
    answer = chased.call("POST", IMPACT, plan(chased, template="nowhere"))

    assert answer.status == 422
    assert [pointer.rpartition("/")[2] for pointer in answer.pointers] == ["template"]
    assert chased.call("POST", IMPACT, plan(chased), days=91).status == 422
    assert chased.call("POST", "/v1/scenarios/none/impact", plan(chased)).status == 404


def test_past_ledgers_are_replayed(chased: Site) -> None:
    stretch = {"first": "2025-02-01", "last": "2025-03-17"}

    as_it_is = chased.call("POST", BACK_TEST, stretch).body
    edited = chased.call("POST", BACK_TEST, stretch | {"plan": plan(chased, offset_days=3)}).body

    assert [action["day"] for action in as_it_is["actions"]] == [
        "2025-02-21",
        "2025-03-09",
        "2025-03-17",
    ]
    assert [action["day"] for action in edited["actions"]][1] == "2025-03-04"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-02-01", "2025-01-31"),
        ("2020-01-01", "2025-01-01"),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-30", "9999-12-31"),
        ("yesterday", "2025-01-01"),
    ],
)
def test_a_stretch_of_time_that_cannot_be_replayed_is_refused(
    chased: Site, first: str, last: str
) -> None:
    assert chased.call("POST", BACK_TEST, {"first": first, "last": last}).status == 422


def test_whoever_may_read_sees_what_goes_out_tonight(chased: Site) -> None:
    tonight = chased.call("GET", "/v1/preview", user="vera")

    assert tonight.status == 200
    assert (tonight.body["first"], tonight.body["last"]) == ("2025-03-09", "2025-03-09")
    assert [each["step"] for each in tonight.body["actions"]] == ["r1"]
    month = chased.call("GET", "/v1/preview", days=30).body
    assert month == chased.call("POST", "/v1/simulations", {"days": 30}).body
    nobody = chased.call("GET", "/v1/preview", customer="NOBODY")
    assert (nobody.status, nobody.body["errors"][0]["parameter"]) == (422, "customer")
    assert chased.call("GET", "/v1/preview", days=91).status == 422
    assert chased.call("GET", "/v1/preview", user="rita").body["actions"] == []
