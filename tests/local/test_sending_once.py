"""Nothing leaves twice on the deployed stack: jobs delivered twice, events repeated (D39)."""

import json
from datetime import date, timedelta

from relance.cli.progress import wait_until
from relance.contracts.jobs import SendJob
from relance.contracts.tags import encode_tag
from relance.domain.scenario import Channel
from tests.local.company import Company
from tests.local.ledgers import fec, sale

DUE = date(2025, 3, 1)
ISSUED = DUE - timedelta(days=30)
NIGHT = DUE + timedelta(days=8)


def reminded(company: Company, code: str) -> str:
    """Let one customer get its first reminder; return the action's id."""
    company.night(date(2025, 3, 1))
    company.add_customer(code)
    company.upload(fec(sale(code, "FA-1", ISSUED, "100,00")))
    company.night(NIGHT)
    (action,) = company.actions(code)
    assert action["state"] == "sent"
    return str(action["id"])


def test_a_job_delivered_again_sends_nothing(company: Company) -> None:
    action = reminded(company, "QUEMENER")
    job = SendJob(
        tenant=company.id, customer="QUEMENER", action=action, channel=Channel.EMAIL, day=NIGHT
    )
    for _ in range(3):
        company.stack.sqs.send_message(
            QueueUrl=company.stack.queue("Email"), MessageBody=job.model_dump_json()
        )
    company.settle()
    assert len(company.mails_to(["QUEMENER"])) == 1


def test_a_job_of_another_version_or_shape_dies_in_its_dead_letter_queue(company: Company) -> None:
    queue = company.stack.queue("Email", dead_letters=True)
    before = company.stack.waiting("Email", dead_letters=True)
    company.stack.sqs.send_message(
        QueueUrl=company.stack.queue("Email"), MessageBody=json.dumps({"v": 99, "tenant": "x"})
    )
    attributes = company.stack.sqs.get_queue_attributes(
        QueueUrl=company.stack.queue("Email"), AttributeNames=["RedrivePolicy"]
    )["Attributes"]
    assert queue.rpartition("/")[2] in attributes["RedrivePolicy"]
    # Its first delivery fails; waiting for all of them would take the visibility timeout each.
    seen = wait_until(
        lambda: company.stack.waiting("Email") + company.stack.waiting("Email", dead_letters=True),
        seconds=10,
    )
    assert seen is not None
    assert seen > before
    company.stack.sqs.purge_queue(QueueUrl=company.stack.queue("Email"))


def bounce(company: Company, action: str, code: str) -> dict[str, object]:
    """Return the event that SES would put on the bus for a hard bounce of this action."""
    return {
        "source": "aws.ses",
        "detail-type": "Email Bounced",
        "detail": {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{"emailAddress": company.address(code)}],
                "timestamp": "2025-03-09T01:05:00.000Z",
                "feedbackId": "f-1",
            },
            "mail": {
                "messageId": "m-1",
                "timestamp": "2025-03-09T01:00:00.000Z",
                "destination": [company.address(code)],
                "tags": {"tenant": [encode_tag(company.id)], "action": [encode_tag(action)]},
            },
        },
    }


def test_a_hard_bounce_marks_the_address_and_the_next_night_goes_by_post(company: Company) -> None:
    action = reminded(company, "PENNEC")
    for _ in range(2):
        company.stack.sqs.send_message(
            QueueUrl=company.stack.queue("Feedback"),
            MessageBody=json.dumps(bounce(company, action, "PENNEC")),
        )
    company.settle()
    customer = company.api.get("/customers/PENNEC")
    assert [contact["email_blocked"] for contact in customer["contacts"]] == [True]
    company.night(NIGHT + timedelta(days=1))
    assert [(each["state"], each["channel"]) for each in company.actions("PENNEC")] == [
        ("bounced", "email"),
        ("to_post", "letter"),
    ]
    assert len(company.mails_to(["PENNEC"])) == 1


def test_a_night_in_several_parts_leaves_nobody_out(company: Company) -> None:
    company.night(date(2025, 3, 1))
    codes = [f"C{number:02}" for number in range(23)]
    for code in codes:
        company.add_customer(code)
    company.upload(fec(*(sale(code, f"FA-{code}", ISSUED, "100,00") for code in codes)))
    company.night(NIGHT)
    reached = [address for mail in company.mails_to(codes) for address in mail["To"]]
    assert sorted(reached) == sorted(company.address(code) for code in codes)
