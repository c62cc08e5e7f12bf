"""The main job on the deployed stack: a ledger goes in, the right messages leave on their day."""

import re
from datetime import date, timedelta

import httpx

from relance.cli.progress import wait_until
from tests.local.company import PHONE, Company
from tests.local.ledgers import fec, payment, sale

DUE = date(2025, 3, 1)
ISSUED = DUE - timedelta(days=30)
PAID = date(2025, 4, 12)
# Nights around every step, and the ones just before: a step a day early would be seen.
NIGHTS = (
    "2025-02-20 2025-02-21 2025-02-22 2025-03-08 2025-03-09 2025-03-10 2025-03-16 2025-03-17 "
    "2025-03-18 2025-03-24 2025-03-25 2025-03-26 2025-04-01 2025-04-02 2025-04-03 2025-04-09 "
    "2025-04-10 2025-04-11 2025-04-12 2025-04-19 2025-04-20 2025-04-21 2025-05-20"
)


def test_the_standard_scenario_walks_date_for_date_and_a_replayed_night_sends_nothing(
    company: Company,
) -> None:
    company.night(date(2025, 2, 1))
    company.add_customer("KERVADEC")
    invoice = sale("KERVADEC", "FA-1", ISSUED, "1200,00")
    assert company.upload(fec(invoice)).state == "done"
    settled = fec(
        sale("KERVADEC", "FA-1", ISSUED, "1200,00", letter="A"),
        payment("KERVADEC", "VIR-1", PAID, "1200,00", letter="A"),
    )
    for text in NIGHTS.split():
        night = date.fromisoformat(text)
        if night == PAID:
            company.night(night)
            assert company.upload(settled, "paid.txt").closed == 1
            continue
        company.night(night)
        mails = len(company.mails_to(["KERVADEC"]))
        company.night(night)
        assert len(company.mails_to(["KERVADEC"])) == mails, "a replayed night sent something"
        company.close_what_waits()
    history = company.actions("KERVADEC")
    steps = [
        (each["completed_on"], each["step"], each["channel"])
        for each in history
        if each["step"] != "plan_finished"
    ]
    assert steps == [
        ("2025-02-21", "pre_due", "email"),
        ("2025-03-09", "r1", "email"),
        ("2025-03-17", "r2", "call"),
        ("2025-03-25", "r3", "call"),
        ("2025-04-02", "r4", "letter"),
        ("2025-04-10", "r5", "letter"),
        ("2025-04-20", "thank_you", "email"),
    ]
    assert len(company.mails_to(["KERVADEC"])) == 3
    (told,) = [each for each in history if each["step"] == "plan_finished"]
    assert told["day"] == "2025-04-11", "the responsible is told the day after the last step"


def test_a_reminder_can_be_read_on_the_mailbox_page_and_its_exact_bytes_are_kept(
    company: Company,
) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("LEGOFF")
    company.upload(fec(sale("LEGOFF", "FA-2024-117", ISSUED, "950,40")))
    company.night(DUE + timedelta(days=8))
    page = company.stack.instance.mailbox_page

    def arrived() -> dict[str, object] | None:
        mails = httpx.get(f"{page}/email", trust_env=False, timeout=10).json()
        wanted = company.address("LEGOFF")
        return next((m for m in mails if wanted in [to["address"] for to in m["to"]]), None)

    mail = wait_until(arrived, seconds=20)
    assert mail is not None, "the mailbox page does not show the reminder"
    assert "FA-2024-117" in str(mail["text"])
    assert "950,40\u00a0€" in str(mail["html"])
    (action,) = company.actions("LEGOFF")
    url = company.api.get(f"/actions/{action['id']}")["document_url"]
    bucket = company.stack.output("DocumentsBucketName")
    listed = company.stack.s3.list_objects_v2(
        Bucket=bucket, Prefix=f"tenants/{company.id}/documents/"
    )
    keys = [each["Key"] for each in listed["Contents"]]
    (key,) = (each for each in keys if each.endswith(f"/{action['id']}.eml"))
    kept = company.stack.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    assert httpx.get(url, trust_env=False, timeout=10).content == kept
    assert b"FA-2024-117" in kept


def test_a_letter_is_a_pdf_that_waits_to_be_posted_and_completes_when_marked_posted(
    company: Company,
) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("TANGUY", email=False)
    company.upload(fec(sale("TANGUY", "FA-9", ISSUED, "80,00")))
    company.night(DUE + timedelta(days=8))
    (letter,) = company.waiting()
    assert (letter["state"], letter["step"], letter["channel"]) == ("to_post", "r1", "letter")
    url = company.api.get(f"/actions/{letter['id']}")["document_url"]
    assert httpx.get(url, trust_env=False, timeout=10).content.startswith(b"%PDF-")
    company.night(DUE + timedelta(days=12))
    assert [each["step"] for each in company.actions("TANGUY")] == ["r1"]
    company.close_what_waits()
    (letter,) = company.actions("TANGUY")
    assert (letter["state"], letter["completed_on"]) == ("done", "2025-03-13")


def test_a_step_by_sms_is_published_once(company: Company) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("ROHAN")
    company.upload(fec(sale("ROHAN", "FA-5", ISSUED, "42,00")))
    company.change_first_reminder(channel="sms")
    taken = len(company.texts_to(PHONE))
    sunday, monday = DUE + timedelta(days=8), DUE + timedelta(days=9)
    company.night(sunday)
    assert company.explanation("ROHAN")["FA-5"]["rule"] == "D6"
    company.night(monday)
    company.night(monday)
    (text,) = company.texts_to(PHONE)[taken:]
    assert "42,00" in str(text)
    (action,) = company.actions("ROHAN")
    assert (action["channel"], action["state"]) == ("sms", "sent")
    link = re.search(r"/v1/o/[a-z0-9-]+/[A-Za-z0-9_-]{24}", str(text))
    assert link, "the text carries no link to no more of them"
    with company.stack.http() as anybody:
        assert anybody.get(link[0]).status_code == 200
        assert company.store.opted_out([PHONE]) == frozenset()
        assert anybody.post(link[0]).status_code == 200
    assert company.store.opted_out([PHONE]) == {PHONE}


def test_an_english_speaking_contact_is_written_to_in_english(company: Company) -> None:
    company.night(date(2025, 3, 1))
    company.add_customer("SMITH", language="en")
    company.upload(fec(sale("SMITH", "FA-7", ISSUED, "1200,00")))
    company.night(DUE + timedelta(days=8))
    (mail,) = company.mails_to(["SMITH"])
    assert "1,200.00" in str(mail)
    assert "1 March 2025" in str(mail)
