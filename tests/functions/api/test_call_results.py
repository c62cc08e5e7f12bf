"""How a call ends: what the debtor said acts, all at once or not at all (A2, D29, D30)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from relance.app.completion import complete_action
from relance.app.errors import Conflict
from relance.app.sync import add_default_scenarios
from relance.contracts.http.actions import Completion
from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Dispute, Promise
from relance.domain.customer import Contact
from relance.domain.identifiers import derived_id
from relance.domain.items import Item, ItemKind
from relance.domain.presets import QUESTIONS
from relance.domain.scenario import Channel
from tests.functions.api.site import DAY, Site

SOON = str(DAY + timedelta(days=5))


def a_call(site: Site, *amounts: int) -> tuple[Action, list[Item]]:
    """A call about invoices of these amounts, in cents."""
    add_default_scenarios(site.store())
    customer = site.add_customer()
    items = [
        site.add_item(customer.id, f"F{number}", amount=amount)
        for number, amount in enumerate(amounts or (120_000,))
    ]
    action = site.add_action(items[0], customer=customer.id)
    sends = tuple(replace(action.sends[0], item=item.id) for item in items)
    action = replace(action, sends=sends)
    assert site.store().save_action(site.account(customer.id).customer, action)
    return action, items


def end(site: Site, action: Action, **body: Any) -> Any:
    return site.call("POST", f"/v1/actions/{action.id}/completion", body, user="carl")


def test_a_promise_is_noted_with_the_call_that_brought_it(site: Site) -> None:
    action, items = a_call(site, 100_000, 50_000)

    answer = end(site, action, result="promise", promise={"due": SOON}, note="By transfer.")

    assert answer.status == 200, answer.text
    assert (answer.body["state"], answer.body["result"]) == ("done", "promise")
    (promise,) = site.account("C1").blocks
    assert isinstance(promise, Promise)
    assert set(promise.items) == {item.id for item in items}
    assert (promise.amount, promise.author, promise.note) == (150_000, "carl", "By transfer.")
    held = site.call("GET", "/v1/customers/C1/explanation").body["items"]
    assert {each["hold"] for each in held} == {"promised"}


def test_a_promise_may_be_of_a_part_and_of_other_invoices(site: Site) -> None:
    action, _ = a_call(site)
    other = site.add_item("C1", "F9", amount=30_000)

    promised = {"due": SOON, "items": [other.id], "amount": {"amount": "100.00", "currency": "EUR"}}
    assert end(site, action, result="promise", promise=promised).status == 200

    (promise,) = site.account("C1").blocks
    assert isinstance(promise, Promise)
    assert (promise.items, promise.amount) == ((other.id,), 10_000)


def test_a_dispute_is_noted_for_each_invoice_of_the_call(site: Site) -> None:
    action, items = a_call(site, 100_000, 50_000)

    answer = end(
        site, action, result="dispute", dispute={"reason": "Broken.", "owner": "anna@example.com"}
    )

    assert answer.status == 200
    disputes = site.account("C1").blocks
    assert {each.item for each in disputes if isinstance(each, Dispute)} == {
        item.id for item in items
    }
    assert {(each.reason, each.owner, each.author) for each in disputes
            if isinstance(each, Dispute)} == {("Broken.", "anna@example.com", "carl")}  # fmt: skip


def test_a_part_of_one_invoice_may_be_disputed(site: Site) -> None:
    action, items = a_call(site, 100_000, 50_000)
    part = {"amount": "200.00", "currency": "EUR"}

    body = {"reason": "Scratched.", "items": [items[0].id], "amount": part}
    assert end(site, action, result="dispute", dispute=body).status == 200

    (dispute,) = site.account("C1").blocks
    assert isinstance(dispute, Dispute)
    assert (dispute.item, dispute.amount) == (items[0].id, 20_000)


EUR = {"amount": "1.00", "currency": "EUR"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"result": "promise"}, "/promise"),
        ({"result": "dispute"}, "/dispute"),
        ({"result": "reached", "promise": {"due": SOON}}, "/promise"),
        ({"result": "reached", "dispute": {"reason": "x"}}, "/dispute"),
        ({"result": "reached", "contact": "c1"}, "/contact"),
        ({"result": "wrong_number", "contact": "nobody"}, "/contact"),
        ({"result": "promise", "promise": {"due": "2025-03-01"}}, "/promise/due"),
        ({"result": "promise", "promise": {"due": SOON, "items": ["C1-x"]}}, "/promise/items/0"),
        (
            {"result": "promise", "promise": {"due": SOON, "amount": EUR | {"currency": "USD"}}},
            "/promise/amount/currency",
        ),
        (
            {"result": "promise", "promise": {"due": SOON, "amount": EUR | {"amount": "9999999"}}},
            "/promise/amount",
        ),
        ({"result": "dispute", "dispute": {"reason": " "}}, "/dispute/reason"),
        ({"result": "dispute", "dispute": {"reason": "x", "items": ["y"]}}, "/dispute/items/0"),
        ({"result": "dispute", "dispute": {"reason": "x", "amount": EUR}}, "/dispute/amount"),
        (
            {"result": "reached", "answers": [{"question": "Why?", "answer": "No."}]},
            "/answers/0/question",
        ),
        (
            {"result": "reached", "answers": [{"question": QUESTIONS[0], "answer": "y"}] * 2},
            "/answers/1/question",
        ),
        (
            {"result": "reached", "answers": [{"question": QUESTIONS[0], "answer": " "}]},
            "/answers/0/answer",
        ),
    ],
)
def test_what_does_not_fit_the_result_is_refused_and_nothing_is_noted(
    site: Site, body: dict[str, Any], pointer: str
) -> None:
    action, _ = a_call(site, 100_000, 50_000)

    answer = end(site, action, **body)

    assert answer.status == 422, answer.text
    assert answer.pointers == [pointer]
    account = site.account("C1")
    assert account.blocks == ()
    assert account.actions[0].state is ActionState.OPEN


def test_a_promise_about_nothing_that_is_still_open_is_refused(site: Site) -> None:
    action, items = a_call(site)
    account = site.account("C1")
    site.store().apply_sync(account.customer, put=[replace(items[0], residual=0)], import_id="i2")

    answer = end(site, action, result="promise", promise={"due": SOON})

    assert (answer.status, answer.pointers) == (422, ["/promise/items"])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"result": "promise", "promise": {"due": SOON}}, "/promise/items"),
        ({"result": "dispute", "dispute": {"reason": "x"}}, "/dispute/items"),
    ],
)
def test_of_a_very_large_account_the_items_are_to_be_named(
    site: Site, body: dict[str, Any], pointer: str
) -> None:
    action, items = a_call(site)
    many = [replace(items[0], id=derived_id("C1", number)) for number in range(1001)]
    site.store().apply_sync(site.account("C1").customer, put=many, import_id="i2")
    sends = tuple(replace(action.sends[0], item=item.id) for item in many)
    assert site.store().save_action(site.account("C1").customer, replace(action, sends=sends))

    answer = end(site, action, **body)

    assert (answer.status, answer.pointers) == (422, [pointer])


def test_a_credit_is_neither_promised_nor_disputed(site: Site) -> None:
    action, items = a_call(site)
    credit = site.add_item("C1", "A1", kind=ItemKind.CREDIT_NOTE, amount=10_000)
    account = site.account("C1")
    both = tuple(replace(action.sends[0], item=each.id) for each in (*items, credit))
    assert site.store().save_action(account.customer, replace(action, sends=both))

    assert end(site, action, result="dispute", dispute={"reason": "Wrong."}).status == 200

    assert [each.item for each in site.account("C1").blocks if isinstance(each, Dispute)] == [
        items[0].id
    ]


def with_phones(site: Site, *contacts: Contact) -> None:
    customer = site.account("C1").customer
    site.store().save_customer(replace(customer, contacts=contacts))


ANNE = Contact(id="c1", name="Anne", phone="+33198765432", main=True)
PAUL = Contact(id="c2", name="Paul", phone="+33612345678", role="management")


def test_a_wrong_number_is_not_called_any_more(site: Site) -> None:
    action, _ = a_call(site)
    with_phones(site, PAUL, ANNE, replace(ANNE, id="c3", main=False))
    shown = site.call("GET", f"/v1/actions/{action.id}").body
    assert shown["contact"]["id"] == "c1"

    assert end(site, action, result="wrong_number").status == 200

    marked = {each.id: each.phone_blocked for each in site.account("C1").customer.contacts}
    assert marked == {"c1": True, "c2": False, "c3": True}
    other = site.add_action(site.account("C1").items[0], customer="C1", channel=Channel.TASK)
    assert site.call("GET", f"/v1/actions/{other.id}").body["contact"]["id"] == "c2"


def test_the_number_of_whoever_was_called_is_the_wrong_one(site: Site) -> None:
    action, _ = a_call(site)
    with_phones(site, ANNE, PAUL)

    assert end(site, action, result="wrong_number", contact="c2").status == 200

    marked = {each.id: each.phone_blocked for each in site.account("C1").customer.contacts}
    assert marked == {"c1": False, "c2": True}


def test_another_number_of_the_same_person_is_called_again(site: Site) -> None:
    action, _ = a_call(site)
    with_phones(site, ANNE)
    end(site, action, result="wrong_number")
    path = "/v1/customers/C1/contacts/c1"
    same = {"name": "Anne", "phone": "01 98 76 54 32"}

    assert site.call("PUT", path, same).body["phone_blocked"] is True
    assert site.call("PUT", path, same | {"phone_blocked": False}).body["phone_blocked"] is False
    end_again = site.add_action(site.account("C1").items[0], customer="C1", channel=Channel.OTHER)
    assert end(site, end_again, result="wrong_number", contact="c1").status == 200
    other = {"name": "Anne", "phone": "+33 1 98 76 54 33"}
    assert site.call("PUT", path, other).body["phone_blocked"] is False


def test_a_wrong_number_of_a_customer_without_numbers_just_ends_the_call(site: Site) -> None:
    action, _ = a_call(site)

    assert end(site, action, result="wrong_number").status == 200


def test_answers_are_kept_with_the_action(site: Site) -> None:
    action, _ = a_call(site)
    shown = site.call("GET", f"/v1/actions/{action.id}").body
    assert tuple(shown["questions"]) == QUESTIONS

    said = [{"question": QUESTIONS[1], "answer": "A new\nworkshop in May."}]
    assert end(site, action, result="reached", answers=said).body["answers"] == said

    assert site.call("GET", f"/v1/actions/{action.id}").body["answers"] == said
    history = site.call("GET", "/v1/customers/C1/actions").body["items"]
    assert history[0]["answers"] == said


def test_who_comes_second_is_told_what_happened_and_changes_nothing(site: Site) -> None:
    action, _ = a_call(site)
    assert end(site, action, result="promise", promise={"due": SOON}).status == 200

    answer = site.call(
        "POST",
        f"/v1/actions/{action.id}/completion",
        {"result": "dispute", "dispute": {"reason": "No."}},
    )

    assert answer.status == 409
    assert "it is done, not open (carl on 2025-03-09, promise)" in answer.text
    assert len(site.account("C1").blocks) == 1


class _Rival:
    """A store before which someone else ends the action, once the first has read it."""

    def __init__(self, site: Site, action: Action) -> None:
        self._store, self._site, self._action, self._done = site.store(), site, action, False

    def __getattr__(self, name: str) -> Any:
        if name in ("close_action", "save_action") and not self._done:
            self._done = True
            end(self._site, self._action, result="voicemail")
        return getattr(self._store, name)


def test_of_two_at_the_very_same_time_one_wins(site: Site) -> None:

    action, _ = a_call(site)
    body = Completion.model_validate({"result": "promise", "promise": {"due": SOON}})
    rival: Any = _Rival(site, action)

    with pytest.raises(Conflict, match="it is done, not open"):
        complete_action(action.id, body, author="anna@example.com", store=rival, on=DAY)

    account = site.account("C1")
    assert account.blocks == ()
    assert account.actions[0].result == "voicemail"
