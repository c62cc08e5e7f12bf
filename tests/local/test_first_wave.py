"""What was overdue with the first ledger waits for a yes, on the deployed stack (D13, D17, D32)."""

from datetime import date, timedelta

import pytest

from relance.cli.api import ApiRefusal
from tests.local.company import PHONE, Company
from tests.local.ledgers import fec, sale

ISSUED = date(2025, 1, 15)  # due on 14 February
FIRST = date(2025, 3, 11)
NEXT = FIRST + timedelta(days=1)


def first_ledger(company: Company, code: str, *, by: str = "email") -> str:
    """Let a customer come overdue with the first ledger; return the message that waits."""
    company.night(FIRST - timedelta(days=1))
    company.add_customer(code, email=by != "letter")
    company.upload(fec(sale(code, "FA-1", ISSUED, "100,00")))
    if by == "sms":
        company.change_first_reminder(channel=by)
        company.settle()
    company.night(FIRST)
    (action,) = company.actions(code)
    assert action["state"] == "to_confirm"
    return str(action["id"])


def test_a_message_of_the_first_wave_leaves_once_when_it_is_approved(company: Company) -> None:
    waiting = first_ledger(company, "KERLEO")
    assert company.mails_to(["KERLEO"]) == []
    company.night(NEXT)
    assert company.mails_to(["KERLEO"]) == [], "nobody said yes"
    approved = company.api.post(f"/actions/{waiting}/approval", {})
    assert approved["approved_on"] == str(NEXT)
    company.settle()
    (action,) = company.actions("KERLEO")
    assert (action["id"], action["state"]) == (waiting, "sent")
    assert action["author"] == company.email
    with pytest.raises(ApiRefusal, match="409"):
        company.api.post(f"/actions/{waiting}/approval", {})
    company.night(NEXT + timedelta(days=1))
    assert len(company.mails_to(["KERLEO"])) == 1


def test_an_approved_letter_is_printed_and_waits_to_be_posted(company: Company) -> None:
    waiting = first_ledger(company, "PENNEC", by="letter")
    answer = company.api.post("/actions/approvals", {"actions": [waiting]})
    assert [each["approved"] for each in answer["outcomes"]] == [True]
    company.settle()
    (action,) = company.actions("PENNEC")
    assert (action["id"], action["state"]) == (waiting, "to_post")


def test_an_approved_text_message_is_published_once(company: Company) -> None:
    taken = len(company.texts_to(PHONE))
    waiting = first_ledger(company, "MORVAN", by="sms")
    assert len(company.texts_to(PHONE)) == taken
    company.api.post(f"/actions/{waiting}/approval", {})
    company.settle()
    assert company.texts_to(PHONE)[taken:] == [], "it is the middle of the night"
    company.noon(FIRST)
    company.noon(FIRST)
    assert len(company.texts_to(PHONE)[taken:]) == 1
