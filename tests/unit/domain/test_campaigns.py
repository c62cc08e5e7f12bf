"""Campaigns beside the plan: contacts that obey what people wrote down (D44)."""

from dataclasses import replace

import pytest

from relance.domain.actions import Action, ActionState
from relance.domain.campaigns import campaign_items
from relance.domain.decision import Hold
from relance.domain.items import ItemStatus, PaymentMethod
from relance.domain.scenario import Anchor, StepKey
from tests.unit.domain.test_blocks import dispute, promise, stop
from tests.unit.domain.world import DAY, DUE, World, credit, done, invoice, reminder, scenario

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER)
FIRST = DUE + 8 * DAY


def _campaign(state: ActionState = ActionState.SENT) -> Action:
    return done(invoice(), StepKey.CAMPAIGN, FIRST - 2 * DAY, state=state)


def _listed(world: World, **more: int) -> list[str]:
    found = campaign_items(world.facts, currency="EUR", on=FIRST, **more)
    return [item.number for item in found]


def test_d44_a_campaign_counts_for_the_contact_delay_and_completes_no_step() -> None:
    world = World(scenario=scenario(R1, R2, delay=5)).add(invoice(), _campaign())
    held = world.held(FIRST)["F-1"]
    assert (held.hold, held.until) == (Hold.NOT_YET, FIRST + 3 * DAY)
    (due,) = world.decide(FIRST + 3 * DAY).due
    assert [send.step for send in due.sends] == [StepKey.R1]


@pytest.mark.parametrize(
    "state", [ActionState.TO_CONFIRM, ActionState.IN_DOUBT, ActionState.FAILED]
)
def test_d44_a_campaign_under_way_holds_no_step(state: ActionState) -> None:
    world = World(scenario=scenario(R1, R2)).add(invoice(), _campaign(state))
    assert len(world.decide(FIRST).due) == 1


def test_d44_a_campaign_obeys_stop_dispute_promise_and_pause() -> None:
    world = World(scenario=scenario(R1)).add(
        invoice("F-1"), invoice("F-2"), invoice("F-3"), invoice("F-4", due=DUE + 90 * DAY)
    )
    assert _listed(world) == ["F-1", "F-2", "F-3", "F-4"]
    world.add(stop(item="C-F-1"), dispute("F-2"), promise("F-3"))
    assert _listed(world) == ["F-4"]
    world.add(stop())
    assert _listed(world) == []
    world.add(stop(until=FIRST - DAY))
    world.rules = replace(world.rules, paused=True)
    assert _listed(world) == []


def test_d44_a_campaign_lists_no_credit_no_debit_and_nothing_excluded() -> None:
    world = World(scenario=scenario(R1)).add(
        credit(amount=1),
        invoice("F-2", method=PaymentMethod.DIRECT_DEBIT),
        invoice("F-3", status=ItemStatus.HANDED_OVER),
        invoice("F-4", currency="USD"),
        invoice("F-5", residual=0),
    )
    assert _listed(world) == []


def test_d44_a_campaign_has_its_own_minimum_below_the_tolerance_too() -> None:
    world = World(scenario=scenario(R1)).add(invoice(amount=5_00))
    world.rules = replace(world.rules, default_tolerance=50_00)
    assert _listed(world, minimum=5_00) == ["F-1"]
    assert _listed(world, minimum=5_01) == []


def test_d44_a_campaign_message_that_waits_is_taken_back_by_a_stop_only() -> None:
    world = World(scenario=scenario(R1)).add(invoice(), _campaign(ActionState.TO_CONFIRM))
    assert world.decide(FIRST).withdrawals == ()
    world.add(stop())
    assert [each.action for each in world.decide(FIRST).withdrawals] == [_campaign().id]


def test_d44_nothing_is_said_on_an_account_known_in_part() -> None:
    world = World(scenario=scenario(R1)).add(invoice())
    world.customer = replace(world.customer, incomplete_since="import-7")
    assert _listed(world) == []
