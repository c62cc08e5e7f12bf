"""A function says at once all that its environment lacks."""

import pytest

from relance.runtime.settings import Settings, load, read
from relance.runtime.wiring.plan_tenant import PlanTenantSettings
from relance.runtime.wiring.planner import PlannerSettings
from relance.runtime.wiring.send_email import SendEmailSettings

PLAN_TENANT = {
    "RELANCE_STAGE": "dev",
    "RELANCE_TABLE": "relance-dev",
    "RELANCE_PLAN_QUEUE": "https://sqs.example.com/plan",
    "RELANCE_EMAIL_QUEUE": "https://sqs.example.com/email",
    "RELANCE_SMS_QUEUE": "https://sqs.example.com/sms",
    "RELANCE_LETTER_QUEUE": "https://sqs.example.com/letter",
    "RELANCE_PLAN_CUSTOMERS": "100",
}


def test_every_field_is_read_from_the_variable_of_its_name() -> None:
    assert read(PlanTenantSettings, PLAN_TENANT) == PlanTenantSettings(
        stage="dev",
        table="relance-dev",
        plan_queue="https://sqs.example.com/plan",
        email_queue="https://sqs.example.com/email",
        sms_queue="https://sqs.example.com/sms",
        letter_queue="https://sqs.example.com/letter",
        plan_customers=100,
    )


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(RuntimeError) as caught:
        read(SendEmailSettings, {"RELANCE_STAGE": "dev", "OTHER": "1"})
    assert str(caught.value) == (
        "SendEmailSettings: RELANCE_TABLE is not set; RELANCE_DOCUMENTS_BUCKET is not set; "
        "RELANCE_EMAIL_QUEUE is not set; RELANCE_SES_CONFIGURATION_SET is not set; "
        "RELANCE_PLATFORM_SENDER is not set"
    )


def test_an_empty_variable_is_as_good_as_none() -> None:
    with pytest.raises(RuntimeError, match="RELANCE_TABLE is not set"):
        read(Settings, {"RELANCE_STAGE": "dev", "RELANCE_TABLE": ""})


@pytest.mark.parametrize("text", ["0", "-1", "ten", "1.5", "²", " 5"])
def test_a_bound_of_customers_that_plans_nobody_is_refused(text: str) -> None:
    with pytest.raises(RuntimeError, match="RELANCE_PLAN_CUSTOMERS must be a whole number"):
        read(PlanTenantSettings, {**PLAN_TENANT, "RELANCE_PLAN_CUSTOMERS": text})


def test_a_wrong_number_and_a_missing_variable_are_told_together() -> None:
    told = {**PLAN_TENANT, "RELANCE_PLAN_CUSTOMERS": "many", "RELANCE_STAGE": ""}
    with pytest.raises(RuntimeError, match=r"RELANCE_STAGE .*; RELANCE_PLAN_CUSTOMERS "):
        read(PlanTenantSettings, told)


@pytest.mark.parametrize("told", [{}, {"RELANCE_CLOCK_PARAMETER": ""}])
def test_without_a_clock_parameter_there_is_none(told: dict[str, str]) -> None:
    assert read(PlanTenantSettings, {**PLAN_TENANT, **told}).clock_parameter is None


def test_the_clock_parameter_is_taken_where_it_is_told() -> None:
    told = {**PLAN_TENANT, "RELANCE_CLOCK_PARAMETER": "/relance/local/clock"}
    assert read(PlanTenantSettings, told).clock_parameter == "/relance/local/clock"


def test_a_process_reads_its_environment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in PLAN_TENANT.items():
        monkeypatch.setenv(name, text)
    load.cache_clear()
    first = load(PlannerSettings)
    monkeypatch.setenv("RELANCE_TABLE", "another")
    assert load(PlannerSettings) is first
    load.cache_clear()
