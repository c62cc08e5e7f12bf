"""What is true of every decision, whatever the facts."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.decision import Decision
from relance.domain.planning import decide
from relance.domain.scenario import StepKey
from tests.unit.domain.world import DAY, World, days
from tests.unit.domain.worlds import NIGHTS, blocked_worlds, troubled_worlds, worlds


@given(worlds(), NIGHTS)
@settings(max_examples=150, deadline=None)
def test_every_live_item_ends_in_exactly_one_place(world: World, on: date) -> None:
    decision = world.decide(on)
    ends = [
        *(send.item for due in decision.due for send in due.sends),
        *(held.item for held in decision.held),
        *decision.settled,
    ]
    assert sorted(ends) == sorted(world.items)


@given(worlds(), NIGHTS)
@settings(max_examples=150, deadline=None)
def test_carrying_a_plan_out_empties_it(world: World, on: date) -> None:
    planned = world.decide(on)
    began = world.night(on)
    again = world.decide(on)
    assert _does_nothing(again)
    # Sent one by one, each decided again, they are what was planned as a whole.
    whole = (*planned.due, *planned.follow_ups)
    assert {action.id for action in began} == {due.joins or due.id for due in whole}


@given(troubled_worlds(), NIGHTS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_facts_never_matters(
    world: World, on: date, shuffler: random.Random
) -> None:
    facts = world.facts
    shuffled = replace(
        facts,
        items=_shuffled(facts.items, shuffler),
        actions=_shuffled(facts.actions, shuffler),
        stops=_shuffled(facts.stops, shuffler),
        disputes=_shuffled(facts.disputes, shuffler),
        promises=_shuffled(facts.promises, shuffler),
    )
    assert decide(shuffled, on=on) == decide(facts, on=on)


@given(worlds(), NIGHTS)
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


@given(worlds(), NIGHTS)
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


@given(worlds(), NIGHTS)
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


@given(worlds(), NIGHTS)
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


@given(worlds(), NIGHTS)
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


@given(worlds(), NIGHTS)
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


@given(blocked_worlds(), NIGHTS)
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


@given(blocked_worlds(), NIGHTS)
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


@given(blocked_worlds(), NIGHTS)
@settings(max_examples=150, deadline=None)
def test_with_blocks_too_nobody_is_forgotten(world: World, on: date) -> None:
    world.night(on)
    last = world.decide(on).next_date or on + 100 * DAY
    assert last > on
    for later in days(on + DAY, last - DAY):
        assert _does_nothing(world.decide(later)), later


def _shuffled[T](things: Sequence[T], shuffler: random.Random) -> tuple[T, ...]:
    return tuple(shuffler.sample(things, len(things)))


def _does_nothing(decision: Decision) -> bool:
    return not (decision.due or decision.follow_ups or decision.withdrawals or decision.settled)
