"""Every function: its own role, log group and environment, and sizes that fit."""

from dataclasses import fields

import pytest

from infra.wheels import ROOT
from relance.runtime import settings
from relance.runtime.wiring import (
    api,
    plan_tenant,
    planner,
    record_feedback,
    render_letter,
    send_email,
    send_sms,
    sync_ledger,
)
from tests.infra.assembly import FUNCTIONS, Assembly, target

SETTINGS: dict[str, type[settings.Settings]] = {
    "planner": planner.PlannerSettings,
    "plan_tenant": plan_tenant.PlanTenantSettings,
    "send_email": send_email.SendEmailSettings,
    "send_sms": send_sms.SendSmsSettings,
    "render_letter": render_letter.RenderLetterSettings,
    "sync_ledger": sync_ledger.SyncLedgerSettings,
    "record_feedback": record_feedback.RecordFeedbackSettings,
    "api": api.ApiSettings,
}
CLOCK = "RELANCE_CLOCK_PARAMETER"


def test_the_functions_are_those_of_the_tree(stack: Assembly) -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    assert set(stack.functions()) == set(FUNCTIONS) == folders
    assert len(stack.of_type("Lambda::Function")) == len(FUNCTIONS), "a function nobody wrote"


def test_a_handler_has_its_full_name(stack: Assembly) -> None:
    for name, function in stack.functions().items():
        assert function["Handler"] == f"functions.{name}.handler.lambda_handler"


def test_one_python_everywhere(stack: Assembly) -> None:
    version = (ROOT / ".python-version").read_text().strip()
    for function in stack.functions().values():
        assert function["Runtime"] == f"python{version}"


def test_every_function_has_a_role_of_its_own(stack: Assembly) -> None:
    used = [target(function["Role"]) for function in stack.functions().values()]
    taken_on = target(stack.functions()["api"]["Environment"]["Variables"]["RELANCE_TENANT_ROLE"])
    assert sorted([*used, taken_on]) == sorted(stack.of_type("IAM::Role"))
    assert len({*used, taken_on}) == len(used) + 1


def test_every_functions_role_can_only_be_taken_by_lambda(stack: Assembly) -> None:
    roles = stack.of_type("IAM::Role")
    assert not [role for role in roles.values() if "ManagedPolicyArns" in role]
    for function in stack.functions().values():
        role = roles[target(function["Role"])]
        [trusted] = role["AssumeRolePolicyDocument"]["Statement"]
        assert trusted["Principal"] == {"Service": "lambda.amazonaws.com"}


def test_every_function_logs_to_a_group_that_forgets(stack: Assembly) -> None:
    groups = stack.of_type("Logs::LogGroup")
    used = {}
    for name, function in stack.functions().items():
        used[name] = target(function["LoggingConfig"]["LogGroup"])
        assert groups[used[name]]["RetentionInDays"] > 0
    assert len(set(used.values())) == len(used)


def test_every_function_has_memory_and_time_that_were_chosen(stack: Assembly) -> None:
    for function in stack.functions().values():
        assert 256 <= function["MemorySize"] <= 2048
        assert 0 < function["Timeout"] <= 900


def test_the_api_answers_before_the_gateway_gives_up(stack: Assembly) -> None:
    assert stack.functions()["api"]["Timeout"] < 30


def test_only_what_goes_on_with_a_night_or_tries_again_may_call_itself(stack: Assembly) -> None:
    loops = {name: each.get("RecursiveLoop") for name, each in stack.functions().items()}
    again = {"plan_tenant", "send_email", "send_sms", "render_letter", "sync_ledger"}
    assert loops == {name: "Allow" if name in again else None for name in loops}


def test_only_letters_and_e_mails_carry_the_pdf_engine(stack: Assembly) -> None:
    layers = {name: len(each["Layers"]) for name, each in stack.functions().items()}
    assert layers.pop("render_letter") == 3
    assert layers.pop("send_email") == 3  # for statements of account
    assert set(layers.values()) == {2}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_environment_is_what_the_settings_class_reads(stack: Assembly, name: str) -> None:
    given = {
        variable
        for variable in stack.functions()[name]["Environment"]["Variables"]
        if variable.startswith(settings.PREFIX) and variable != CLOCK
    }
    read = {settings.PREFIX + field.name.upper() for field in fields(SETTINGS[name])} - {CLOCK}
    assert given == read


def test_only_the_local_stage_has_a_stored_clock(stack: Assembly) -> None:
    told = {
        name
        for name, function in stack.functions().items()
        if CLOCK in function["Environment"]["Variables"]
    }
    granted = {
        name
        for name in FUNCTIONS
        if any("ssm:GetParameter" in statement["Action"] for statement in stack.statements(name))
    }
    # The planner's day comes with the event that starts the night.
    expected = set(FUNCTIONS) - {"planner"} if stack.stage == "local" else set()
    assert told == granted == expected
    assert bool(stack.of_type("SSM::Parameter")) == (stack.stage == "local")


def test_what_is_given_can_be_read_back_as_settings(stack: Assembly) -> None:
    for name, kind in SETTINGS.items():
        given = stack.functions()[name]["Environment"]["Variables"]
        read = settings.read(kind, {key: str(text) for key, text in given.items()})
        assert read.stage == stack.stage
