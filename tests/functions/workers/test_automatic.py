"""The operator switches automatic sending off: what is on its way already waits as well (C10)."""

import json
from collections.abc import Callable
from importlib import import_module

import pytest

from functions.plan_tenant.handler import lambda_handler as plan_tenant
from functions.send_email.handler import lambda_handler as send_email
from relance.cli.operator import main
from relance.domain.actions import ActionState
from relance.domain.scenario import Channel
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import NIGHT, TABLE, TENANT, Stage, due_job

WORKERS = {
    Channel.EMAIL: ("email", "send_email"),
    Channel.SMS: ("sms", "send_sms"),
    Channel.LETTER: ("letter", "render_letter"),
    Channel.REGISTERED_LETTER: ("letter", "render_letter"),
}


@pytest.fixture
def switch(stage: Stage) -> Callable[[str], int]:
    """Call it with on or off, as the operator does."""
    told = stage.environment
    where = ["--table", TABLE, "--plan-queue", told["RELANCE_PLAN_QUEUE"]]
    return lambda way: main([*where, "automatic", way, TENANT])


def night(stage: Stage) -> None:
    part = {"v": 1, "tenant": TENANT, "at": f"{NIGHT}T01:00:00Z", "after": None}
    plan_tenant(sqs_batch(json.dumps(part)), FakeLambdaContext())


@pytest.mark.parametrize("channel", WORKERS)
def test_a_job_that_is_on_its_queue_when_sending_is_switched_off_does_not_leave(
    stage: Stage, switch: Callable[[str], int], channel: Channel
) -> None:
    queue, worker = WORKERS[channel]
    stage.sign_up()
    stage.send_reminders_by(channel)
    stage.add_debtor()
    stage.set_clock(f"{NIGHT}T12:00:00+00:00")
    job = due_job(stage, queue)
    assert switch("off") == 0
    handler = import_module(f"functions.{worker}.handler").lambda_handler
    assert failures(handler(sqs_batch(job), FakeLambdaContext())) == []
    assert (stage.mails(), stage.texts(), stage.documents(), stage.history()) == ([], [], {}, ())


def test_the_next_night_puts_it_up_for_a_yes_and_switched_on_again_others_leave(
    stage: Stage, switch: Callable[[str], int]
) -> None:
    stage.sign_up()
    stage.add_debtor("C1")
    switch("off")
    plan_tenant(sqs_batch(*stage.waiting("plan")), FakeLambdaContext())  # looks at all again
    night(stage)
    assert stage.waiting("email") == []
    (action,) = stage.history("C1")
    assert action.state is ActionState.TO_CONFIRM
    switch("on")
    stage.add_debtor("C2")
    send_email(sqs_batch(due_job(stage, customer="C2")), FakeLambdaContext())
    assert [each.state for each in stage.history("C2")] == [ActionState.SENT]
    assert len(stage.mails()) == 1


def test_switching_is_told_once_to_those_who_plan(
    stage: Stage, switch: Callable[[str], int]
) -> None:
    stage.sign_up()
    version = stage.store().tenant().version
    assert [switch(way) for way in ("off", "off")] == [0, 0]
    tenant = stage.store().tenant()
    assert (tenant.rules.automatic, tenant.version) == (False, version + 1)
    assert [json.loads(each)["kind"] for each in stage.waiting("plan")] == ["look_again"]


def test_a_company_that_does_not_exist_is_named(
    stage: Stage, switch: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert switch("off") == 1
    assert f"there is no company {TENANT}" in capsys.readouterr().err


def test_a_company_is_given_limits_of_its_own_and_loses_them_again(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.sign_up()
    told = stage.environment["RELANCE_PLAN_QUEUE"]
    where = ["--table", TABLE, "--plan-queue", told, "limits", TENANT]
    assert main([*where, "reads=2400", "heavy=5"]) == 0
    assert stage.store().tenant().request_limits == {"reads": 2400, "heavy": 5}
    for wrong in ("reads=0", "all=1"):
        assert main([*where, wrong]) == 1
    with pytest.raises(SystemExit):
        main([*where, "reads"])
    assert main(where) == 0
    assert stage.store().tenant().request_limits == {}
    said = capsys.readouterr().out
    assert "heavy 5, reads 2400 a minute" in said
    assert said.endswith(f"{TENANT}: as others\n")
