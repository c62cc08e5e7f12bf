"""What became of text messages comes back by the account's log groups, where they are read (A3)."""

import json
from collections.abc import Mapping

import pytest

from infra.settings import read_settings
from tests.infra.assembly import Assembly, target

AWS = {"stage": "dev", "platformSender": "reminders@mail.example.com"}
GROUPS = {"/DirectPublishToPhoneNumber", "/DirectPublishToPhoneNumber/Failure"}


def test_log_groups_are_read_where_the_operator_made_them(stages: Mapping[str, Assembly]) -> None:
    read = {stage: len(each.of_type("Logs::SubscriptionFilter")) for stage, each in stages.items()}
    assert read == {"local": 0, "dev": 0, "prod": 2}


def test_every_entry_of_both_groups_goes_to_the_function_that_records(
    stages: Mapping[str, Assembly],
) -> None:
    prod = stages["prod"]
    filters = list(prod.of_type("Logs::SubscriptionFilter").values())
    assert {each["FilterPattern"] for each in filters} == {""}
    assert {target(each["DestinationArn"]) for each in filters} == {
        prod.function_id("record_feedback")
    }
    assert {each["LogGroupName"]["Fn::Join"][1][-1] for each in filters} == GROUPS


def test_only_these_groups_of_this_account_may_call_it(stages: Mapping[str, Assembly]) -> None:
    prod = stages["prod"]
    leave = [
        each
        for each in prod.of_type("Lambda::Permission").values()
        if each["Principal"] == "logs.amazonaws.com"
    ]
    assert {target(each["FunctionName"]) for each in leave} == {prod.function_id("record_feedback")}
    assert [each["SourceAccount"] for each in leave] == [{"Ref": "AWS::AccountId"}] * 2
    assert {each["SourceArn"]["Fn::Join"][1][-1] for each in leave} == {
        f"{group}:*" for group in GROUPS
    }


def test_leave_is_given_before_the_group_is_read(stages: Mapping[str, Assembly]) -> None:
    resources = stages["prod"].template["Resources"].values()
    for each in resources:
        if each["Type"] == "AWS::Logs::SubscriptionFilter":
            [wanted] = each["DependsOn"]
            made = stages["prod"].template["Resources"][wanted]
            assert made["Type"] == "AWS::Lambda::Permission"


def test_what_the_function_fails_on_is_kept(stages: Mapping[str, Assembly]) -> None:
    prod = stages["prod"]
    kept = prod.functions()["record_feedback"]["DeadLetterConfig"]["TargetArn"]
    assert target(kept) == target(prod.template["Outputs"]["FeedbackDeadLetterQueueUrl"]["Value"])


def test_links_begin_with_the_short_address_or_the_api_s_own(
    stages: Mapping[str, Assembly],
) -> None:
    told = {
        stage: json.dumps(each.functions()["send_sms"]["Environment"]["Variables"])
        for stage, each in stages.items()
    }
    assert '"RELANCE_OPT_OUT_ADDRESS": "https://r.example.com/v1/o"' in told["prod"]
    assert "ApiEndpoint" in told["dev"]
    assert "ApiEndpoint" in told["local"]


def test_the_key_of_links_is_made_up_by_the_stack_and_long(stack: Assembly) -> None:
    [secret] = stack.of_type("SecretsManager::Secret").values()
    assert secret["GenerateSecretString"]["PasswordLength"] >= 32
    assert "SecretString" not in secret


@pytest.mark.parametrize(
    "wrong",
    [
        {"linkAddress": "http://r.example.com"},
        {"linkAddress": "https://r.example.com/x?y"},
        {"linkAddress": "r.example.com"},
        {"smsLogs": "true"},
    ],
)
def test_a_wrong_context_says_what_to_pass(wrong: dict[str, str]) -> None:
    [name] = wrong
    with pytest.raises(ValueError, match=name):
        read_settings({**AWS, **wrong}.get)
