"""What waits for someone, and how it is closed (A1, A2, D11, D39, D40)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from relance.app.sync import add_default_scenarios
from relance.contracts.http.actions import CompletionResult
from relance.domain.actions import Action, ActionState, Send
from relance.domain.lifecycle import Result
from relance.domain.scenario import Channel, StepKey
from tests.functions.api.site import DAY, Site


def waiting(site: Site, channel: Channel = Channel.CALL, state: str = "open") -> Action:
    """Put an action on an invoice of a new customer."""
    customer = site.add_customer()
    item = site.add_item(customer.id, "F1")
    return site.add_action(item, customer=customer.id, channel=channel, state=ActionState(state))


def test_every_result_that_people_give_can_be_sent() -> None:
    assert {each.value for each in CompletionResult} == {each.value for each in Result} | {"posted"}


def test_a_call_is_closed_with_its_result_today_by_who_made_it(site: Site) -> None:
    action = waiting(site)

    answer = site.call(
        "POST",
        f"/v1/actions/{action.id}/completion",
        {"result": "voicemail", "note": "Left word."},
        user="carl",
    )

    assert answer.status == 200
    assert answer.body["state"] == "done"
    assert answer.body["result"] == "voicemail"
    assert answer.body["note"] == "Left word."
    assert answer.body["completed_on"] == str(DAY)
    assert answer.body["author"] == "carl"
    assert site.call("GET", f"/v1/actions/{action.id}").body["state"] == "done"
    assert site.call("GET", "/v1/actions", waiting="true").body["items"] == []


def first_wave(site: Site) -> Action:
    """Put a message that waits for a yes on an invoice overdue for eight days."""
    customer = site.add_customer()
    item = site.add_item(customer.id, "F1", due=DAY - timedelta(days=8))
    action = site.add_action(
        item, customer=customer.id, channel=Channel.EMAIL, state=ActionState.TO_CONFIRM
    )
    account = site.account(customer.id)
    action = replace(action, step=StepKey.R1, sends=(Send(item.id, StepKey.R1),))
    assert site.store().save_action(account.customer, action)
    return action


def test_a_collector_says_yes_to_a_message_and_its_job_is_on_the_queue(site: Site) -> None:
    add_default_scenarios(site.store())
    action = first_wave(site)

    answer = site.call("POST", f"/v1/actions/{action.id}/approval", user="carl")

    assert answer.status == 200, answer.text
    assert answer.body["state"] == "to_confirm"
    assert answer.body["approved_on"] == str(DAY)
    assert answer.body["author"] == "carl"
    assert [(job.action, job.channel) for job in site.jobs.jobs] == [(action.id, Channel.EMAIL)]


def test_a_viewer_cannot_say_yes(site: Site) -> None:
    action = first_wave(site)
    answer = site.call("POST", f"/v1/actions/{action.id}/approval", user="vera")
    assert answer.status == 403
    many = {"actions": [action.id]}
    assert site.call("POST", "/v1/actions/approvals", many, user="vera").status == 403
    assert site.jobs.jobs == []


def test_a_call_is_not_approved(site: Site) -> None:
    action = waiting(site)
    answer = site.call("POST", f"/v1/actions/{action.id}/approval")
    assert answer.status == 409
    assert "it is open, not to confirm" in answer.text


def test_of_many_messages_each_says_whether_it_was_taken(site: Site) -> None:
    add_default_scenarios(site.store())
    action = first_wave(site)
    answer = site.call("POST", "/v1/actions/approvals", {"actions": [action.id, "C1-none"]})
    assert answer.status == 200, answer.text
    assert answer.body["outcomes"] == [
        {"action": action.id, "approved": True, "status": 200, "refusal": None},
        {
            "action": "C1-none",
            "approved": False,
            "status": 404,
            "refusal": "there is no such action",
        },
    ]
    assert site.call("POST", "/v1/actions/approvals", {"actions": []}).status == 422


def test_another_companys_message_cannot_be_approved(site: Site) -> None:
    action = first_wave(site)
    assert site.call("POST", f"/v1/actions/{action.id}/approval", user="rita").status == 404


def test_a_letter_is_marked_posted_with_the_posts_reference(site: Site) -> None:
    action = waiting(site, Channel.LETTER, "to_post")

    answer = site.call(
        "POST",
        f"/v1/actions/{action.id}/completion",
        {"result": "posted", "reference": "1A 234 567 8901 2"},
    )

    assert answer.body["state"] == "done"
    assert answer.body["completed_on"] == str(DAY)
    assert answer.body["reference"] == "1A 234 567 8901 2"
    assert answer.body["author"] == "anna@example.com"


@pytest.mark.parametrize(
    ("channel", "state", "body", "status", "pointers"),
    [
        (Channel.CALL, "open", {"result": "posted"}, 422, ["/result"]),
        (Channel.CALL, "open", {"result": "abducted"}, 422, ["/result"]),
        (Channel.CALL, "open", {}, 422, ["/result"]),
        (Channel.CALL, "open", {"result": "done", "note": "x" * 4001}, 422, ["/note"]),
        (Channel.CALL, "open", {"result": "done", "on": "2025-01-01"}, 422, ["/on"]),
        (Channel.LETTER, "to_post", {"result": "reached"}, 422, ["/result"]),
        (Channel.LETTER, "sent", {"result": "posted"}, 409, []),
        (Channel.CALL, "done", {"result": "reached"}, 409, []),
        (Channel.CALL, "cancelled", {"result": "reached"}, 409, []),
    ],
)
def test_what_cannot_be_closed_that_way_stays_as_it_is(
    site: Site,
    channel: Channel,
    state: str,
    body: dict[str, Any],
    status: int,
    pointers: list[str],
) -> None:
    action = waiting(site, channel, state)

    answer = site.call("POST", f"/v1/actions/{action.id}/completion", body)

    assert answer.status == status
    assert answer.pointers == pointers
    stored = site.store().action(action.id)
    assert stored is not None
    assert stored.state.value == state


def test_closing_twice_closes_once(site: Site) -> None:
    action = waiting(site)
    body = {"result": "reached"}

    assert site.call("POST", f"/v1/actions/{action.id}/completion", body).status == 200
    assert site.call("POST", f"/v1/actions/{action.id}/completion", body).status == 409


def test_a_skip_says_why_and_counts_as_completed(site: Site) -> None:
    action = waiting(site)

    answer = site.call("POST", f"/v1/actions/{action.id}/skip", {"reason": "They called us."})

    assert answer.body["state"] == "skipped"
    assert answer.body["completed_on"] == str(DAY)
    assert answer.body["reason"] == "They called us."


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}])
def test_a_skip_without_a_reason_is_refused(site: Site, body: dict[str, str]) -> None:
    action = waiting(site)

    answer = site.call("POST", f"/v1/actions/{action.id}/skip", body)

    assert answer.status == 422
    assert answer.pointers == ["/reason"]


@pytest.mark.parametrize(("sent", "state"), [(True, "sent"), (False, "cancelled")])
def test_a_person_settles_a_message_in_doubt(site: Site, *, sent: bool, state: str) -> None:
    action = waiting(site, Channel.EMAIL, "in_doubt")

    answer = site.call("POST", f"/v1/actions/{action.id}/settlement", {"sent": sent})

    assert answer.body["state"] == state
    assert site.call("POST", f"/v1/actions/{action.id}/settlement", {"sent": sent}).status == 409


def test_a_settlement_says_yes_or_no(site: Site) -> None:
    action = waiting(site, Channel.EMAIL, "in_doubt")

    answer = site.call("POST", f"/v1/actions/{action.id}/settlement", {"sent": "perhaps"})

    assert answer.pointers == ["/sent"]


def test_a_failed_message_can_be_tried_again_by_the_next_run(site: Site) -> None:
    action = waiting(site, Channel.EMAIL, "failed")

    answer = site.call("POST", f"/v1/actions/{action.id}/retry")

    assert answer.body["state"] == "cancelled"
    assert site.account(answer.body["customer"]).next_date is None  # no scenario, nothing due
    assert site.call("POST", f"/v1/actions/{action.id}/retry").status == 409


def test_closing_sets_when_the_customer_is_looked_at_next(site: Site) -> None:
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    action = waiting(site)
    customer = site.store().actions(waiting=True, limit=1).entries[0][0]

    site.call("POST", f"/v1/actions/{action.id}/completion", {"result": "reached"})

    assert site.call("GET", f"/v1/customers/{customer}").body["next_date"] > str(DAY)


def test_an_action_carries_its_script_and_its_document(site: Site) -> None:
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    customer = site.add_customer()
    item = site.add_item(customer.id, "F1")
    call = site.add_action(item, customer=customer.id)
    letter = site.add_action(
        item,
        customer=customer.id,
        channel=Channel.LETTER,
        state=ActionState.TO_POST,
        document="tenants/atelier/letters/1.pdf",
    )

    shown = site.call("GET", f"/v1/actions/{call.id}").body
    assert shown["script"].startswith("Bonjour")
    assert shown["document_url"] is None
    posted = site.call("GET", f"/v1/actions/{letter.id}").body
    assert posted["document_url"].endswith("/tenants/atelier/letters/1.pdf")


def test_waiting_actions_are_listed_apart_from_all(site: Site) -> None:
    action = waiting(site)
    account = site.account("C1")
    site.add_action(
        account.items[0], customer="C1", channel=Channel.EMAIL, state=ActionState.DELIVERED
    )

    all_ = site.call("GET", "/v1/actions").body["items"]
    some = site.call("GET", "/v1/actions", waiting="true").body["items"]

    assert {each["state"] for each in all_} == {"open", "delivered"}
    assert [each["id"] for each in some] == [action.id]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("completion", {"result": "reached"}),
        ("skip", {"reason": "x"}),
        ("settlement", {"sent": True}),
        ("retry", None),
    ],
)
@pytest.mark.parametrize("action", ["unknown", "C1-0000000000000000", "-"])
def test_an_action_that_is_not_there_is_not_found(
    site: Site, action: str, path: str, body: Any
) -> None:
    site.add_customer("C1")

    assert site.call("POST", f"/v1/actions/{action}/{path}", body).status == 404


def test_an_action_that_is_put_away_is_over(site: Site) -> None:
    action = waiting(site, state="done")
    account = site.account("C1")
    site.store().archive(
        account.customer, [item.id for item in account.items], actions_before=DAY.replace(day=10)
    )

    answer = site.call("POST", f"/v1/actions/{action.id}/completion", {"result": "reached"})

    assert answer.status == 409
    assert site.call("GET", f"/v1/actions/{action.id}").status == 200
