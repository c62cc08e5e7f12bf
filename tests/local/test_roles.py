"""What a role must allow though the local engine never asks: it logs and feeds queues itself."""

import json
from typing import Any

import boto3
import pytest

from relance.cli.clients import client_options
from tests.local.company import Company

FED = {"PlanTenant", "SendEmail", "SendSms", "RenderLetter", "SyncLedger", "RecordFeedback"}
FUNCTIONS = FED | {"Planner", "Api"}


def statements(company: Company, function: str) -> list[dict[str, Any]]:
    """Return what the role of a deployed function allows."""
    iam = boto3.client("iam", **client_options(company.stack.instance))
    found = company.stack.functions.list_functions()["Functions"]
    (role,) = (
        each["Role"].rpartition("/")[2]
        for each in found
        if each["FunctionName"].startswith(f"Relance-local-{function}Function")
    )
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document: Any = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    whole = document if isinstance(document, dict) else json.loads(document)
    return list(whole["Statement"])


def allowed(company: Company, function: str) -> set[str]:
    """Return the actions that a function's role allows on anything."""
    actions: set[str] = set()
    for statement in statements(company, function):
        named = statement["Action"]
        actions |= {named} if isinstance(named, str) else set(named)
    return actions


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_may_write_its_log(company: Company, function: str) -> None:
    assert {"logs:CreateLogStream", "logs:PutLogEvents"} <= allowed(company, function)


@pytest.mark.parametrize("function", sorted(FED))
def test_a_worker_may_take_messages_from_its_queue(company: Company, function: str) -> None:
    wanted = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    assert wanted <= allowed(company, function)
