"""What is true of every decision, whatever the facts."""

import random
from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.blocks import Block, Dispute, Promise, Stop
from relance.domain.decision import Decision
from relance.domain.facts import ActionState, ItemKind, TenantRules
from relance.domain.planning import decide
from relance.domain.presets import Preset, preset
from relance.domain.scenario import Channel, Grouping, StepKey
from relance.domain.windows import Windows, always_open
from tests.unit.domain.world import DAY, World, credit, days, invoice

START = date(2025, 3, 1)
HOLIDAYS = frozenset({date(2025, 4, 21), date(2025, 5, 1)})

_currencies = st.sampled_from(["EUR", "EUR", "EUR", "USD"])
_days = st.integers(-60, 60).map(lambda count: START + count * DAY)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A customer in the middle of its life: some nights were run, some things were paid."""
    sides = preset(draw(st.sampled_from(Preset)))
    scenario = replace(
        sides[draw(st.integers(0, 1))],
        grouping=draw(st.sampled_from(Grouping)),
        min_contact_delay=draw(st.sampled_from([0, 5])),
    )
    manual = draw(st.booleans())
    if manual:
        steps = tuple(replace(step, automatic=False) for step in scenario.steps[::2])
        scenario = replace(scenario, steps=steps + scenario.steps[1::2])
    calls_closed = draw(st.booleans())
    world = World(
        scenario=scenario,
        rules=TenantRules(
            windows=draw(st.sampled_from([Windows(), always_open()])),
            default_tolerance=draw(st.sampled_from([0, 5_00])),
        ),
        closed_days=HOLIDAYS,
        closes=lambda action, on: calls_closed,
        posts=draw(st.booleans()),
    )
    for number in range(draw(st.integers(1, 6))):
        world.add(
            invoice(
                f"F-{number}",
                due=draw(_days),
                amount=draw(st.sampled_from([1_00, 50_00, 100_00])),
                currency=draw(_currencies),
            )
        )
    if draw(st.booleans()):
        kind = draw(st.sampled_from([ItemKind.RECEIPT, ItemKind.CREDIT_NOTE]))
        amount = draw(st.sampled_from([1_00, 60_00, 900_00]))
        world.add(credit(amount=amount, kind=kind))
    for on in days(START, START + draw(st.integers(0, 20)) * DAY):
        world.night(on)
        world.workday(on)
    for number in draw(st.lists(st.integers(0, 5), max_size=2)):
        if f"C-F-{number}" in world.items:
            world.pay(f"F-{number}", on=START + 20 * DAY)
    return world


@st.composite
def blocked_worlds(draw: st.DrawFn) -> World:
    """A customer in the middle of its life, about which people wrote things down."""
    world = draw(worlds())
    ids = sorted(item.id for item in world.items.values() if not item.kind.is_credit) or ["C-x"]
    some = st.integers(-20, 60).map(lambda count: START + count * DAY)
    for number in range(draw(st.integers(1, 4))):
        item, since, end = draw(st.sampled_from(ids)), draw(some), draw(st.none() | some)
        blocks: list[Block] = [
            Stop(id=f"C-s{number}", since=since, reason="r", item=item, until=end),
            Stop(id=f"C-a{number}", since=since, reason="r", until=end),
            Dispute(
                id=f"C-d{number}",
                item=item,
                opened=since,
                reason="r",
                amount=draw(st.sampled_from([None, 40_00])),
                resolved_on=end if end and end >= since else None,
            ),
            Promise(
                id=f"C-p{number}",
                items=(item,),
                currency="EUR",
                amount=10_00,
                due=since + 9 * DAY,
                made_on=since,
                open_when_made=100_00,
                kept_on=end if end and end >= since else None,
            ),
        ]
        world.add(draw(st.sampled_from(blocks)))
    return world


_nights = st.integers(21, 60).map(lambda count: START + count * DAY)


@given(worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_every_live_item_ends_in_exactly_one_place(world: World, on: date) -> None:
    decision = world.decide(on)
    ends = [
        *(send.item for due in decision.due for send in due.sends),
        *(held.item for held in decision.held),
        *decision.settled,
    ]
    assert sorted(ends) == sorted(world.items)


@given(worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_carrying_a_plan_out_empties_it(world: World, on: date) -> None:
    planned = world.decide(on)
    began = world.night(on)
    again = world.decide(on)
    assert _does_nothing(again)
    # Sent one by one, each decided again, they are what was planned as a whole.
    whole = (*planned.due, *planned.follow_ups)
    assert {action.id for action in began} == {due.joins or due.id for due in whole}


@given(worlds(), _nights, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_facts_never_matters(
    world: World, on: date, shuffler: random.Random
) -> None:
    facts = world.facts
    items, actions = list(facts.items), list(facts.actions)
    shuffler.shuffle(items)
    shuffler.shuffle(actions)
    shuffled = replace(facts, items=tuple(items), actions=tuple(actions))
    assert decide(shuffled, on=on) == decide(facts, on=on)


@given(worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_d12_no_item_takes_two_steps_in_one_night(world: World, on: date) -> None:
    levels = {send for action in world.actions.values() for send in action.sends}
    began = [
        send.item
        for action in world.night(on)
        for send in action.sends
        if send not in levels and not send.step.is_follow_up
    ]
    assert len(began) == len(set(began))


@given(worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_d24_a_customer_in_credit_is_never_reminded(world: World, on: date) -> None:
    for due in world.decide(on).due:
        owed = sum(item.balance for item in world.items.values() if item.currency == due.currency)
        has_credit = any(
            item.kind.is_credit and item.residual and item.currency == due.currency
            for item in world.items.values()
        )
        if due.step.key.is_reminder:
            assert due.net > 0
        if has_credit and due.step.key.is_reminder:
            assert owed > 0


@given(worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_the_next_date_is_never_later_than_the_day_something_is_to_be_done(
    world: World, on: date
) -> None:
    world.night(on)
    now = world.decide(on)
    last = now.next_date or on + 400 * DAY
    assert last > on
    for later in days(on + DAY, last - DAY):
        assert _does_nothing(world.decide(later)), later


@given(worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_nothing_is_sent_twice(world: World, on: date) -> None:
    for night in days(on, on + 30 * DAY):
        world.night(night)
        world.workday(night)
    sends = [
        send
        for action in world.actions.values()
        if action.state.completes or action.state.pending
        for send in action.sends
    ]
    assert len(sends) == len(set(sends))


@given(worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_d15_d22_follow_ups_change_nothing_else(world: World, on: date) -> None:
    world.night(on)
    plan = tuple(each for each in world.facts.actions if not each.step.is_follow_up)
    for later in (on + DAY, on + 9 * DAY):
        with_them = world.decide(later)
        without = decide(replace(world.facts, actions=plan), on=later)
        assert (with_them.due, with_them.held, with_them.settled) == (
            without.due,
            without.held,
            without.settled,
        )


@given(worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_d15_d22_one_follow_up_of_a_kind_and_currency_is_open(world: World, on: date) -> None:
    for night in days(on, on + 20 * DAY):
        world.night(night)
    waiting = [
        (action.step, action.currency)
        for action in world.actions.values()
        if action.step.is_follow_up and action.state.pending
    ]
    assert len(waiting) == len(set(waiting))


@given(blocked_worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_d28_d29_d30_nothing_is_sent_about_what_is_stopped_disputed_or_promised(
    world: World, on: date
) -> None:
    decision = world.decide(on)
    facts = world.facts
    stops = [each for each in facts.stops if each.since <= on and (each.until or on) >= on]
    for due in decision.due:
        assert all(each.item is not None for each in stops)
        for send in due.sends:
            assert send.item not in {each.item for each in stops}
            if send.step is StepKey.THANK_YOU:
                continue
            assert not any(
                each.item == send.item
                and each.amount is None
                and each.opened <= on
                and (each.resolved_on is None or each.resolved_on > on)
                for each in facts.disputes
            )
            assert not any(
                send.item in each.items
                and each.made_on <= on <= each.due
                and (each.kept_on is None or each.kept_on > on)
                for each in facts.promises
            )


@given(blocked_worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_with_blocks_too_carrying_a_plan_out_empties_it_and_each_item_ends_once(
    world: World, on: date
) -> None:
    decision = world.decide(on)
    ends = [
        *(send.item for due in decision.due for send in due.sends),
        *(held.item for held in decision.held),
        *decision.settled,
    ]
    assert sorted(ends) == sorted(world.items)
    world.night(on)
    assert _does_nothing(world.decide(on))


@given(blocked_worlds(), _nights)
@settings(max_examples=150, deadline=None)
def test_with_blocks_too_nobody_is_forgotten(world: World, on: date) -> None:
    world.night(on)
    last = world.decide(on).next_date or on + 100 * DAY
    assert last > on
    for later in days(on + DAY, last - DAY):
        assert _does_nothing(world.decide(later)), later


@given(blocked_worlds(), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_d14_the_contact_delay_is_never_broken(world: World, first: int) -> None:
    assert world.scenario is not None
    delay = world.scenario.min_contact_delay
    start = START + (21 + first) * DAY
    for on in days(start, start + 40 * DAY):
        world.night(on)
        world.workday(on)
    contacts = {
        action.completed_on
        for action in world.actions.values()
        if action.state in (ActionState.SENT, ActionState.DONE)
        and action.channel.is_message
        and action.step.is_reminder
        and action.channel is not Channel.LETTER
        and action.day >= start
        and action.completed_on is not None
    }
    for one, other in pairwise(sorted(contacts)):
        assert (other - one).days >= delay


def _does_nothing(decision: Decision) -> bool:
    return not (decision.due or decision.follow_ups or decision.withdrawals or decision.settled)
