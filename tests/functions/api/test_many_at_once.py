"""Many actions at once: none refused keeps the others; our failure ends it, to be sent again."""

from typing import Any

import pytest

from relance.domain.actions import Action, ActionState
from relance.domain.scenario import Channel
from tests.functions.api.described import differences
from tests.functions.api.site import Answer, Site

KEY = {"Idempotency-Key": "k1"}
SKIPS = "/v1/actions/skips"
MANY: list[tuple[str, dict[str, Any]]] = [
    (SKIPS, {"reason": "agreed"}),
    ("/v1/actions/completions", {"result": "reached"}),
    ("/v1/actions/assignments", {"responsible": []}),
    ("/v1/actions/reschedulings", {"until": "2025-04-01", "reason": "agreed"}),
    ("/v1/actions/approvals", {}),
    ("/v1/letters/posted", {}),
]


@pytest.fixture
def ready(site: Site) -> Site:
    """A site with one customer that owes three invoices, each with a call that waits."""
    site.add_customer("C1")
    for number in ("F1", "F2", "F3"):
        site.add_action(site.add_item("C1", number), customer="C1")
    return site


def calls(site: Site) -> list[str]:
    return [each.id for each in site.account("C1").actions]


def sent(site: Site, many: str, body: dict[str, Any]) -> Answer:
    answer = site.call("POST", many, {"actions": calls(site), **body}, headers=KEY)
    assert (answer.status, list(differences("POST", many, answer))) == (200, [])
    return answer


@pytest.mark.parametrize(("many", "body"), MANY)
def test_when_nothing_can_be_read_one_is_tried_and_the_answer_is_not_kept(
    ready: Site, many: str, body: dict[str, Any]
) -> None:
    whole, usual, tried = {"actions": calls(ready), **body}, ready.store().account, list[str]()

    def fails(customer: str) -> Any:
        tried.append(customer)
        raise RuntimeError("the table is busy")

    ready.store().account = fails  # type: ignore[method-assign]
    answer = ready.call("POST", many, whole, headers=KEY)
    ready.store().account = usual  # type: ignore[method-assign]

    assert (answer.status, list(differences("POST", many, answer))) == (200, [])
    assert [each["status"] for each in answer.body["outcomes"]] == [500, 503, 503]
    assert "not tried" in answer.body["outcomes"][2]["refusal"]
    assert (answer.headers["Retry-After"], tried) == ("1", ["C1"])

    again = sent(ready, many, body)
    assert "Idempotency-Replayed" not in again.headers
    assert {each["status"] for each in again.body["outcomes"]} <= {200, 409, 422}
    assert "Retry-After" not in again.headers
    assert sent(ready, many, body).headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("many", "channel", "state", "body", "said"),
    [
        (SKIPS, Channel.CALL, ActionState.OPEN, {"reason": "r"}, "done"),
        ("/v1/letters/posted", Channel.LETTER, ActionState.TO_POST, {}, "posted"),
    ],
)
def test_of_many_one_that_fails_says_so_and_those_behind_it_are_told_not_tried(
    site: Site,
    caplog: pytest.LogCaptureFixture,
    many: str,
    channel: Channel,
    state: ActionState,
    body: dict[str, str],
    said: str,
) -> None:
    site.add_customer("C1")
    items = [site.add_item("C1", number) for number in ("F1", "F2", "F3")]
    actions = [
        site.add_action(item, customer="C1", channel=channel, state=state).id for item in items
    ]
    usual = site.store().save_action

    def second_fails(customer: Any, action: Action) -> bool:
        if action.id == actions[1]:
            raise RuntimeError("anna@example.com could not be written")
        return usual(customer, action)

    site.store().save_action = second_fails  # type: ignore[method-assign]
    first = site.call("POST", many, {"actions": actions, **body}, headers=KEY)
    site.store().save_action = usual  # type: ignore[method-assign]
    again = site.call("POST", many, {"actions": actions, **body}, headers=KEY)

    told = first.body["outcomes"]
    assert [each[said] for each in told] == [True, False, False], first.text
    assert [each["status"] for each in told] == [200, 500, 503]
    assert "our side" in told[1]["refusal"]
    assert "example.com" not in first.text
    assert "ERROR" in {record.levelname for record in caplog.records}
    # What the first has done is there: the second is told so, and does what was left.
    assert [each["status"] for each in again.body["outcomes"]] == [409, 200, 200], again.text


def test_what_others_changed_meanwhile_keeps_no_others_and_may_be_sent_again(ready: Site) -> None:
    first, *_ = calls(ready)
    usual = ready.store().save_action

    def first_moves(customer: Any, action: Action) -> bool:
        return action.id != first and usual(customer, action)

    ready.store().save_action = first_moves  # type: ignore[method-assign]
    answer = sent(ready, SKIPS, {"reason": "agreed"})
    ready.store().save_action = usual  # type: ignore[method-assign]

    assert [each["status"] for each in answer.body["outcomes"]] == [409, 200, 200]
    assert answer.headers["Retry-After"] == "1"
    again = sent(ready, SKIPS, {"reason": "agreed"})
    assert [each["status"] for each in again.body["outcomes"]] == [200, 409, 409]
    assert "Idempotency-Replayed" not in again.headers


def test_what_is_refused_for_good_keeps_no_others_and_is_refused_again(ready: Site) -> None:
    first, *_ = calls(ready)
    ready.call("POST", f"/v1/actions/{first}/skip", {"reason": "agreed"})
    answer = sent(ready, SKIPS, {"reason": "agreed"})
    assert [each["status"] for each in answer.body["outcomes"]] == [409, 200, 200]
    assert "Retry-After" not in answer.headers
    assert sent(ready, SKIPS, {"reason": "agreed"}).headers["Idempotency-Replayed"] == "true"
