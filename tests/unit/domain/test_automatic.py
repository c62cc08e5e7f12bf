"""Automatic sending that the operator switched off for a company (C10)."""

from dataclasses import replace

import pytest

from relance.domain.actions import ActionState
from relance.domain.decision import Hold
from relance.domain.planning import reconsider
from relance.domain.scenario import Anchor, Channel, StepKey
from relance.domain.tenant_rules import TenantRules
from tests.fakes.windows import always_open
from tests.unit.domain.world import DAY, DUE, World, invoice, reminder, scenario, standard

R1 = reminder(StepKey.R1, 8)
NOTICE = reminder(StepKey.PRE_DUE, -8)
THANKS = reminder(StepKey.THANK_YOU, 8, after=Anchor.PAYMENT_DATE)
FIRST = DUE + 8 * DAY
ON = TenantRules(windows=always_open())
OFF = replace(ON, automatic=False)


@pytest.mark.parametrize("channel", [each for each in Channel if each.is_message])
def test_c10_switched_off_every_message_is_to_be_confirmed(channel: Channel) -> None:
    plan = scenario(reminder(StepKey.R1, 8, channel=channel))
    for rules in (ON, OFF):
        (due,) = World(scenario=plan, rules=rules).add(invoice()).decide(FIRST).due
        assert due.confirm is not rules.automatic
        assert due.leaves_by_itself is rules.automatic


def test_c10_notices_and_thank_yous_are_to_be_confirmed_too() -> None:
    world = World(scenario=scenario(NOTICE, R1, THANKS), rules=OFF).add(invoice())
    (notice,) = world.decide(DUE - 8 * DAY).due
    assert (notice.step.key, notice.confirm) == (StepKey.PRE_DUE, True)
    paid = FIRST + DAY
    settled = invoice(residual=0, paid_on=paid, settled_on=paid)
    world = World(scenario=scenario(R1, THANKS), rules=OFF).add(settled)
    (thanks,) = world.decide(paid + 8 * DAY).due
    assert (thanks.step.key, thanks.confirm) == (StepKey.THANK_YOU, True)


def test_c10_calls_are_opened_as_always() -> None:
    plan = scenario(reminder(StepKey.R1, 8, channel=Channel.CALL))
    assert (
        World(scenario=plan, rules=OFF).add(invoice()).decide(FIRST).due
        == World(scenario=plan, rules=ON).add(invoice()).decide(FIRST).due
    )


def test_c10_the_whole_standard_plan_never_sends_by_itself() -> None:
    world = World(scenario=standard(), rules=OFF).add(invoice())
    by_itself = [
        action
        for day in range(-10, 120)
        for action in world.night(DUE + day * DAY)
        if action.state is ActionState.SENT
    ]
    assert by_itself == []


def test_c10_switched_on_again_what_waits_still_waits_and_the_next_leaves() -> None:
    world = World(scenario=scenario(R1), rules=OFF).add(invoice())
    (waiting,) = world.night(FIRST)
    world.rules = ON
    assert waiting.state is ActionState.TO_CONFIRM
    decision = world.decide(FIRST + DAY)
    assert (decision.due, decision.withdrawals) == ((), ())
    (held,) = decision.held
    assert held.hold is Hold.OPEN_ACTION
    (fresh,) = World(scenario=scenario(R1), rules=ON).add(invoice()).decide(FIRST).due
    assert not fresh.confirm


def test_c10_an_approved_message_stands_when_it_is_considered_again() -> None:
    world = World(scenario=scenario(R1), rules=OFF).add(invoice())
    (waiting,) = world.night(FIRST)
    again = reconsider(world.facts, waiting, on=FIRST)
    assert again is not None
    assert set(again.sends) == set(waiting.sends)


def test_c10_one_scenario_is_read_for_companies_with_and_without() -> None:
    plan = scenario(R1)
    for _ in range(2):
        for rules in (ON, OFF):
            (due,) = World(scenario=plan, rules=rules).add(invoice()).decide(FIRST).due
            assert due.confirm is not rules.automatic
