"""What starts the work: the night, a new file, the news of a mail."""

import json
from datetime import timedelta
from typing import Any

from functions.planner.handler import RESUME
from infra.wheels import ROOT
from relance.app.import_sweep import FORGOTTEN
from relance.contracts.uploads import ImportSweep, RetentionSweep, parse_message
from tests.infra.assembly import FUNCTIONS, Assembly, target


def rule(stack: Assembly, word: str) -> dict[str, Any]:
    """Return the rule whose description has this word."""
    [found] = (
        rule for rule in stack.of_type("Events::Rule").values() if word in rule["Description"]
    )
    return found


def test_the_night_starts_at_one_utc_every_day(stack: Assembly) -> None:
    night = rule(stack, "night")
    assert night["ScheduleExpression"] == "cron(0 1 * * ? *)"
    assert night["State"] == "ENABLED"
    [started] = night["Targets"]
    assert target(started["Arn"]) == stack.function_id("planner")


def test_the_planner_gets_the_event_as_it_is_with_its_time(stack: Assembly) -> None:
    [started] = rule(stack, "night")["Targets"]
    assert not {"Input", "InputPath", "InputTransformer"} & set(started)


def test_every_hour_the_planner_is_told_to_resume_what_waited(stack: Assembly) -> None:
    hourly = rule(stack, "hour")
    assert hourly["ScheduleExpression"] == "cron(2 * * * ? *)"
    [started] = hourly["Targets"]
    assert target(started["Arn"]) == stack.function_id("planner")
    made = started["InputTransformer"]
    assert made["InputPathsMap"] == {"time": "$.time"}
    event = json.loads(made["InputTemplate"].replace("<time>", '"2025-03-10T07:02:00Z"'))
    assert event == {"time": "2025-03-10T07:02:00Z", "detail": {"run": RESUME}}


def test_what_a_rule_cannot_deliver_is_kept(stack: Assembly) -> None:
    queues = stack.of_type("SQS::Queue")
    for each in stack.of_type("Events::Rule").values():
        for delivered in each["Targets"]:
            assert target(delivered["DeadLetterConfig"]["Arn"]) in queues


def test_a_file_below_a_tenants_prefix_goes_to_the_uploads(stack: Assembly) -> None:
    upload = rule(stack, "ledger")
    pattern = upload["EventPattern"]
    assert pattern["source"] == ["aws.s3"]
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["object"] == {"key": [{"prefix": "tenants/"}]}
    [bucket] = pattern["detail"]["bucket"]["name"]
    assert "Ledgers" in target(bucket)
    [delivered] = upload["Targets"]
    assert target(delivered["Arn"]) == stack.queue_id("Uploads")


def test_what_the_mail_destination_publishes_is_what_the_rule_takes(stack: Assembly) -> None:
    [destination] = stack.of_type("SES::ConfigurationSetEventDestination").values()
    published = destination["EventDestination"]["MatchingEventTypes"]
    taken = rule(stack, "mail")["EventPattern"]["detail"]["eventType"]
    spelt = {kind.replace(" ", "").lower() for kind in taken}
    assert {kind.replace("_", "").lower() for kind in published} == spelt
    assert spelt == {
        "bounce",
        "complaint",
        "delivery",
        "deliverydelay",
        "reject",
        "renderingfailure",
    }


def test_only_news_of_our_own_configuration_set_comes_back(stack: Assembly) -> None:
    news = rule(stack, "mail")
    [set_id] = stack.of_type("SES::ConfigurationSet")
    assert news["EventPattern"]["source"] == ["aws.ses"]
    tags = news["EventPattern"]["detail"]["mail"]["tags"]
    assert [target(name) for name in tags["ses:configuration-set"]] == [set_id]
    [delivered] = news["Targets"]
    assert target(delivered["Arn"]) == stack.queue_id("Feedback")


def test_the_rule_spells_events_as_ses_does(stack: Assembly) -> None:
    taken = set(rule(stack, "mail")["EventPattern"]["detail"]["eventType"])
    samples = [
        json.loads(path.read_text())
        for path in sorted((ROOT / "tests" / "data" / "ses_events").glob("*.json"))
    ]
    kinds = {sample.get("detail", sample).get("eventType") for sample in samples}
    assert kinds & taken, "no sample is of a kind that the rule takes"
    assert kinds - taken <= {"Send", "Open", "Click", "Subscription", None}


def test_the_mail_events_go_to_the_default_bus_where_the_rule_listens(stack: Assembly) -> None:
    [destination] = stack.of_type("SES::ConfigurationSetEventDestination").values()
    event_destination = destination["EventDestination"]
    assert event_destination["Enabled"] is True
    bus = json.dumps(event_destination["EventBridgeDestination"]["EventBusArn"])
    assert "event-bus/default" in bus
    assert rule(stack, "mail").get("EventBusName", "default") == "default"


def test_every_hour_the_uploads_are_told_to_look_for_imports_that_stopped(stack: Assembly) -> None:
    sweep = rule(stack, "stopped")
    assert sweep["ScheduleExpression"] == "cron(32 * * * ? *)"
    [delivered] = sweep["Targets"]
    assert target(delivered["Arn"]) == stack.queue_id("Uploads")
    assert parse_message(delivered["Input"]) == ImportSweep()


def test_every_week_the_uploads_are_told_to_delete_what_is_kept_no_longer(
    stack: Assembly,
) -> None:
    weekly = rule(stack, "keep no longer")
    assert weekly["ScheduleExpression"] == "cron(12 4 ? * SUN *)"
    [delivered] = weekly["Targets"]
    assert target(delivered["Arn"]) == stack.queue_id("Uploads")
    assert parse_message(delivered["Input"]) == RetentionSweep()


def test_an_import_is_given_up_only_when_its_message_can_no_longer_come_back(
    stack: Assembly,
) -> None:
    uploads = stack.of_type("SQS::Queue")[stack.queue_id("Uploads")]
    longest = stack.functions()["sync_ledger"]["Timeout"]
    assert timedelta(seconds=uploads["VisibilityTimeout"] + longest) < FORGOTTEN / 2


def test_what_happened_is_told_on_a_bus_of_the_stage_s_own(stack: Assembly) -> None:
    [(bus, made)] = stack.of_type("Events::EventBus").items()
    assert made["Name"] == f"relance-{stack.stage}"
    for name in set(FUNCTIONS) - {"planner"}:
        environment = stack.functions()[name]["Environment"]["Variables"]
        assert target(environment["RELANCE_EVENT_BUS"]) == bus
