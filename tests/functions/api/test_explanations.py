"""C7: why each item moves tonight or not, by which rule, and when something happens next."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from relance.domain.actions import ActionState
from relance.domain.items import Item
from relance.domain.scenario import Channel
from tests.functions.api.site import Site

TODAY = "2025-03-09"  # a Sunday


def step(key: str, days: int, channel: str = "email", **more: object) -> dict[str, object]:
    """A step of a plan; after the due date for R1, else after the reminder before."""
    message = channel not in ("call", "task")
    return {
        "key": key,
        "name": f"Step {key}",
        "anchor": "due_date" if key == "r1" else "previous_reminder",
        "offset_days": days,
        "channel": channel,
        "automatic": message,
        **({"template": "reminder_1"} if message else {"script": "Bonjour ?"}),
        **more,
    }


def company(site: Site, *steps: dict[str, object], **more: object) -> Site:
    """The site with this plan for a customer C1."""
    plan = {"name": "Test", "steps": list(steps), **more}
    body = {"profile": "standard", "with_email": True, "plan": plan}
    assert site.call("POST", "/v1/scenarios", body).status == 201
    site.add_customer()
    return site


def told(site: Site, item: Item) -> dict[str, Any]:
    """What is said of one item, the same by both addresses."""
    whole = site.call("GET", "/v1/customers/C1/explanation", user="vera").body
    alone = site.call("GET", f"/v1/items/{item.id}/explanation", user="vera").body
    (found,) = alone["items"]
    assert found in whole["items"]
    assert {name: whole[name] for name in whole if name != "items"} == {
        name: alone[name] for name in alone if name != "items"
    }
    assert isinstance(found, dict)
    return found


def short(found: dict[str, Any]) -> tuple[Any, ...]:
    """Hold, rule, first day it may move, and the day of the next event."""
    return found["hold"], found["rule"], found["until"], found["next_event"]


def test_d2_what_is_due_says_since_when_and_by_which_rule(site: Site) -> None:
    company(site, step("r1", 3))
    item = site.add_item("C1", "F-1", due=date(2025, 3, 1))
    found = told(site, item)
    assert short(found) == (None, "D2", None, TODAY)
    assert found["detail"] == "Step r1 is due since 2025-03-04"
    whole = site.call("GET", "/v1/customers/C1/explanation").body
    assert (whole["on"], whole["next_event"]) == (TODAY, TODAY)


def test_d30_a_promised_item_waits_for_the_second_working_day_after(site: Site) -> None:
    company(site, step("r1", 3))
    item = site.add_item("C1", "F-1")
    body = {
        "amount": {"amount": "1200.00", "currency": "EUR"},
        "due": "2025-03-14",
        "items": [item.id],
    }
    assert site.call("POST", "/v1/customers/C1/promises", body).status == 201
    found = told(site, item)
    assert short(found) == ("promised", "D30", "2025-03-19", "2025-03-19")
    assert "2025-03-14" in found["detail"]
    assert "2025-03-18" in found["detail"]


@pytest.mark.parametrize("whole", [True, False])
def test_d28_a_stop_says_why_and_until_when(site: Site, whole: bool) -> None:
    company(site, step("r1", 3))
    item = site.add_item("C1", "F-1")
    body = {"reason": "they changed their bank", "until": "2025-03-20"}
    body |= {} if whole else {"item": item.id}
    site.call("POST", "/v1/customers/C1/stops", body)
    found = told(site, item)
    assert short(found) == ("stopped", "D28", "2025-03-21", "2025-03-21")
    assert "they changed their bank" in found["detail"]


def test_d28_a_stop_without_an_end_has_no_next_event(site: Site) -> None:
    company(site, step("r1", 3))
    item = site.add_item("C1", "F-1")
    site.call("POST", "/v1/customers/C1/stops", {"reason": "r"})
    assert short(told(site, item)) == ("stopped", "D28", None, None)
    assert site.call("GET", "/v1/customers/C1/explanation").body["next_event"] is None


def test_d29_a_disputed_item_waits_for_a_person(site: Site) -> None:
    company(site, step("r1", 3))
    item = site.add_item("C1", "F-1")
    body = {"item": item.id, "reason": "wrong quantity"}
    site.call("POST", "/v1/customers/C1/disputes", body)
    assert short(told(site, item)) == ("disputed", "D29", None, None)


def test_d14_a_day_ahead_says_what_set_it(site: Site) -> None:
    company(site, step("r1", 3), step("r2", 5), min_contact_delay=10)
    plain = site.add_item("C1", "F-1", due=date(2025, 3, 8))
    found = told(site, plain)
    assert short(found) == ("not_yet", "D14", "2025-03-11", "2025-03-11")
    assert found["detail"] == "Step r1 is planned for 2025-03-11"

    sent = site.add_action(plain, customer="C1", channel=Channel.EMAIL, state=ActionState.RESERVED)
    site.store().advance_action(
        replace(sent, state=ActionState.SENT, completed_on=date(2025, 3, 9))
    )
    later = site.add_item("C1", "F-2", due=date(2025, 3, 8))
    site.clock.instant = datetime(2025, 3, 12, 9, tzinfo=UTC)
    found = told(site, later)
    assert short(found) == ("not_yet", "D14", "2025-03-19", "2025-03-19")
    assert found["detail"] == "the last contact was on 2025-03-09"


def test_d6_a_closed_channel_says_when_it_opens(site: Site) -> None:
    company(site, step("r1", 3, "call"))
    item = site.add_item("C1", "F-1")
    assert short(told(site, item)) == ("window_closed", "D6", "2025-03-10", "2025-03-10")


def test_d18_what_waits_for_another_message_says_so(site: Site) -> None:
    company(site, step("r1", 3), step("r2", 5), min_contact_delay=7, grouping="level")
    first = site.add_item("C1", "F-1", due=date(2025, 2, 1))
    second = site.add_item("C1", "F-2", due=date(2025, 3, 1))
    body = {"reason": "from the old software", "level": 1}
    assert site.call("PATCH", f"/v1/items/{first.id}", body).status == 200
    site.clock.instant = datetime(2025, 3, 17, 9, tzinfo=UTC)
    by_item = {item.number: short(told(site, item)) for item in (first, second)}
    assert by_item["F-1"] == (None, "D2", None, "2025-03-17")
    assert by_item["F-2"] == ("grouped_later", "D18", "2025-03-24", "2025-03-24")


def test_d15_a_finished_plan_tells_its_people_on_the_next_working_day(site: Site) -> None:
    company(site, step("r1", 3))
    item = site.add_item("C1", "F-1")
    site.call("PATCH", f"/v1/items/{item.id}", {"reason": "r", "level": 1})
    assert short(told(site, item)) == ("finished", "D15", None, "2025-03-10")
    whole = site.call("GET", "/v1/customers/C1/explanation").body
    assert whole["next_event"] == "2025-03-10"


def test_d17_an_open_task_holds_its_item_until_somebody_closes_it(site: Site) -> None:
    company(site, step("r1", 3), step("r2", 5, "call"))
    item = site.add_item("C1", "F-1", due=date(2025, 2, 1))
    site.call("PATCH", f"/v1/items/{item.id}", {"reason": "r", "level": 1})
    site.add_action(item, customer="C1")
    found = told(site, item)
    assert (found["hold"], found["rule"], found["until"]) == ("open_action", "D17", None)
    assert found["next_event"] == "2025-03-10"  # nobody calls on a Sunday


def test_c9_a_pause_says_until_when(site: Site) -> None:
    company(site, step("r1", 3))
    item = site.add_item("C1", "F-1")
    site.call("PATCH", "/v1/tenant", {"paused": True, "resume_on": "2025-04-01"})
    assert short(told(site, item)) == ("tenant_paused", "C9", "2025-04-01", "2025-04-01")
