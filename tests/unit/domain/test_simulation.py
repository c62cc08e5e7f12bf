"""What the days to come would bring, and what another scenario would have done (S10)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.back_test import ClosedItemError, ItemState, back_test, check_open, lifetime
from relance.domain.blocks import Promise, Stop
from relance.domain.facts import ActionState, Facts, TenantRules
from relance.domain.planning import decide
from relance.domain.presets import Preset, preset
from relance.domain.scenario import Channel, Grouping, Scenario, StepKey
from relance.domain.simulation import SimulatedAction, Walk, impact, simulate
from relance.domain.windows import Windows, always_open
from tests.unit.domain.world import (
    DAY,
    DUE,
    World,
    credit,
    days,
    done,
    invoice,
    reminder,
    scenario,
    standard,
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


def test_an_edit_that_brings_a_step_forward_contacts_tonight_only_because_of_it() -> None:
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


def test_a_back_test_follows_part_payment_settlement_and_the_thank_you() -> None:
    item = invoice()
    paid = replace(item, residual=0, paid_on=date(2025, 3, 28), settled_on=date(2025, 3, 28))
    history = [
        ItemState(on=date(2025, 3, 28), item=paid),
        ItemState(on=item.issued, item=item),
        ItemState(on=date(2025, 3, 20), item=replace(item, residual=40_00)),
    ]

    found = back_test(
        World().facts, history, standard(), first=date(2025, 1, 1), last=date(2025, 12, 31)
    )

    assert steps(found) == [
        ("2025-02-21", "pre_due", "email"),
        ("2025-03-09", "r1", "email"),
        ("2025-03-17", "r2", "call"),
        ("2025-03-25", "r3", "call"),
        ("2025-04-05", "thank_you", "email"),
    ]
    assert [each.amount for each in found] == [100_00, 100_00, 100_00, 40_00, 0]


def test_a_back_test_begins_and_ends_on_the_days_given() -> None:
    history = [ItemState(on=START - 60 * DAY, item=invoice(due=START - 30 * DAY))]

    found = back_test(World().facts, history, standard(), first=START, last=START + 8 * DAY)

    assert [(each.day, each.step) for each in found] == [
        (START, StepKey.R1),
        (START + 8 * DAY, StepKey.R2),
    ]
    assert back_test(World().facts, history, standard(), first=START, last=START - DAY) == ()


def test_an_item_that_comes_back_goes_on_where_it_was() -> None:
    item = invoice()
    paid = replace(item, residual=0, paid_on=DUE + 10 * DAY, settled_on=DUE + 10 * DAY)
    again = replace(item, reopened_on=DUE + 20 * DAY)
    history = [
        ItemState(on=item.issued, item=item),
        ItemState(on=DUE + 11 * DAY, item=paid),
        ItemState(on=DUE + 20 * DAY, item=again),
    ]

    found = back_test(World().facts, history, standard(), first=DUE, last=DUE + 30 * DAY)

    assert [(each.day - DUE, each.step) for each in found] == [
        (timedelta(8), StepKey.R1),
        (timedelta(18), StepKey.THANK_YOU),
        (timedelta(28), StepKey.R2),
    ]


def test_what_is_planned_on_a_closed_item_is_an_error() -> None:
    item = invoice()
    (action,) = simulate(World().add(item).facts, first=DUE, days=9)

    check_open(action, {item.id: item})
    with pytest.raises(ClosedItemError, match="settled"):
        check_open(action, {item.id: replace(item, residual=0)})
    with pytest.raises(ClosedItemError, match="not in the ledger"):
        check_open(action, {})
    thanks = replace(action, sends=(replace(action.sends[0], step=StepKey.THANK_YOU),))
    with pytest.raises(ClosedItemError, match="not paid"):
        check_open(thanks, {item.id: item})


def test_an_item_tells_its_own_history_as_far_as_it_knows() -> None:
    item = invoice()
    paid = replace(item, residual=0, paid_on=DUE, settled_on=DUE + 2 * DAY, seen_on=DUE)

    assert [state.on for state in lifetime(item)] == [item.issued]
    assert [(state.on, state.item.residual) for state in lifetime(paid)] == [
        (item.issued, 100_00),
        (DUE + 3 * DAY, 0),
    ]


@st.composite
def plans(draw: st.DrawFn) -> Scenario:
    """A preset with its grouping, delay, ceiling and automation changed."""
    plan = preset(draw(st.sampled_from(Preset)))[draw(st.integers(0, 1))]
    by_hand = draw(st.sets(st.sampled_from([step.key for step in plan.steps])))
    return replace(
        plan,
        grouping=draw(st.sampled_from(Grouping)),
        min_contact_delay=draw(st.sampled_from([0, 5])),
        ceilings=draw(st.sampled_from([{}, {"EUR": 60_00}])),
        steps=tuple(
            replace(step, automatic=step.automatic and step.key not in by_hand)
            for step in plan.steps
        ),
    )


_dues = st.integers(-60, 60).map(lambda count: START + count * DAY)
_amounts = st.sampled_from([1_00, 50_00, 100_00])


@st.composite
def lives(draw: st.DrawFn) -> Facts:
    """A customer in the middle of its life, with things that wait, blocks and closed days."""
    closes, posts = draw(st.booleans()), draw(st.booleans())
    world = World(
        scenario=draw(plans()),
        rules=TenantRules(
            windows=draw(st.sampled_from([Windows(), always_open()])),
            default_tolerance=draw(st.sampled_from([0, 5_00])),
        ),
        closed_days=HOLIDAYS,
        closes=lambda action, on: closes,
        posts=posts,
    )
    for number in range(draw(st.integers(1, 4))):
        currency = draw(st.sampled_from(["EUR", "EUR", "USD"]))
        item = invoice(f"F-{number}", due=draw(_dues), amount=draw(_amounts), currency=currency)
        first = draw(st.booleans())
        world.add(replace(item, first_sync=first, seen_on=START if first else None))
    if draw(st.booleans()):
        world.add(credit(amount=draw(st.sampled_from([1_00, 60_00, 900_00]))))
    for on in days(START, START + draw(st.integers(-1, 12)) * DAY):
        world.night(on)
        world.workday(on)
    if "C-F-0" in world.items and draw(st.booleans()):
        world.pay("F-0", on=START + 14 * DAY)
    return replace(world.facts, **draw(_blocks()))


@st.composite
def _blocks(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {"wave_room": draw(st.sampled_from([None, 1]))}
    if draw(st.booleans()):
        until = draw(st.sampled_from([None, START + 25 * DAY]))
        since = START + draw(st.integers(0, 30)) * DAY
        found["stops"] = (Stop(id="s", since=since, until=until, reason="geste"),)
    if draw(st.booleans()):
        promise = Promise(
            id="p",
            items=("C-F-0",),
            currency="EUR",
            amount=50_00,
            due=START + draw(st.integers(10, 30)) * DAY,
            made_on=START + 10 * DAY,
            open_when_made=100_00,
        )
        found["promises"] = (promise,)
    return found


def every_day(facts: Facts, first: date, last: date) -> Iterator[SimulatedAction]:
    """Live through every single day, whatever day is named next."""
    walk = Walk(facts, first)
    for on in days(first, last):
        walk.day = on
        yield from walk.live()


@given(lives(), st.integers(13, 40))
@settings(max_examples=60, deadline=None)
def test_a_simulation_is_what_living_every_day_brings(facts: Facts, after: int) -> None:
    first = START + after * DAY

    assert simulate(facts, first=first, days=60) == tuple(every_day(facts, first, first + 59 * DAY))


@given(lives(), st.integers(13, 40))
@settings(max_examples=60, deadline=None)
def test_the_first_night_of_a_simulation_is_what_is_decided(facts: Facts, after: int) -> None:
    first = START + after * DAY
    decision = decide(facts, on=first)
    today = [each for each in simulate(facts, first=first, days=1) if each.begun == first]

    expected = [due.id for due in (*decision.due, *decision.follow_ups) if due.joins is None]
    assert sorted(each.id for each in today) == sorted(expected)


@given(lives(), plans())
@settings(max_examples=60, deadline=None)
def test_a_simulation_is_what_the_product_then_does(facts: Facts, plan: Scenario) -> None:
    """Nights that send one by one, and people who do all on its day, bring the same."""
    steps = tuple(replace(step, automatic=step.channel.is_message) for step in plan.steps)
    plan = replace(plan, steps=steps, ceilings={})
    world = World(scenario=plan, rules=facts.rules, closed_days=facts.closed_days)
    world.add(*(replace(item, first_sync=False, seen_on=None) for item in facts.items))
    expected = simulate(world.facts, first=START, days=90)

    for on in days(START, START + 89 * DAY):
        world.night(on)
        world.workday(on)

    assert sorted((each.day, each.id, each.step, each.sends) for each in expected) == sorted(
        (each.day, each.id, each.step, each.sends) for each in world.actions.values()
    )


@given(lives(), st.integers(13, 40))
@settings(max_examples=60, deadline=None)
def test_d39_a_simulation_never_does_the_same_step_of_an_item_twice(
    facts: Facts, after: int
) -> None:
    found = simulate(facts, first=START + after * DAY, days=90)
    sends = [
        (send.item, send.step)
        for each in found
        for send in each.sends
        if not send.step.is_follow_up
    ]

    assert len(sends) == len(set(sends))


@st.composite
def _histories(draw: st.DrawFn) -> list[ItemState]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        item = invoice(f"F-{number}", due=draw(_dues), amount=100_00)
        on = START + draw(st.integers(-90, 20)) * DAY
        found.append(ItemState(on=on, item=item))
        if draw(st.booleans()):
            on += draw(st.integers(1, 40)) * DAY
            found.append(ItemState(on=on, item=replace(item, residual=30_00)))
        if draw(st.booleans()):
            on += draw(st.integers(1, 40)) * DAY
            paid = replace(item, residual=0, paid_on=on - DAY, settled_on=on - DAY)
            found.append(ItemState(on=on, item=paid))
    return found


@given(_histories(), plans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_back_test_plans_nothing_on_a_closed_item(
    history: list[ItemState], plan: Scenario, shut: bool
) -> None:
    rules = TenantRules() if shut else OPEN
    found = back_test(World(rules=rules).facts, history, plan, first=START, last=START + 120 * DAY)

    for each in found:
        for send in each.sends:
            states = [state for state in history if state.item.id == send.item]
            now = max((s for s in states if s.on <= each.day), key=lambda state: state.on)
            assert (now.item.residual > 0) is (send.step is not StepKey.THANK_YOU)
