"""What people set of an item over the API: level, dates, method, status (D14, D27, D31, D36)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from relance.app.items import HALF_WAY, MOST_EDITS
from relance.app.ports.tenant import Profile
from relance.app.schedule import reschedule
from relance.domain.actions import ActionState
from relance.domain.items import Item, ItemEdit, ItemKind, ItemStatus, PaymentMethod
from tests.functions.api.site import DAY, Answer, Site

TODAY = "2025-03-09"
WHY = "agreed by telephone"


@pytest.fixture
def ready(site: Site) -> Site:
    """A site with one customer that owes 1,200.00 since 1 March, under the Bad payer scenario."""
    site.call("POST", "/v1/scenarios", {"profile": "standard", "preset": "bad_payer"})
    customer = site.add_customer()
    site.add_item(customer.id, "F-1")
    reschedule(customer.id, store=site.store(), on=DAY)
    return site


def item(site: Site, number: str = "F-1") -> Item:
    return next(each for each in site.account("C1").items if each.number == number)


def edit(site: Site, number: str = "F-1", **changes: Any) -> Answer:
    body = {"reason": WHY} | changes
    return site.call("PATCH", f"/v1/items/{item(site, number).id}", body, user="carl")


def told(site: Site, number: str = "F-1") -> dict[str, Any]:
    answer = site.call("GET", f"/v1/items/{item(site, number).id}/explanation", user="vera")
    (only,) = answer.body["items"]
    found: dict[str, Any] = only
    return found


def test_d36_a_level_set_with_a_reason_decides_the_next_step_and_is_kept(ready: Site) -> None:
    assert (told(ready)["level"], told(ready)["next_step"]) == (0, "r1")

    answer = edit(ready, level=3)

    assert answer.status == 200
    assert answer.body["level_set"] == {
        "level": 3,
        "on": TODAY,
        "reason": WHY,
        "author": "carl",
    }
    assert answer.body["edits"] == [
        {
            "on": TODAY,
            "author": "carl",
            "reason": WHY,
            "changes": [{"field": "level", "before": "0", "after": "3"}],
        }
    ]
    assert (told(ready)["level"], told(ready)["next_step"]) == (3, "r4")


def test_d14_nothing_goes_before_a_date_that_a_person_set(ready: Site) -> None:
    assert told(ready)["hold"] is None

    assert edit(ready, not_before="2025-03-28").status == 200
    held = told(ready)
    assert (held["rule"], held["until"], held["next_event"]) == ("D14", "2025-03-28", "2025-03-28")
    assert "a person set that date" in held["detail"]
    assert ready.account("C1").next_date == date(2025, 3, 28)

    assert edit(ready, not_before=None).status == 200
    assert told(ready)["hold"] is None
    assert ready.account("C1").next_date == DAY


def test_d31_what_is_paid_by_debit_is_not_chased_until_its_debit_was_rejected(ready: Site) -> None:
    assert edit(ready, method="direct_debit").status == 200
    assert (told(ready)["hold"], told(ready)["rule"]) == ("direct_debit", "D31")

    assert edit(ready, rejected_on=TODAY).status == 200
    held = told(ready)
    assert (held["hold"], held["until"]) == ("not_yet", "2025-03-12")  # R1 is due + 3
    assert "rejected" in held["detail"]


@pytest.mark.parametrize("status", ["written_off", "handed_over"])
def test_d27_what_is_given_up_or_handed_over_is_left_alone_and_can_be_taken_back(
    ready: Site, status: str
) -> None:
    assert edit(ready, status=status).body["status"] == status
    assert (told(ready)["hold"], told(ready)["rule"]) == ("excluded", "D27")
    assert edit(ready, status="active").status == 200
    assert told(ready)["hold"] is None
    edits = ready.call("GET", f"/v1/items/{item(ready).id}").body["edits"]
    assert [change["after"] for each in edits for change in each["changes"]] == ["active", status]


def test_several_things_are_set_at_once_or_none(ready: Site) -> None:
    answer = edit(ready, level=2, not_before="2025-03-28", method="card", rejected_on="2025-03-08")
    assert [each["field"] for each in answer.body["edits"][0]["changes"]] == [
        "level",
        "method",
        "not_before",
        "rejected_on",
    ]
    before = item(ready)
    assert edit(ready, level=1, not_before="2025-03-08").status == 422
    assert item(ready) == before


def test_the_same_again_on_the_same_day_changes_nothing(ready: Site) -> None:
    first = edit(ready, level=2, status="written_off")
    again = edit(ready, level=2, status="written_off")
    assert again.status == 200
    assert again.body == first.body
    assert again.headers["ETag"] == first.headers["ETag"]

    ready.clock.instant += timedelta(days=1)
    assert edit(ready, level=2).body["level_set"]["on"] == "2025-03-10"


def test_an_edit_makes_the_customer_due_and_says_the_day_of_its_next_run(ready: Site) -> None:
    ready.clock.instant = datetime(2025, 3, 12, 9, tzinfo=UTC)
    edit(ready, not_before="2025-04-01")
    assert ready.store().due_customers(date(2025, 3, 31), limit=9).entries == ()
    edit(ready, level=1, not_before=None)
    assert ready.store().due_customers(date(2025, 3, 17), limit=9).entries == ("C1",)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"level": 1}, "/reason"),
        ({"level": 1, "reason": " "}, "/reason"),
        ({"level": 1, "reason": "x" * 501}, "/reason"),
        ({"reason": WHY}, ""),
        ({"reason": WHY, "level": 6}, "/level"),
        ({"reason": WHY, "level": -1}, "/level"),
        ({"reason": WHY, "level": True}, "/level"),
        ({"reason": WHY, "level": None}, "/level"),
        ({"reason": WHY, "status": "draft"}, "/status"),
        ({"reason": WHY, "status": "cancelled"}, "/status"),
        ({"reason": WHY, "method": "cheque"}, "/method"),
        ({"reason": WHY, "method": None}, "/method"),
        ({"reason": WHY, "not_before": "2025-03-08"}, "/not_before"),
        ({"reason": WHY, "not_before": "9999-12-31"}, "/not_before"),
        ({"reason": WHY, "not_before": "soon"}, "/not_before"),
        ({"reason": WHY, "rejected_on": "2025-03-09"}, "/rejected_on"),
        ({"reason": WHY, "method": "card", "rejected_on": "2025-03-10"}, "/rejected_on"),
        ({"reason": WHY, "method": "card", "rejected_on": "2025-01-31"}, "/rejected_on"),
        ({"reason": WHY, "residual": 0}, "/residual"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(
    ready: Site, body: dict[str, Any], pointer: str
) -> None:
    before = ready.account("C1")
    answer = ready.call("PATCH", f"/v1/items/{item(ready).id}", body)
    assert answer.status == 422
    assert answer.pointers == [pointer]
    assert ready.account("C1") == before


@pytest.mark.parametrize("field", ["level", "method", "not_before", "rejected_on"])
def test_a_credit_note_takes_none_of_what_is_for_invoices(ready: Site, field: str) -> None:
    ready.add_item("C1", "A-1", kind=ItemKind.CREDIT_NOTE, due=None)
    value = {"level": 1, "method": "card"}.get(field, TODAY)
    answer = edit(ready, "A-1", **{field: value})
    assert (answer.status, answer.pointers) == (422, [f"/{field}"])
    assert edit(ready, "A-1", status="written_off").status == 200


def test_what_the_ledger_cancelled_is_not_brought_back_by_a_person(ready: Site) -> None:
    cancelled = replace(item(ready), status=ItemStatus.CANCELLED)
    ready.store().apply_sync(ready.account("C1").customer, put=[cancelled], import_id="test")
    answer = edit(ready, status="active")
    assert (answer.status, answer.pointers) == (422, ["/status"])


def test_an_edit_of_what_changed_since_it_was_read_is_refused(ready: Site) -> None:
    address = f"/v1/items/{item(ready).id}"
    read = ready.call("GET", address)
    body = {"reason": WHY, "level": 1}
    ready.add_item("C1", "F-2")
    assert ready.call("PATCH", address, body, if_match=read.headers["ETag"]).status == 412
    now = ready.call("GET", address).headers["ETag"]
    answer = ready.call("PATCH", address, body, if_match=now)
    assert answer.status == 200
    assert answer.headers["ETag"] != now
    assert ready.call("PATCH", address, body, if_match='"not ours"').status == 412


def test_what_is_paid_and_put_away_is_not_edited_but_shown(ready: Site) -> None:
    edit(ready, level=2)
    known = item(ready).id
    ready.store().archive(ready.account("C1").customer, [known])
    body = {"reason": WHY, "level": 1}
    assert ready.call("PATCH", f"/v1/items/{known}", body).status == 409
    assert ready.call("PATCH", "/v1/items/C1-nothing", body).status == 404
    assert ready.call("GET", f"/v1/items/{known}/explanation").status == 404
    assert ready.call("GET", f"/v1/items/{known}").body["edits"][0]["author"] == "carl"


def test_an_item_has_no_endless_list_of_edits(ready: Site) -> None:
    for number in range(50):
        assert edit(ready, status=("written_off", "active")[number % 2]).status == 200
    assert edit(ready, status="written_off").status == 422


def test_a_viewer_edits_nothing(ready: Site) -> None:
    body = {"reason": WHY, "level": 1}
    assert ready.call("PATCH", f"/v1/items/{item(ready).id}", body, user="vera").status == 403


def test_a1_an_items_own_actions_are_listed_newest_first(ready: Site) -> None:
    other = ready.add_item("C1", "F-2")
    ready.add_action(item(ready), customer="C1", state=ActionState.DONE)
    ready.add_action(other, customer="C1")
    listed = ready.call("GET", f"/v1/items/{item(ready).id}/actions", user="vera").body
    assert [each["sends"][0]["item"] for each in listed["items"]] == [item(ready).id]

    part = ready.call("GET", f"/v1/items/{item(ready).id}/actions", limit=1).body
    rest = ready.call("GET", f"/v1/items/{item(ready).id}/actions", limit=1, after=part["next"])
    assert part["items"] + rest.body["items"] == listed["items"]
    assert rest.body["next"] is None


def test_d31_how_a_customer_pays_is_set_on_all_its_live_invoices_and_noted(ready: Site) -> None:
    ready.add_item("C1", "A-1", kind=ItemKind.CREDIT_NOTE, due=None)
    answer = ready.call("PATCH", "/v1/customers/C1", {"method": "direct_debit"}, user="carl")
    assert (answer.status, answer.body["method"]) == (200, "direct_debit")
    assert item(ready).method is PaymentMethod.DIRECT_DEBIT
    assert item(ready, "A-1").method is PaymentMethod.MANUAL
    (noted,) = item(ready).edits
    assert (noted.author, noted.changes[0].after) == ("carl", "direct_debit")
    assert told(ready)["hold"] == "direct_debit"

    # One of them is paid otherwise, and stays so through other edits of the customer.
    edit(ready, method="manual")
    assert ready.call("PATCH", "/v1/customers/C1", {"name": "Other"}).status == 200
    assert item(ready).method is PaymentMethod.MANUAL
    assert ready.call("PATCH", "/v1/customers/C1", {"method": "barter"}).pointers == ["/method"]


def test_a_method_set_half_way_through_a_large_account_is_finished_by_asking_again(
    ready: Site,
) -> None:
    customer = ready.account("C1").customer
    half = replace(customer, method=PaymentMethod.CARD, incomplete_since=HALF_WAY)
    ready.store().save_customer(half)
    assert ready.call("PATCH", "/v1/customers/C1", {"method": "card"}).status == 200
    assert ready.account("C1").customer.incomplete_since is None
    assert item(ready).method is PaymentMethod.CARD


def test_an_edit_that_an_invoice_refuses_changes_nothing_of_its_customer(ready: Site) -> None:
    edited = ItemEdit(on=DAY, author="carl", reason=WHY, changes=())
    often = replace(item(ready), edits=(edited,) * MOST_EDITS)
    before = ready.store().apply_sync(ready.account("C1").customer, put=[often], import_id="test")
    ready.store().save_profile(Profile(id="export", name="Export"))
    body = {"name": "Other", "profile": "export", "method": "card"}
    assert ready.call("PATCH", "/v1/customers/C1", body).status == 422
    assert ready.account("C1").customer == before
    assert [each.given for each in ready.store().profiles() if each.id == "export"] == [0]

    fewer = replace(often, edits=(edited,))
    ready.store().apply_sync(before, put=[fewer], import_id="test")
    assert ready.call("PATCH", "/v1/customers/C1", body).status == 200
    after = ready.account("C1").customer
    assert (after.name, after.profile, after.method) == ("Other", "export", PaymentMethod.CARD)
    assert item(ready).method is PaymentMethod.CARD
    assert [each.given for each in ready.store().profiles() if each.id == "export"] == [1]
