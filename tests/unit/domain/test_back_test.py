"""What a scenario would have done over past ledgers (S10)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.back_test import ClosedItemError, ItemState, back_test, check_open, lifetime
from relance.domain.scenario import Scenario, StepKey
from relance.domain.simulation import simulate
from relance.domain.tenant_rules import TenantRules
from relance.domain.walk import SimulatedAction
from tests.fakes.windows import always_open
from tests.unit.domain.test_simulation_properties import plans
from tests.unit.domain.world import (
    DAY,
    DUE,
    World,
    invoice,
    standard,
)

START = date(2025, 3, 1)
OPEN = TenantRules(windows=always_open())


def steps(actions: tuple[SimulatedAction, ...]) -> list[tuple[str, str, str]]:
    return [(str(each.day), each.step.value, each.channel.value) for each in actions]


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


def test_what_comes_overdue_is_chased_by_the_run_that_first_sees_it() -> None:
    history = [
        ItemState(on=START, item=invoice("F-1", due=START + 90 * DAY)),
        ItemState(on=START + 10 * DAY, item=invoice("F-2", due=START - 20 * DAY)),
    ]

    found = back_test(World().facts, history, standard(), first=START, last=START + 12 * DAY)

    assert [(each.day, each.items) for each in found] == [(START + 10 * DAY, ("C-F-2",))]


def test_what_holds_everything_today_held_nothing_then() -> None:
    world = World(rules=replace(OPEN, paused=True))
    world.customer = replace(world.customer, incomplete_since="import-1")
    history = lifetime(invoice())

    found = back_test(world.facts, history, standard(), first=DUE, last=DUE + 8 * DAY)

    assert [each.step for each in found] == [StepKey.R1]


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


_dues = st.integers(-60, 60).map(lambda count: START + count * DAY)


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
