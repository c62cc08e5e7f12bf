"""Letters over the API: printed in one go, said to be posted together, followed on their way."""

from dataclasses import replace
from datetime import date

import pytest

from relance.app.ports.postal import PrintedBatch
from relance.domain.actions import Action, ActionState
from relance.domain.carriage import Carriage, KeptProof, PostalState, Proof
from relance.domain.scenario import Channel
from tests.functions.api.site import DAY, Site

BATCHES = "/v1/letters/batches"


def letter(site: Site, code: str = "C1", *, channel: Channel = Channel.LETTER) -> Action:
    customer = site.add_customer(code, email=None).id
    item = site.add_item(customer, f"FA-{code}")
    return site.add_action(
        item,
        customer=customer,
        channel=channel,
        state=ActionState.TO_POST,
        document=f"tenants/atelier/documents/d/{code}.pdf",
    )


def test_a_day_s_letters_are_asked_for_and_shown_when_they_are_there(site: Site) -> None:
    asked = site.call("POST", BATCHES, {"on": str(DAY)}, user="carl")
    assert (asked.status, asked.headers["Location"]) == (202, f"{BATCHES}/{DAY}")
    assert asked.body == {
        "id": str(DAY),
        "done": False,
        "files": [],
        "letters": [],
        "left_out": [],
    }
    (message,) = site.jobs.to_print
    assert (message.tenant, message.on) == ("atelier", DAY)
    made = site.store().print_batch(DAY)
    assert made is not None
    document = "tenants/atelier/documents/d/letters.pdf"
    site.store().save_print_batch(
        replace(made, letters=("C1-1",), documents=(document,), done=True)
    )
    shown = site.call("GET", f"{BATCHES}/{DAY}").body
    assert (shown["done"], shown["letters"]) == (True, ["C1-1"])
    assert "letters.pdf" in shown["files"][0]


def test_asking_again_begins_again_and_keeps_what_was_made(site: Site) -> None:
    made = PrintedBatch(
        on=DAY, letters=("C1-1",), documents=("tenants/atelier/documents/d/l.pdf",), done=True
    )
    site.store().save_print_batch(made)
    again = site.call("POST", BATCHES, {"on": str(DAY)}).body
    assert (again["done"], again["letters"]) == (False, ["C1-1"])
    assert len(site.jobs.to_print) == 1


@pytest.mark.parametrize("on", ["2025-03-10", "soon", None])
def test_a_day_to_come_or_no_day_is_refused(site: Site, on: str | None) -> None:
    answer = site.call("POST", BATCHES, {"on": on})
    assert (answer.status, answer.pointers) == (422, ["/on"])


def test_a_day_nobody_asked_for_is_not_there(site: Site) -> None:
    assert site.call("GET", f"{BATCHES}/{DAY}").status == 404
    assert site.call("GET", f"{BATCHES}/tomorrow").status in (404, 422)


def test_a_viewer_looks_and_prints_nothing(site: Site) -> None:
    assert site.call("POST", BATCHES, {"on": str(DAY)}, user="vera").status == 403
    assert site.call("POST", "/v1/letters/posted", {"actions": ["x"]}, user="vera").status == 403


def test_another_company_s_day_is_its_own(site: Site) -> None:
    site.call("POST", BATCHES, {"on": str(DAY)})
    assert site.call("GET", f"{BATCHES}/{DAY}", user="rita").status == 404


def test_many_letters_are_said_to_be_posted_each_by_itself(site: Site) -> None:
    one, two = letter(site, "C1"), letter(site, "C2", channel=Channel.REGISTERED_LETTER)
    site.call("POST", "/v1/letters/posted", {"actions": [two.id]})
    body = {"actions": [one.id, two.id, "C9-0", one.id]}
    outcomes = site.call("POST", "/v1/letters/posted", body, user="carl").body["outcomes"]
    assert [(each["action"], each["posted"]) for each in outcomes] == [
        (one.id, True),
        (two.id, False),
        ("C9-0", False),
    ]
    posted = site.store().action(one.id)
    assert posted is not None
    assert (posted.state, posted.completed_on) == (ActionState.DONE, DAY)


def test_nothing_is_posted_on_a_day_to_come_or_before_it_was_made(site: Site) -> None:
    made = letter(site)
    to_come = site.call("POST", "/v1/letters/posted", {"actions": [made.id], "on": "2025-03-10"})
    assert (to_come.status, to_come.pointers) == (422, ["/on"])
    early = {"actions": [made.id], "on": str(date(2025, 3, 8))}
    (outcome,) = site.call("POST", "/v1/letters/posted", early).body["outcomes"]
    assert outcome["posted"] is False
    assert "before the action began" in outcome["refusal"]


def test_how_far_a_letter_came_is_shown_with_its_proofs(site: Site) -> None:
    made = letter(site)
    path = f"/v1/actions/{made.id}/carriage"
    assert site.call("GET", path).status == 404
    proof = KeptProof(kind=Proof.DEPOSIT, document="tenants/atelier/documents/d/proof.pdf")
    told = Carriage(state=PostalState.POSTED, on=DAY, detail="POSTED", proofs=(proof,))
    sent = replace(made, state=ActionState.SENT, completed_on=DAY, carriage=told)
    assert site.store().replace_action(sent, was=made)
    body = site.call("GET", path, user="vera").body
    assert (body["state"], body["on"], body["number"]) == ("posted", str(DAY), "")
    assert body["proofs"][0]["kind"] == "deposit"
    assert "proof.pdf" in body["proofs"][0]["url"]
    assert site.call("GET", path, user="rita").status == 404
