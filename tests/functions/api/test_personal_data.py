"""What is kept of a debtor is given out and erased by admins, of their own company only (H4)."""

from dataclasses import replace
from typing import Any

import pytest

from relance.domain.actions import Action, ActionState
from relance.domain.carriage import Carriage, KeptProof, PostalState, Proof
from relance.domain.opt_outs import OptOut, OptOutSource
from relance.domain.scenario import Channel
from tests.functions.api.site import DAY, Site

PHONE = "+33612345678"
DATA, ERASURE = "/v1/customers/C1/personal-data", "/v1/customers/C1/erasure"
ASKED = {"reason": "asked on 3 March"}
DESPITE = {**ASKED, "despite_debts": True}
DOCUMENT = "tenants/atelier/documents/0/a.eml"


@pytest.fixture
def debtor(site: Site) -> Action:
    """A customer with something of every kind; returns a letter to it."""
    site.add_customer()
    contact = site.account("C1").customer.contacts[0]
    path = f"/v1/customers/C1/contacts/{contact.id}"
    body = {"name": contact.name, "email": contact.email, "phone": PHONE, "main": True}
    assert site.call("PUT", path, body).status == 200
    item = site.add_item("C1", "FA-1")
    store = site.store()
    store.add_opt_out(OptOut(number=PHONE, since=site.clock.now(), source=OptOutSource.PERSON))
    sent = site.add_action(
        item, customer="C1", channel=Channel.LETTER, state=ActionState.SENT, document=DOCUMENT
    )
    proof = KeptProof(kind=Proof.DEPOSIT, document="tenants/atelier/documents/0/p.pdf")
    carried = Carriage(state=PostalState.POSTED, on=DAY, number="1A", proofs=(proof,))
    letter = replace(sent, carriage=carried)
    assert store.replace_action(letter, was=sent)
    for what, more in (
        ("stops", {"reason": "ill"}),
        ("disputes", {"reason": "no", "item": item.id}),
        ("promises", {"amount": {"amount": "1.00", "currency": "EUR"}, "due": "2025-03-14"}),
    ):
        assert site.call("POST", f"/v1/customers/C1/{what}", more).status == 201
    return letter


def test_all_that_is_kept_is_given_with_addresses_of_its_files(site: Site, debtor: Action) -> None:
    body = site.call("GET", DATA).body
    assert body["customer"]["contacts"][0]["phone"] == PHONE
    assert (body["erasure"], body["next"]) == (None, None)
    assert [each["number"] for each in body["opt_outs"]] == [PHONE]
    assert [(each["number"], each["archived"]) for each in body["items"]] == [("FA-1", False)]
    (action,) = body["actions"]
    assert [each["kind"] for each in action["documents"]] == ["message", "deposit"]
    assert action["documents"][0]["url"].endswith(DOCUMENT)
    assert action["carriage"]["number"] == "1A"
    assert [len(body[name]) for name in ("stops", "disputes", "promises")] == [1, 1, 1]


def test_it_comes_in_parts_that_together_are_all(site: Site, debtor: Action) -> None:
    whole = site.call("GET", DATA).body
    names = ("items", "actions", "stops", "disputes", "promises")
    found: dict[str, list[Any]] = {name: [] for name in names}
    after: dict[str, Any] = {}
    for _ in range(5):
        part = site.call("GET", DATA, limit=1, **after).body
        assert part["customer"] == whole["customer"]
        assert sum(len(part[name]) for name in names) == 1
        for name in names:
            found[name] += part[name]
        after = {"after": part["next"]}
    assert part["next"] is None
    assert found == {name: whole[name] for name in names}


@pytest.mark.parametrize("user", ["vera", "carl"])
def test_it_is_for_admins_alone(site: Site, debtor: Action, user: str) -> None:
    assert site.call("GET", DATA, user=user).status == 403
    assert site.call("HEAD", DATA, user=user).status == 403
    assert site.call("POST", ERASURE, DESPITE, user=user).status == 403
    assert site.account("C1").customer.erasure is None


def test_another_company_finds_nobody(site: Site, debtor: Action) -> None:
    for path, method, body in ((DATA, "GET", None), (ERASURE, "POST", DESPITE)):
        nobody = site.call(method, path.replace("C1", "C9"), body, user="rita")
        answer = site.call(method, path, body, user="rita")
        assert (answer.status, answer.body["detail"]) == (404, nobody.body["detail"])
    assert site.account("C1").customer.erasure is None


def test_an_erased_customer_says_so_and_nothing_of_the_person(site: Site, debtor: Action) -> None:
    answer = site.call("POST", ERASURE, DESPITE)
    assert answer.status == 200
    assert answer.body == {
        "customer": "C1",
        "on": str(DAY),
        "author": "anna@example.com",
        "reason": "asked on 3 March",
        "done": True,
    }
    assert site.call("GET", "/v1/customers/C1").body["erased_on"] == str(DAY)
    text = site.call("GET", DATA).text
    secrets = ("Martin", "Société", "m@example.com", PHONE, "ill", DOCUMENT, "1A")
    assert [secret for secret in secrets if secret in text] == []
    assert site.call("POST", ERASURE, {"reason": "again"}).body == answer.body
    # Who asked never to be texted is still not texted.
    assert site.store().opted_out([PHONE]) == {PHONE}


def test_one_that_owes_money_is_refused_with_the_sum(site: Site, debtor: Action) -> None:
    answer = site.call("POST", ERASURE, ASKED)
    assert answer.status == 409
    assert "still owes 1200.00 EUR" in answer.body["detail"]
    assert "despite_debts" in answer.body["detail"]


def test_an_erased_customer_is_explained_and_can_t_be_edited(site: Site, debtor: Action) -> None:
    site.call("POST", ERASURE, DESPITE)
    (item,) = site.call("GET", "/v1/customers/C1/explanation").body["items"]
    assert item["rule"] == "D27"
    assert f"erased on {DAY}" in item["detail"]
    for method, path, body in (
        ("PATCH", "/v1/customers/C1", {"name": "Société Duval"}),
        ("POST", "/v1/customers/C1/contacts", {"name": "Martin Duval"}),
        ("POST", "/v1/customers/C1/stops", {"reason": "Martin Duval"}),
        ("PATCH", f"/v1/items/{item['item']}", {"reason": "Martin Duval", "level": 1}),
    ):
        tag = site.call("GET", "/v1/customers/C1").headers["ETag"]
        for if_match in (None, tag):  # reading it again would not help: no 412
            answer = site.call(method, path, body, if_match=if_match)
            assert answer.status == 409, (method, path)
            assert "erased" in answer.body["detail"]
    assert "Duval" not in site.call("GET", DATA).text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/reason"),
        ({"reason": ""}, "/reason"),
        ({**ASKED, "despite_debts": "yes"}, "/despite_debts"),
        ({**ASKED, "despite_debts": 1}, "/despite_debts"),
        ({**ASKED, "force": True}, "/force"),
    ],
)
def test_a_wrong_request_erases_nobody(site: Site, debtor: Action, body: Any, pointer: str) -> None:
    answer = site.call("POST", ERASURE, body)
    assert (answer.status, answer.pointers) == (422, [pointer])
    assert site.account("C1").customer.erasure is None
