"""What the deployed stack itself is wired to do, asked of the running engine."""

import json

import boto3

from relance.cli.clients import client_options
from tests.local.company import Company


def rules(company: Company) -> set[str]:
    """Return what the rules on the bus listen to: a schedule or a pattern each."""
    events = boto3.client("events", **client_options(company.stack.instance))
    found = events.list_rules()["Rules"]
    return {rule.get("ScheduleExpression") or rule.get("EventPattern", "") for rule in found}


def test_the_night_starts_at_one_oclock_utc(company: Company) -> None:
    assert "cron(0 1 * * ? *)" in rules(company)


def test_a_bounce_that_ses_tells_of_reaches_the_feedback_queue(company: Company) -> None:
    events = boto3.client("events", **client_options(company.stack.instance))
    (pattern,) = [pattern for pattern in rules(company) if "aws.ses" in pattern]
    for configuration_set, ours in {"relance-local": True, "somebody-elses": False}.items():
        told = {
            "id": "1",
            "version": "0",
            "account": "000000000000",
            "time": "2025-03-09T01:05:00Z",
            "region": "eu-west-3",
            "resources": [],
            "source": "aws.ses",
            "detail-type": "Email Bounced",
            "detail": {
                "eventType": "Bounce",
                "mail": {"tags": {"ses:configuration-set": [configuration_set]}},
            },
        }
        answer = events.test_event_pattern(EventPattern=pattern, Event=json.dumps(told))
        assert answer["Result"] is ours
