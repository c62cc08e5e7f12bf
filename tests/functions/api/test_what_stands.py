"""What is written is answered as written, and what is not may be tried again (H1)."""

from datetime import timedelta
from typing import Any

import pytest

from relance.app.idempotency import KEPT_FOR, LEASE
from tests.functions.api.described import differences
from tests.functions.api.site import Answer, Site

CUSTOMER = "/v1/customers/C1"
PROMISE = {"amount": {"amount": "10.00", "currency": "EUR"}, "due": "2025-03-14"}
KEY = {"Idempotency-Key": "k1"}


@pytest.fixture
def ready(site: Site) -> Site:
    """A site with one customer that owes three invoices, each with a call that waits."""
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"})
    site.add_customer("C1")
    for number in ("F1", "F2", "F3"):
        site.add_action(site.add_item("C1", number), customer="C1")
    return site


def throttled(*_: object, **__: object) -> Any:
    raise RuntimeError("the table is busy")


def never(*_: object, **__: object) -> bool:
    return False


def calls(site: Site) -> list[str]:
    return [each.id for each in site.account("C1").actions]


def states(site: Site) -> list[str]:
    return [each.state for each in site.account("C1").actions]


def edits(site: Site) -> list[tuple[str, str, Any, dict[str, str]]]:
    """Every kind of write that a customer's next date follows from, by method, path and body."""
    first, second, third = calls(site)
    item = site.account("C1").items[0].id
    tagged = {"If-Match": site.call("GET", CUSTOMER).headers["ETag"]}
    return [
        ("PATCH", CUSTOMER, {"name": "Other"}, tagged),
        ("POST", f"{CUSTOMER}/contacts", {"name": "Anne Roux"}, {}),
        ("POST", f"{CUSTOMER}/promises", PROMISE, KEY),
        ("POST", f"{CUSTOMER}/disputes", {"item": item, "reason": "wrong quantity"}, {}),
        ("POST", f"{CUSTOMER}/stops", {"reason": "talks"}, {}),
        ("PATCH", f"/v1/items/{item}", {"reason": "they asked", "not_before": "2025-04-01"}, {}),
        ("POST", f"/v1/actions/{first}/skip", {"reason": "agreed"}, {}),
        ("POST", f"/v1/actions/{second}/completion", {"result": "reached"}, {}),
        ("POST", f"/v1/actions/{third}/rescheduling", {"until": "2025-04-01", "reason": "r"}, {}),
    ]


@pytest.mark.parametrize("fails", [throttled, never], ids=["fails", "never stands still"])
def test_what_is_written_is_answered_so_though_no_date_could_be_set(
    ready: Site, fails: Any, caplog: pytest.LogCaptureFixture
) -> None:
    usual = ready.store().set_next_date
    ready.store().set_next_date = fails  # type: ignore[method-assign]
    for method, path, body, headers in edits(ready):
        caplog.clear()
        answer = ready.call(method, path, body, headers=headers)
        assert answer.status in (200, 201), (method, path, answer.text)
        assert [each.message for each in caplog.records if each.levelname == "ERROR"] == [
            "a part failed"
        ]
    ready.store().set_next_date = usual  # type: ignore[method-assign]

    assert ready.account("C1").customer.name == "Other"
    repeated = ready.call("POST", f"{CUSTOMER}/promises", PROMISE, headers=KEY)
    assert repeated.headers["Idempotency-Replayed"] == "true"
    assert len(ready.call("GET", f"{CUSTOMER}/promises").body["items"]) == 1
    # The writes themselves made it due at once.
    assert "C1" in ready.store().due_customers(ready.account("C1").items[0].issued, limit=9).entries


