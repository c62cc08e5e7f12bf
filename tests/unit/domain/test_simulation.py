"""What the days to come would bring, and what another scenario would have done (S10)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from relance.domain.actions import ActionState
from relance.domain.scenario import Channel, Grouping, StepKey
from relance.domain.simulation import impact, simulate
from relance.domain.tenant_rules import TenantRules
from relance.domain.walk import SimulatedAction
from tests.fakes.windows import always_open
from tests.unit.domain.world import (
    DAY,
    DUE,
    World,
    done,
    invoice,
    reminder,
    scenario,
)

START = date(2025, 3, 1)
HOLIDAYS = frozenset({date(2025, 4, 21), date(2025, 5, 1)})
OPEN = TenantRules(windows=always_open())


def steps(actions: tuple[SimulatedAction, ...]) -> list[tuple[str, str, str]]:
    return [(str(each.day), each.step.value, each.channel.value) for each in actions]


def test_a_standard_invoice_is_simulated_to_its_last_step_and_the_task_after_it() -> None:
    found = simulate(World().add(invoice()).facts, first=date(2025, 2, 1), days=90)

    assert steps(found) == [
        ("2025-02-21", "pre_due", "email"),
        ("2025-03-09", "r1", "email"),
        ("2025-03-17", "r2", "call"),
        ("2025-03-25", "r3", "call"),
        ("2025-04-02", "r4", "letter"),
        ("2025-04-10", "r5", "letter"),
        ("2025-04-11", "plan_finished", "task"),
    ]
    assert {each.amount for each in found} == {100_00}
    assert [each.by_itself for each in found] == [True, True, False, False, True, True, False]


def test_the_last_day_counts_and_no_day_after_it() -> None:
    facts = World().add(invoice()).facts

    assert [each.step for each in simulate(facts, first=DUE, days=9)] == [StepKey.R1]
    assert simulate(facts, first=DUE, days=8) == ()


def test_a_call_that_waits_is_made_on_the_first_day_people_work() -> None:
    rules = TenantRules()
    world = World(rules=rules).add(invoice())
    world.add(done(invoice(), StepKey.R1, date(2025, 3, 10)))
    friday, sunday = date(2025, 3, 21), date(2025, 3, 23)
    world.add(done(invoice(), StepKey.R2, friday, state=ActionState.OPEN, channel=Channel.CALL))

    found = simulate(world.facts, first=sunday, days=30)

    assert (found[0].day, found[0].begun, found[0].step) == (sunday + DAY, friday, StepKey.R2)
    assert (found[1].day, found[1].step) == (sunday + 8 * DAY, StepKey.R3)


def test_d14_a_call_that_waits_is_made_once_the_contact_delay_lets_it() -> None:
    plan = scenario(reminder(StepKey.R1, 3, channel=Channel.CALL), delay=5)
    item, other = invoice(), invoice("F-2", due=DUE - 60 * DAY)
    world = World(scenario=plan).add(item, other)
    opened, written = DUE + 3 * DAY, DUE + 5 * DAY
    world.add(done(item, StepKey.R1, opened, state=ActionState.OPEN, channel=Channel.CALL))
    world.add(done(other, StepKey.R1, written))

    found = simulate(world.facts, first=written + DAY, days=30)

    assert next(each.day for each in found if each.step is StepKey.R1) == opened + 5 * DAY


def test_what_waits_for_a_yes_gets_it_and_leaves_once_the_contact_delay_lets_it() -> None:
    plan = scenario(reminder(StepKey.R1, 3, automatic=False), delay=5)
    item, other = invoice(), invoice("F-2", due=DUE - 60 * DAY)
    world = World(scenario=plan).add(item, other)
    world.add(done(item, StepKey.R1, DUE + 3 * DAY, state=ActionState.TO_CONFIRM))
    world.add(done(other, StepKey.R1, DUE + 4 * DAY))

    found = simulate(world.facts, first=DUE + 5 * DAY, days=30)

    asked = [each for each in found if each.step is StepKey.R1]
    assert [(each.day, each.by_itself) for each in asked] == [(DUE + 9 * DAY, False)]


def test_d14_a_deadline_named_in_a_simulated_message_holds_the_step_after_it() -> None:
    plan = scenario(
        reminder(StepKey.R1, 3, deadline_days=15),
        reminder(StepKey.R2, 8),
    )

    found = simulate(World(scenario=plan).add(invoice()).facts, first=DUE, days=40)

    assert [each.day for each in found][:2] == [DUE + 3 * DAY, DUE + 19 * DAY]


@pytest.mark.parametrize("state", [ActionState.FAILED, ActionState.IN_DOUBT])
def test_what_failed_or_is_in_doubt_stays_so(state: ActionState) -> None:
    world = World().add(invoice(), done(invoice(), StepKey.R1, DUE + 8 * DAY, state=state))

    assert simulate(world.facts, first=DUE + 9 * DAY, days=60) == ()


def test_a_message_that_is_leaving_arrives_and_one_reserved_long_ago_is_in_doubt() -> None:
    item = invoice()
    leaving = done(item, StepKey.R1, DUE + 8 * DAY, state=ActionState.RESERVED)
    world = World().add(item, leaving)

    assert simulate(world.facts, first=DUE + 9 * DAY, days=10)[0].day == DUE + 16 * DAY
    assert simulate(world.facts, first=DUE + 10 * DAY, days=60) == ()


def test_d32_a_stale_ledger_holds_the_first_night_and_is_fresh_from_the_second() -> None:
    rules = replace(OPEN, freshness_days=3)
    facts = replace(World(rules=rules).add(invoice()).facts, synced_on=DUE)

    first = DUE + 8 * DAY

    assert [each.day for each in simulate(facts, first=first, days=3)] == [first + DAY]


def test_d13_each_night_puts_up_as_much_of_the_first_wave_as_it_has_room_for() -> None:
    plan = scenario(reminder(StepKey.R1, 3), grouping=Grouping.LEVEL)
    world = World(scenario=plan)
    for number, currency in enumerate(("EUR", "USD", "GBP")):
        old = invoice(f"F-{number}", due=DUE - number * DAY, currency=currency)
        world.add(replace(old, first_sync=True, seen_on=START + 20 * DAY))
    first = START + 21 * DAY

    whole = simulate(world.facts, first=first, days=10)
    capped = simulate(replace(world.facts, wave_room=1), first=first, days=10)

    reminders = [each for each in capped if each.step is StepKey.R1]
    assert [each.day for each in whole if each.step is StepKey.R1] == [first] * 3
    assert [each.day for each in reminders] == [first, first + DAY, first + 2 * DAY]
    assert [each.currency for each in reminders] == ["GBP", "USD", "EUR"]


def test_d35_an_edit_that_brings_a_step_forward_contacts_tonight() -> None:
    facts = World(scenario=scenario(reminder(StepKey.R1, 8))).add(invoice()).facts
    sooner = scenario(reminder(StepKey.R1, 3))

    tonight = impact(facts, sooner, on=DUE + 4 * DAY)
    before = impact(facts, sooner, on=DUE)
    anyway = impact(facts, sooner, on=DUE + 8 * DAY)

    assert (tonight.moves, tonight.contacted_tonight) == (True, True)
    assert tonight.before[0].day == DUE + 8 * DAY
    assert tonight.after[0].day == DUE + 4 * DAY
    assert (before.moves, before.contacted_tonight) == (True, False)
    assert (anyway.moves, anyway.contacted_tonight) == (False, False)


@pytest.mark.parametrize("change", [{"automatic": False}, {"channel": Channel.CALL}])
def test_what_a_person_must_do_or_confirm_contacts_nobody_tonight(
    change: dict[str, Any],
) -> None:
    facts = World(scenario=scenario(reminder(StepKey.R1, 8))).add(invoice()).facts
    sooner = scenario(reminder(StepKey.R1, 3, **change))

    found = impact(facts, sooner, on=DUE + 4 * DAY)

    assert (found.moves, found.contacted_tonight) == (True, False)


def test_a_new_name_moves_nobody_and_a_scenario_taken_away_moves_everybody() -> None:
    facts = World(scenario=scenario(reminder(StepKey.R1, 8))).add(invoice()).facts
    renamed = scenario(reminder(StepKey.R1, 8, name="Relance"), name="Autre")

    assert not impact(facts, renamed, on=DUE).moves
    gone = impact(facts, None, on=DUE)
    assert (gone.moves, gone.after, gone.contacted_tonight) == (True, (), False)
