"""What the stages are told, what a wrong context says, and what other programs read back."""

import re
from collections.abc import Mapping

import pytest

from infra.settings import LOCAL_SENDER, StageSettings, read_settings
from relance.runtime import clock
from tests.infra.assembly import Assembly

QUEUES = ("Plan", "Email", "Sms", "Letter", "Uploads", "Feedback")
OUTPUTS = {
    "ApiUrl",
    "TableName",
    "LedgerBucketName",
    "DocumentsBucketName",
    "UserPoolId",
    "UserPoolClientId",
    "PlannerFunctionName",
    "FeedbackFunctionName",
    "EventBusName",
    "NightDeadLetterQueueUrl",
    *(f"{name}{kind}" for name in QUEUES for kind in ("QueueUrl", "DeadLetterQueueUrl")),
}
AWS = {"stage": "dev", "platformSender": "reminders@mail.example.com"}


def read(context: Mapping[str, object]) -> StageSettings:
    return read_settings(context.get)


def test_the_outputs_are_those_that_programs_read(stack: Assembly) -> None:
    local = {"ClockParameterName"} if stack.stage == "local" else set()
    assert set(stack.template["Outputs"]) == OUTPUTS | local


def test_the_stored_instant_does_not_change_from_one_deployment_to_the_next(
    stages: Mapping[str, Assembly],
) -> None:
    [parameter] = stages["local"].of_type("SSM::Parameter").values()
    assert parameter["Value"] == clock.UNSET


def test_only_aws_asks_for_the_bootstrap_of_its_usual_roles(stack: Assembly) -> None:
    manifest = (stack.folder / "manifest.json").read_text()
    assert ("deploy-role" in manifest) == (stack.stage != "local")


def test_a_mail_domain_is_verified_with_the_stack_when_it_is_named(
    stages: Mapping[str, Assembly],
) -> None:
    made = {stage: len(each.of_type("SES::EmailIdentity")) for stage, each in stages.items()}
    assert made == {"local": 0, "dev": 0, "prod": 1}


def test_the_bound_of_a_planning_part_reaches_the_function(stack: Assembly) -> None:
    variables = stack.functions()["plan_tenant"]["Environment"]["Variables"]
    assert variables["RELANCE_PLAN_CUSTOMERS"] == "100"
    assert read({"stage": "local", "planCustomers": "10"}).plan_customers == 10


def test_the_local_stage_needs_nothing_but_its_name() -> None:
    settings = read({"stage": "local"})
    assert settings.platform_sender == LOCAL_SENDER
    assert settings.is_local
    assert not settings.keep_data


def test_only_the_prod_stage_posts_letters_and_the_local_one_reaches_this_machine_only() -> None:
    prod = {**AWS, "stage": "prod"}
    assert read({"stage": "local"}).postal_api.startswith("http://localhost:")
    assert read({"stage": "local", "postalApi": "http://127.0.0.1:80"}).postal_api[-2:] == "80"
    assert read(AWS).postal_api == "sandbox"
    assert read(prod).postal_api == "production"
    assert read({**prod, "postalApi": "sandbox"}).postal_api == "sandbox"
    assert read({**prod, "postalVersion": "v3"}).postal_version == "v3"


def test_aws_stages_build_for_arm_unless_told() -> None:
    assert read(AWS).architecture == "arm64"
    assert read({**AWS, "architecture": "x86_64"}).architecture == "x86_64"


@pytest.mark.parametrize(
    ("context", "said"),
    [
        ({}, "Say which stage to build: -c stage=local|dev|prod"),
        ({"stage": "test"}, "got 'test'"),
        ({"stage": "prod"}, "-c platformSender="),
        ({"stage": "prod", "platformSender": ""}, "must be a bare e-mail address"),
        ({"stage": "dev", "platformSender": "Relance <a@example.com>"}, "must be a bare"),
        ({"stage": "dev", "platformSender": "nobody"}, "must be a bare e-mail address"),
        ({"stage": "dev", "platformSender": "a b@example.com"}, "must be a bare e-mail address"),
        ({**AWS, "mailDomain": "example.org"}, "not an address of mailDomain example.org"),
        ({**AWS, "mailDomain": "ail.example.com"}, "not an address of mailDomain"),
        ({**AWS, "architecture": "sparc"}, "architecture must be x86_64 or arm64"),
        ({**AWS, "postalApi": "production"}, "postalApi must be sandbox"),
        ({"stage": "local", "postalApi": "sandbox"}, "postalApi must be http://localhost"),
        ({**AWS, "postalVersion": "2"}, "postalVersion must be a version"),
        ({**AWS, "planCustomers": "0"}, "planCustomers must be a whole number from 1"),
        ({**AWS, "planCustomers": "many"}, "planCustomers must be a whole number from 1"),
    ],
)
def test_a_wrong_context_is_answered_with_what_to_pass(context: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        read(context)
