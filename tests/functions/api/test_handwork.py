"""What waits is given to others, put off, passed over: one by one or many at once (A2, C6, D14)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from relance.domain.actions import Action, ActionState
from relance.domain.lifecycle import MOST_DEEDS
from relance.domain.scenario import Channel, StepKey
from tests.functions.api.site import DAY, Site

LATER = str(DAY + timedelta(days=4))


def waiting(
    site: Site, code: str = "C1", channel: Channel = Channel.CALL, state: str = "open"
) -> Action:
    customer = site.add_customer(code)
    item = site.add_item(customer.id, "F1")
    return site.add_action(item, customer=customer.id, channel=channel, state=ActionState(state))


def change(site: Site, action: Action | str, what: str, *, user: str = "carl", **body: Any) -> Any:
    identifier = action if isinstance(action, str) else action.id
    return site.call("POST", f"/v1/actions/{identifier}/{what}", body, user=user)


@pytest.mark.parametrize("state", ["open", "to_confirm", "to_post", "failed", "in_doubt"])
def test_what_waits_is_given_to_another_and_says_by_whom_and_why(site: Site, state: str) -> None:
    action = waiting(site, state=state)

    answer = change(site, action, "assignment", responsible=["vera"], reason="She knows them.")

    assert answer.status == 200, answer.text
    assert answer.body["responsible"] == ["vera"]
    assert answer.body["state"] == state
    assert answer.body["deeds"] == [
        {
            "what": "assigned",
            "on": str(DAY),
            "author": "carl",
            "words": "from nobody to vera",
            "reason": "She knows them.",
        }
    ]
    mine = site.call("GET", "/v1/actions", responsible="vera").body["items"]
    assert [each["id"] for each in mine] == [action.id]
    back = change(site, action, "assignment", responsible=[])
    assert back.body["deeds"][1]["words"] == "from vera to nobody"


@pytest.mark.parametrize("state", ["done", "sent", "reserved", "cancelled"])
def test_what_does_not_wait_is_given_to_nobody(site: Site, state: str) -> None:
    assert (
        change(site, waiting(site, state=state), "assignment", responsible=["vera"]).status == 409
    )


def test_it_is_given_to_people_of_the_company_only(site: Site) -> None:
    answer = change(site, waiting(site), "assignment", responsible=["vera", "rita@example.com"])

    assert (answer.status, answer.pointers) == (422, ["/responsible/1"])


def test_giving_it_to_the_same_again_is_no_deed(site: Site) -> None:
    action = waiting(site)
    change(site, action, "assignment", responsible=["vera"])

    again = change(site, action, "assignment", responsible=["vera"])

    assert (again.status, len(again.body["deeds"])) == (200, 1)


def test_what_changes_hands_for_ever_is_stopped(site: Site) -> None:
    action = waiting(site)
    for number in range(MOST_DEEDS):
        change(site, action, "assignment", responsible=["vera" if number % 2 else "carl"])

    assert change(site, action, "assignment", responsible=["carl"]).status == 422
    assert change(site, action, "skip", reason="Enough.").status == 200


def test_what_is_put_off_is_over_and_its_invoices_wait_for_that_day(site: Site) -> None:
    action = waiting(site)

    answer = change(site, action, "rescheduling", until=LATER, reason="On holiday.")

    assert answer.status == 200, answer.text
    assert (answer.body["state"], answer.body["put_off_until"]) == ("cancelled", LATER)
    assert answer.body["reason"] == f"put off until {LATER}: On holiday."
    (item,) = site.account("C1").items
    assert str(item.not_before) == LATER
    assert [(edit.author, edit.reason) for edit in item.edits] == [("carl", "On holiday.")]
    assert change(site, action, "rescheduling", until=LATER, reason="Twice.").status == 200
    assert len(site.account("C1").items[0].edits) == 1
    assert change(site, action, "skip", reason="x").status == 409


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"until": str(DAY), "reason": "x"}, ["/until"]),
        ({"until": "2027-06-01", "reason": "x"}, ["/until"]),
        ({"until": LATER, "reason": " "}, ["/reason"]),
        ({"until": LATER}, ["/reason"]),
        ({"until": "soon", "reason": "x"}, ["/until"]),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(
    site: Site, body: dict[str, str], pointers: list[str]
) -> None:
    answer = change(site, waiting(site), "rescheduling", **body)

    assert (answer.status, answer.pointers) == (422, pointers)
    assert site.account("C1").items[0].not_before is None


@pytest.mark.parametrize("step", [StepKey.THANK_YOU, StepKey.MATCHING, StepKey.CAMPAIGN])
def test_what_has_no_date_of_its_own_is_not_put_off(site: Site, step: StepKey) -> None:
    action = replace(waiting(site), step=step)
    assert site.store().save_action(site.account("C1").customer, action)

    answer = change(site, action, "rescheduling", until=LATER, reason="x")

    assert answer.status == 422
    assert "can't be put off" in answer.text


@pytest.mark.parametrize("state", ["done", "reserved", "in_doubt", "sent"])
def test_what_left_or_may_have_left_is_not_put_off(site: Site, state: str) -> None:
    action = waiting(site, state=state)

    assert change(site, action, "rescheduling", until=LATER, reason="x").status == 409
    assert site.account("C1").items[0].not_before is None


def test_each_of_many_says_by_itself_how_it_ended(site: Site) -> None:
    first, second = waiting(site, "A"), waiting(site, "B", state="done")

    body = {"actions": [first.id, second.id, "C-none", first.id], "reason": "Agreed by phone."}
    answer = site.call("POST", "/v1/actions/skips", body, user="carl")

    assert answer.status == 200
    assert answer.body["outcomes"] == [
        {"action": first.id, "done": True, "status": 200, "refusal": None},
        {
            "action": second.id,
            "done": False,
            "status": 409,
            "refusal": "it is done, and can't be skipped any more",
        },
        {"action": "C-none", "done": False, "status": 404, "refusal": "there is no such action"},
    ]
    assert site.account("A").actions[0].reason == "Agreed by phone."


def test_many_are_given_to_others_at_once(site: Site) -> None:
    first, second = waiting(site, "A"), waiting(site, "B", Channel.EMAIL, "sent")

    body = {"actions": [first.id, second.id], "responsible": ["vera"], "reason": "Holidays"}
    outcomes = site.call("POST", "/v1/actions/assignments", body).body["outcomes"]

    assert [(each["done"], each["status"]) for each in outcomes] == [(True, 200), (False, 409)]
    assert site.account("A").actions[0].responsible == ("vera",)
    assert site.account("A").actions[0].deeds[0].reason == "Holidays"


def test_many_are_put_off_at_once(site: Site) -> None:
    first = waiting(site, "A", Channel.EMAIL, "to_confirm")
    second = waiting(site, "B", Channel.EMAIL, "in_doubt")

    body = {"actions": [first.id, second.id], "until": LATER, "reason": "Strike."}
    outcomes = site.call("POST", "/v1/actions/reschedulings", body).body["outcomes"]

    assert [(each["done"], each["status"]) for each in outcomes] == [(True, 200), (False, 409)]
    assert str(site.account("A").items[0].not_before) == LATER


@pytest.mark.parametrize("path", ["skips", "assignments", "reschedulings"])
@pytest.mark.parametrize("count", [0, 101])
def test_many_are_at_least_one_and_at_most_a_hundred(site: Site, path: str, count: int) -> None:
    body: dict[str, Any] = {"actions": [f"C-{number}" for number in range(count)]}
    if path == "assignments":
        body["responsible"] = []
    else:
        body["reason"] = "x"
    if path == "reschedulings":
        body["until"] = LATER

    answer = site.call("POST", f"/v1/actions/{path}", body)

    assert (answer.status, answer.pointers) == (422, ["/actions"])


def test_every_deed_says_who_did_it_and_when(site: Site) -> None:
    doubt = waiting(site, "A", Channel.EMAIL, "in_doubt")
    failed = waiting(site, "B", Channel.EMAIL, "failed")
    call = waiting(site, "C")

    settled = change(site, doubt, "settlement", sent=False).body
    retried = site.call("POST", f"/v1/actions/{failed.id}/retry", user="carl").body
    done = change(site, call, "completion", result="voicemail").body

    for body, what in ((settled, "settled"), (retried, "retried"), (done, "completed")):
        (deed,) = body["deeds"]
        assert (deed["what"], deed["author"], deed["on"]) == (what, "carl", str(DAY))


@pytest.mark.parametrize(
    "path", ["actions/approvals", "actions/skips", "actions/completions", "letters/posted"]
)
def test_a_blank_is_no_action_s_name(site: Site, path: str) -> None:
    answer = site.call("POST", f"/v1/{path}", {"actions": ["C1-x", " \t "], "reason": "asked"})

    assert answer.status == 422
    assert "/actions/1" in answer.pointers
