"""What is true of every simulation, whatever the facts (S10)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.blocks import Promise, Stop
from relance.domain.facts import Facts
from relance.domain.planning import decide
from relance.domain.presets import Preset, preset
from relance.domain.scenario import Grouping, Scenario
from relance.domain.simulation import simulate
from relance.domain.tenant_rules import TenantRules
from relance.domain.walk import SimulatedAction, Walk
from relance.domain.windows import Windows
from tests.fakes.windows import always_open
from tests.unit.domain.world import (
    DAY,
    World,
    credit,
    days,
    invoice,
)

START = date(2025, 3, 1)
HOLIDAYS = frozenset({date(2025, 4, 21), date(2025, 5, 1)})


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
