"""Every queue: dead letters, time enough, partial failures, nobody else's eyes."""

import json

from tests.infra.assembly import Assembly, target


def dead_letters_of(stack: Assembly) -> dict[str, str]:
    """Return, for each queue that has one, its dead-letter queue (logical ids)."""
    return {
        id_: target(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for id_, queue in stack.of_type("SQS::Queue").items()
        if "RedrivePolicy" in queue
    }


def rule_dead_letters(stack: Assembly) -> set[str]:
    """Return the queues that keep what a rule could not deliver."""
    return {
        target(each["DeadLetterConfig"]["Arn"])
        for rule in stack.of_type("Events::Rule").values()
        for each in rule["Targets"]
    }


def test_every_queue_has_a_dead_letter_queue_or_is_one(stack: Assembly) -> None:
    pairs = dead_letters_of(stack)
    is_one = set(pairs.values()) | rule_dead_letters(stack)
    assert set(stack.of_type("SQS::Queue")) == set(pairs) | is_one
    assert not set(pairs) & set(pairs.values())
    assert len(set(pairs.values())) == len(pairs), "two queues share their dead letters"


def test_a_message_is_tried_more_than_once_and_not_for_ever(stack: Assembly) -> None:
    for queue in stack.of_type("SQS::Queue").values():
        if "RedrivePolicy" in queue:
            assert 3 <= queue["RedrivePolicy"]["maxReceiveCount"] <= 10


def test_dead_letters_are_kept_longer_than_the_queue_keeps_them(stack: Assembly) -> None:
    queues = stack.of_type("SQS::Queue")
    for id_, dead in dead_letters_of(stack).items():
        kept = queues[id_]["MessageRetentionPeriod"]
        assert queues[dead]["MessageRetentionPeriod"] >= kept + 7 * 86400


def test_every_queue_but_the_dead_letters_feeds_one_function(stack: Assembly) -> None:
    fed = [
        target(mapping["EventSourceArn"])
        for mapping in stack.of_type("Lambda::EventSourceMapping").values()
    ]
    assert sorted(fed) == sorted(dead_letters_of(stack))


def test_every_event_source_reports_partial_failures(stack: Assembly) -> None:
    mappings = stack.of_type("Lambda::EventSourceMapping").values()
    assert mappings
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(stack: Assembly) -> None:
    queues, functions = stack.of_type("SQS::Queue"), stack.of_type("Lambda::Function")
    for mapping in stack.of_type("Lambda::EventSourceMapping").values():
        hidden = queues[target(mapping["EventSourceArn"])]["VisibilityTimeout"]
        longest = functions[target(mapping["FunctionName"])]["Timeout"]
        assert hidden >= 6 * longest + mapping.get("MaximumBatchingWindowInSeconds", 0)


def test_parts_of_a_night_and_ledgers_come_one_at_a_time(stack: Assembly) -> None:
    for name in ("plan_tenant", "sync_ledger"):
        [mapping] = (
            each
            for each in stack.of_type("Lambda::EventSourceMapping").values()
            if target(each["FunctionName"]) == stack.function_id(name)
        )
        assert mapping["BatchSize"] == 1


def test_every_queue_is_encrypted(stack: Assembly) -> None:
    for queue in stack.of_type("SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True


def test_every_queue_refuses_plain_http_on_aws(aws_stack: Assembly) -> None:
    refusing = {
        target(queue)
        for policy in aws_stack.of_type("SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Principal"] == {"AWS": "*"}
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for queue in policy["Queues"]
    }
    assert refusing == set(aws_stack.of_type("SQS::Queue"))


def test_only_rules_of_this_stack_may_put_events_on_queues(stack: Assembly) -> None:
    rules = set(stack.of_type("Events::Rule"))
    allowed = [
        statement
        for policy in stack.of_type("SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert allowed
    for statement in allowed:
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert target(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) in rules, json.dumps(
            statement
        )
