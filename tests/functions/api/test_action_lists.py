"""Actions listed by customer, step and days, in either order; many closed at once (A1, A2, C6)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from relance.domain.actions import Action, ActionState
from relance.domain.identifiers import derived_id
from relance.domain.scenario import Channel, StepKey
from tests.functions.api.site import DAY, Site


def put(site: Site, code: str, number: int, **changes: Any) -> Action:
    """Put an action on a customer's account, begun so many days ago."""
    if site.store().account(code) is None:
        site.add_customer(code)
    item = site.add_item(code, f"F{number}")
    action = Action(
        id=derived_id(code, item.id, "test"),
        currency="EUR",
        step=changes.pop("step", StepKey.R2),
        step_name="Appel",
        channel=Channel.CALL,
        state=changes.pop("state", ActionState.OPEN),
        sends=(),
        day=DAY - timedelta(days=number),
    )
    assert site.store().add_action(site.account(code).customer, replace(action, **changes))
    return action


def days(site: Site, **query: Any) -> list[int]:
    """How many days ago the actions listed were, over all parts."""
    found: list[int] = []
    after: dict[str, Any] = {}
    while True:
        answer = site.call("GET", "/v1/actions", limit=2, **query, **after)
        assert answer.status == 200, answer.text
        found += [(DAY - date.fromisoformat(each["day"])).days for each in answer.body["items"]]
        if answer.body["next"] is None:
            return found
        after = {"after": answer.body["next"]}


@pytest.fixture
def busy(site: Site) -> Site:
    """A company with four actions of one customer and two of another."""
    for number in range(4):
        state = ActionState.DONE if number == 1 else ActionState.OPEN
        put(site, "A", number, state=state)
    put(site, "B", 4, step=StepKey.R3)
    put(site, "B", 5)
    return site


def test_actions_come_newest_first_or_oldest(busy: Site) -> None:
    assert days(busy) == [0, 1, 2, 3, 4, 5]
    assert days(busy, order="oldest") == [5, 4, 3, 2, 1, 0]
    assert days(busy, order="oldest", waiting="true") == [5, 4, 3, 2, 0]
    assert busy.call("GET", "/v1/actions", order="random").status == 422


def test_days_narrow_the_list_from_both_sides(busy: Site) -> None:
    span = {"since": str(DAY - timedelta(days=4)), "before": str(DAY - timedelta(days=1))}

    assert days(busy, **span) == [2, 3, 4]
    assert days(busy, **span, order="oldest") == [4, 3, 2]
    assert days(busy, **span, customer="A") == [2, 3]
    assert days(busy, since=span["before"], before=span["since"]) == []


def test_one_customer_s_and_one_step_s_actions_are_listed(busy: Site) -> None:
    assert days(busy, customer="A") == [0, 1, 2, 3]
    assert days(busy, customer="A", waiting="true") == [0, 2, 3]
    assert days(busy, customer="B", step="r3") == [4]
    assert days(busy, step="r3") == [4]
    assert days(busy, customer="NOBODY") == []
    assert busy.call("GET", "/v1/actions", customer="A", user="rita").body["items"] == []


def test_those_of_one_customer_have_one_order(busy: Site) -> None:
    answer = busy.call("GET", "/v1/actions", customer="A", order="oldest")

    assert (answer.status, answer.body["errors"][0]["parameter"]) == (422, "order")


def test_a_cursor_goes_on_in_its_own_order_only(busy: Site) -> None:
    newest = busy.call("GET", "/v1/actions", limit=2).body["next"]

    answer = busy.call("GET", "/v1/actions", limit=2, order="oldest", after=newest)

    assert (answer.status, answer.body["errors"][0]["parameter"]) == (422, "after")


def test_many_calls_are_closed_with_one_result(site: Site) -> None:
    first, second = put(site, "A", 0), put(site, "B", 0)
    done = put(site, "C", 0, state=ActionState.DONE)
    body = {"actions": [first.id, done.id, second.id, "A-none"], "result": "voicemail"}

    answer = site.call("POST", "/v1/actions/completions", body, user="carl")

    outcomes = [(each["status"], each["done"]) for each in answer.body["outcomes"]]
    assert outcomes == [(200, True), (409, False), (200, True), (404, False)]
    closed = site.store().action(second.id)
    assert closed is not None
    assert (closed.state, closed.result) == (ActionState.DONE, "voicemail")
    again = site.call("POST", "/v1/actions/completions", body, user="carl").body["outcomes"]
    assert [each["status"] for each in again] == [409, 409, 409, 404]
    assert site.call("POST", "/v1/actions/completions", body, user="vera").status == 403
