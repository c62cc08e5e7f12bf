"""A part of a company's night: decisions become jobs, and the rest is handed on."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from functions.plan_tenant.handler import lambda_handler
from relance.contracts.jobs import LookAgain, PlanPart, SendJob
from relance.domain.scenario import Channel
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch
from tests.functions.workers.stage import NIGHT, TENANT, Stage

FIRST = json.dumps({"v": 1, "tenant": TENANT, "at": f"{NIGHT}T01:00:00Z", "after": None})


def plan(body: str, *, remaining_ms: int = 60_000) -> None:
    assert failures(lambda_handler(sqs_batch(body), FakeLambdaContext(remaining_ms))) == []


def hour(at: str) -> str:
    """Return the message of the hourly run at this time of NIGHT, in UTC."""
    return json.dumps({"kind": "resume", "v": 1, "tenant": TENANT, "at": f"{NIGHT}T{at}:00Z"})


def jobs(stage: Stage, queue: str = "email") -> list[SendJob]:
    return [SendJob.model_validate_json(body) for body in stage.waiting(queue)]


def test_a_due_customer_becomes_one_job_on_its_channel_s_queue(stage: Stage) -> None:
    stage.sign_up()
    stage.add_debtor("MAIL")
    stage.add_debtor("POST", email=None)
    plan(FIRST)
    (mail,), (letter,) = jobs(stage, "email"), jobs(stage, "letter")
    assert (mail.tenant, mail.customer, mail.channel, mail.day) == (
        TENANT,
        "MAIL",
        Channel.EMAIL,
        NIGHT,
    )
    assert (letter.customer, letter.channel) == ("POST", Channel.LETTER)
    assert stage.waiting("plan") == []
    assert stage.store().tenant().planned_through == NIGHT


def test_7_customers_in_parts_of_3_are_planned_once_each(stage: Stage) -> None:
    stage.sign_up()
    for number in range(7):
        stage.add_debtor(f"C{number:02d}")
    sizes, planned, waiting = [], Counter[str](), [FIRST]
    while waiting:
        (part,) = waiting
        plan(part)
        found = jobs(stage)
        sizes.append(len(found))
        planned.update(job.customer for job in found)
        waiting = stage.waiting("plan")
    assert sizes == [3, 3, 1]
    assert planned == Counter(f"C{number:02d}" for number in range(7))


def test_the_day_is_whole_only_when_its_last_part_is_planned(stage: Stage) -> None:
    store = stage.sign_up()
    for number in range(4):
        stage.add_debtor(f"C{number:02d}")
    plan(FIRST)
    assert store.tenant().planned_through is None
    (rest,) = stage.waiting("plan")
    plan(rest)
    assert store.tenant().planned_through == NIGHT


def test_a_part_short_of_time_hands_on_what_it_did_not_reach(stage: Stage) -> None:
    stage.sign_up()
    for number in range(5):
        stage.add_debtor(f"C{number:02d}")
    plan(FIRST, remaining_ms=100)
    (rest,) = stage.waiting("plan")
    plan(rest, remaining_ms=100)
    assert len(jobs(stage)) == 5


def test_the_same_part_again_asks_for_the_same_actions(stage: Stage) -> None:
    stage.sign_up()
    stage.add_debtor()
    plan(FIRST)
    plan(FIRST)
    first, again = jobs(stage)
    assert first == again


def test_d6_a_text_message_gets_its_job_when_its_window_opens(stage: Stage) -> None:
    stage.sign_up()
    stage.send_reminders_by(Channel.SMS)
    stage.add_debtor()
    plan(FIRST)  # the stage's clock stands at seven in Paris
    plan(hour("06:30"))
    assert jobs(stage, "sms") == []
    plan(hour("07:02"))
    (job,) = jobs(stage, "sms")
    assert (job.customer, job.day) == ("C1", NIGHT)
    plan(hour("07:02"))
    assert jobs(stage, "sms") == []


def test_an_hour_of_another_day_than_the_clock_s_asks_for_nothing(stage: Stage) -> None:
    stage.sign_up()
    stage.send_reminders_by(Channel.SMS)
    stage.add_debtor()
    plan(FIRST)
    stage.set_clock(f"{NIGHT + timedelta(days=1)}T06:00:00+00:00")
    plan(hour("08:02"))
    assert jobs(stage, "sms") == []


def test_a_night_older_than_the_last_whole_one_plans_nothing(stage: Stage) -> None:
    stage.sign_up()
    plan(FIRST)
    stage.add_debtor()
    plan(json.dumps({"v": 1, "tenant": TENANT, "at": "2025-03-09T01:00:00Z", "after": None}))
    assert jobs(stage) == []


def test_one_company_s_part_never_touches_another_s_customers(stage: Stage) -> None:
    for tenant in (TENANT, "rival"):
        stage.sign_up(tenant)
        stage.add_debtor(tenant=tenant)
    plan(FIRST)
    assert [job.tenant for job in jobs(stage)] == [TENANT]


def test_a_part_of_an_unknown_company_fails_and_the_others_are_planned(stage: Stage) -> None:
    stage.sign_up()
    stage.add_debtor()
    lost = PlanPart.model_validate_json(FIRST).model_copy(update={"tenant": "nobody"})
    batch = sqs_batch(lost.model_dump_json(), FIRST)
    assert failures(lambda_handler(batch, FakeLambdaContext())) == ["m1"]
    assert len(jobs(stage)) == 1


def change_a_rule(stage: Stage) -> LookAgain:
    """Pause the company; return the message that this asks for."""
    store = stage.store()
    tenant = store.tenant()
    paused = replace(tenant, rules=replace(tenant.rules, paused=True))
    saved = store.save_tenant(paused, new_rules=True)
    return LookAgain(tenant=TENANT, rules=saved.rules_version)


def next_dates(stage: Stage) -> set[date | None]:
    store = stage.store()
    accounts = [store.account(each.id) for each in store.customers(limit=100).entries]
    return {account.next_date for account in accounts if account}


def test_after_a_change_of_rules_7_customers_get_their_dates_in_messages_of_3(
    stage: Stage,
) -> None:
    stage.sign_up()
    for number in range(7):
        stage.add_debtor(f"C{number:02d}")
    before = next_dates(stage)
    messages, waiting = 0, [change_a_rule(stage).model_dump_json()]
    while waiting:
        (message,) = waiting
        plan(message)
        messages += 1
        waiting = stage.waiting("plan")
    assert messages == 3
    assert (before, next_dates(stage)) == ({NIGHT}, {None})
    assert jobs(stage) == []


def test_a_night_finds_a_change_of_rules_that_nobody_followed(stage: Stage) -> None:
    stage.sign_up()
    stage.add_debtor()
    lost = change_a_rule(stage)
    plan(FIRST)
    (again,) = stage.waiting("plan")
    assert LookAgain.model_validate_json(again).rules == lost.rules
    plan(again)
    (night,) = stage.waiting("plan")
    assert PlanPart.model_validate_json(night) == PlanPart.model_validate_json(FIRST)
    plan(night)
    assert stage.waiting("plan") == []


def test_a_night_whose_day_has_not_come_plans_nothing_and_says_so(
    stage: Stage, log: Callable[[], str]
) -> None:
    stage.sign_up()
    stage.add_debtor()
    stage.set_clock(f"{NIGHT - timedelta(days=1)}T06:00:00+00:00")
    plan(FIRST)
    assert jobs(stage) == []
    assert stage.store().tenant().planned_through is None
    assert "the day of this night has not come" in log()


def test_a_message_of_no_known_kind_goes_back_to_its_queue(stage: Stage) -> None:
    stage.sign_up()
    unknown = json.dumps({**json.loads(FIRST), "kind": "nonsense"})
    assert failures(lambda_handler(sqs_batch(unknown, FIRST), FakeLambdaContext())) == ["m1"]


def test_d32_a_stale_ledger_is_warned_of_and_counted_once_a_night(
    stage: Stage, log: Callable[[], str]
) -> None:
    store = stage.sign_up()
    for number in range(4):
        stage.add_debtor(f"C{number:02d}")
    tenant = store.tenant()
    store.save_tenant(replace(tenant, rules=replace(tenant.rules, freshness_days=3)))
    store.mark_ledger_day(NIGHT - timedelta(days=5))
    plan(FIRST)
    (rest,) = stage.waiting("plan")
    plan(rest)
    said = log()
    assert said.count("the ledger is too old: nothing is sent by itself") == 1
    assert f'"since":"{NIGHT - timedelta(days=1)}"' in said.replace('": "', '":"')
    assert said.count('"stale_ledgers":[1.0]') == 1
    assert jobs(stage) == []
