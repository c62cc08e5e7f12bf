"""What a decision looks at (D1, D6, S2)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from relance.app.facts import (
    closed_days,
    facts_of,
    scenario_for,
    sending_waits_since,
    today,
)
from relance.app.ports.accounts import Account
from relance.app.ports.tenant import Tenant
from relance.domain.customer import Contact, Customer
from relance.domain.presets import preset
from relance.domain.situation import situation_of
from relance.domain.tenant_rules import TenantRules
from tests.fakes.memory.clock import FixedClock

TENANT = Tenant(id="t", name="T", sender_email="t@example.com")
WITH, WITHOUT = preset("standard")
ANN = Contact(id="c", name="Ann", email="ann@example.com")


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("Europe/Paris", date(2025, 3, 10)),
        ("Pacific/Honolulu", date(2025, 3, 9)),
        ("Pacific/Kiritimati", date(2025, 3, 10)),
    ],
)
def test_the_tenant_day_follows_its_time_zone(timezone: str, day: date) -> None:
    tenant = replace(TENANT, rules=TenantRules(timezone=timezone))

    assert today(tenant, FixedClock(datetime(2025, 3, 9, 23, 30, tzinfo=UTC))) == day


def test_the_side_of_the_pair_follows_from_a_usable_address() -> None:
    customer = Customer(id="1", code="1", name="X", contacts=(ANN,))
    bounced = replace(customer, contacts=(replace(ANN, email_blocked=True),))

    assert scenario_for(customer, (WITHOUT, WITH)) is WITH
    assert scenario_for(bounced, (WITHOUT, WITH)) is WITHOUT
    assert scenario_for(replace(customer, profile="export"), (WITHOUT, WITH)) is None


def test_a_holiday_of_either_country_is_closed() -> None:
    customer = Customer(id="1", code="1", name="X", country="DE")

    facts = facts_of(Account(customer=customer, items=(), actions=()), tenant=TENANT,
                     scenarios=(), on=date(2025, 3, 9))  # fmt: skip

    assert date(2025, 7, 14) in facts.closed_days  # France
    assert date(2025, 10, 3) in facts.closed_days  # Germany
    assert date(2025, 3, 10) not in facts.closed_days


def test_holidays_are_known_across_the_years_that_a_plan_reaches() -> None:
    days = closed_days(frozenset({"FR"}), 2025)

    assert {date(year, 1, 1) for year in (2024, 2025, 2026, 2027)} <= days


def test_a_country_whose_holidays_nobody_knows_closes_no_day() -> None:
    assert closed_days(frozenset({"ZZ"}), 2025) == frozenset()


def stale(day: date | None, limit: int | None) -> Tenant:
    return replace(TENANT, ledger_day=day, rules=TenantRules(freshness_days=limit))


@pytest.mark.parametrize("limit", [None, 0, 1, 3])
def test_d32_sending_is_said_to_wait_when_the_engine_lets_it_wait(limit: int | None) -> None:
    tenant = stale(date(2025, 3, 1), limit)
    account = Account(customer=Customer(id="1", code="1", name="X"), items=(), actions=())
    for on in (date(2025, 3, day) for day in range(1, 10)):
        facts = facts_of(account, tenant=tenant, scenarios=(), on=on)
        waits_since = sending_waits_since(tenant, on)
        assert (waits_since is not None) is situation_of(facts, on=on).is_stale
        assert waits_since is None or (waits_since - date(2025, 3, 1)).days == (limit or 0) + 1


def test_d32_a_tenant_that_never_had_a_ledger_does_not_wait_for_one() -> None:
    assert sending_waits_since(stale(None, 3), date(2025, 3, 20)) is None