def test_an_erasure_is_answered_so_though_no_date_could_be_set(
    ready: Site, caplog: pytest.LogCaptureFixture
) -> None:
    ready.store().set_next_date = throttled  # type: ignore[method-assign]
    body = {"reason": "asked", "despite_debts": True}
    answer = ready.call("POST", f"{CUSTOMER}/erasure", body)
    assert (answer.status, answer.body["done"]) == (200, True)
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == [
        "a part failed"
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{CUSTOMER}/promises", PROMISE),
        (f"{CUSTOMER}/stops", {"reason": "talks"}),
        (f"{CUSTOMER}/disputes", {"item": "", "reason": "wrong quantity"}),
        (f"{CUSTOMER}/contacts", {"name": "Anne Roux", "main": True}),
        ("/v1/imports", {"file_name": "a.csv"}),
    ],
    ids=["promise", "stop", "dispute", "contact", "import"],
)
@pytest.mark.parametrize("dies", [True, False], ids=["its process died", "our failure"])
def test_what_a_repeat_finds_made_is_answered_and_not_made_again(
    ready: Site, path: str, body: dict[str, Any], dies: bool
) -> None:
    if "item" in body:
        body = body | {"item": ready.account("C1").items[0].id}
    first, made = ready.call("POST", path, body, headers=KEY), _listed(ready, path)
    [answers] = ready.answers.values()
    # As if the first had come no further than its write.
    kept = answers.kept["k1"]
    kept.answer = None
    kept.free = not dies
    for clock in (ready.clock, ready.wall):
        clock.instant += LEASE if dies else timedelta(seconds=3)
    again = ready.call("POST", path, body, headers=KEY)

    assert (first.status, again.status) == (201, 201)
    assert "Idempotency-Replayed" not in again.headers
    assert _listed(ready, path) == made
    shown = {name: told for name, told in first.body.items() if name != "upload"}
    assert shown.items() <= again.body.items()
    # Another key is another thing; so is the same, once its day is over.
    other = ready.call("POST", path, body, headers={"Idempotency-Key": "k2"})
    ready.wall.instant += KEPT_FOR
    later = ready.call("POST", path, body, headers=KEY)
    assert len({first.body["id"], other.body["id"], later.body["id"]}) == 3


def _listed(site: Site, path: str) -> Any:
    listed = site.call("GET", path)
    assert listed.status == 200
    return listed.body["items"]


def skipped(site: Site, action: str, **headers: str) -> Answer:
    path = f"/v1/actions/{action}/skip"
    answer = site.call("POST", path, {"reason": "agreed"}, headers=headers)
    assert list(differences("POST", path, answer)) == []
    return answer


def test_what_others_changed_meanwhile_is_carried_out_when_it_is_sent_again(ready: Site) -> None:
    call, *_ = calls(ready)
    usual = ready.store().save_action
    ready.store().save_action = never  # type: ignore[method-assign]
    refused = skipped(ready, call, **KEY)
    ready.store().save_action = usual  # type: ignore[method-assign]

    assert (refused.status, refused.headers["Retry-After"]) == (409, "1")
    assert refused.body["type"] == "urn:relance:problem:moved-meanwhile"
    again = skipped(ready, call, **KEY)
    assert (again.status, again.headers.get("Idempotency-Replayed")) == (200, None)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/customers", {"code": "C1", "name": "Another"}),
        ("/v1/profiles", {"name": "Standard", "id": "standard"}),
        ("/v1/scenarios", {"profile": "standard", "preset": "standard"}),
        ("/v1/groups", {"id": "recovery", "name": "Recovery", "members": []}),
    ],
)
def test_what_is_there_already_is_not_to_be_tried_again(
    ready: Site, path: str, body: dict[str, Any]
) -> None:
    ready.call("POST", "/v1/groups", {"id": "recovery", "name": "Recovery", "members": []})
    refused = ready.call("POST", path, body)
    assert (refused.status, refused.headers.get("Retry-After")) == (409, None), refused.text
    assert refused.body["type"] == "urn:relance:problem:conflict"


def test_what_is_refused_for_good_is_refused_again(ready: Site) -> None:
    call, *_ = calls(ready)
    assert skipped(ready, call).status == 200
    refused, again = skipped(ready, call, **KEY), skipped(ready, call, **KEY)
    assert (refused.status, refused.headers.get("Retry-After")) == (409, None)
    assert (again.text, again.headers["Idempotency-Replayed"]) == (refused.text, "true")
