"""The level lives on the item, and what left the ledger's life is out (D18, D19, D27)."""

import pytest

from relance.domain.decision import Hold
from relance.domain.items import ItemStatus
from relance.domain.scenario import Anchor, Grouping, StepKey
from tests.unit.domain.world import DAY, DUE, World, credit, done, invoice, reminder, scenario

STEPS = (
    reminder(StepKey.R1, 8),
    reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER),
    reminder(StepKey.R3, 8, after=Anchor.PREVIOUS_REMINDER),
    reminder(StepKey.R4, 8, after=Anchor.PREVIOUS_REMINDER),
)
DEAD = [status for status in ItemStatus if status is not ItemStatus.ACTIVE]


@pytest.mark.parametrize("grouping", Grouping)
def test_d19_when_the_oldest_is_paid_the_others_go_on_from_their_own_level(
    grouping: Grouping,
) -> None:
    oldest, other = invoice("F-1"), invoice("F-2", due=DUE + 20 * DAY)
    world = World(scenario=scenario(*STEPS, grouping=grouping)).add(
        oldest,
        other,
        done(oldest, StepKey.R1, DUE + 8 * DAY),
        done(oldest, StepKey.R2, DUE + 16 * DAY),
        done(oldest, StepKey.R3, DUE + 24 * DAY),
        done(other, StepKey.R1, DUE + 28 * DAY),
    )
    world.pay("F-1", on=DUE + 30 * DAY)
    left = [(day, step) for day, step, _ in world.walk(DUE + 30 * DAY, DUE + 60 * DAY)][4:]
    # The next of its own, once each: nothing is sent again, nothing is passed over.
    assert left == [
        (DUE + 36 * DAY, StepKey.R2),
        (DUE + 44 * DAY, StepKey.R3),
        (DUE + 52 * DAY, StepKey.R4),
    ]


@pytest.mark.parametrize("status", DEAD)
@pytest.mark.parametrize("grouping", Grouping)
def test_d27_what_left_the_ledgers_life_is_neither_chased_nor_listed(
    status: ItemStatus, grouping: Grouping
) -> None:
    notice = reminder(StepKey.PRE_DUE, -8)
    gone = invoice("F-0", due=DUE - 60 * DAY, amount=900_00, status=status)
    refund = credit(amount=40_00, status=status)
    coming = invoice("F-3", due=DUE + 12 * DAY, status=status)
    plan = scenario(notice, *STEPS, grouping=grouping)
    world = World(scenario=plan).add(invoice(), gone, refund, coming)
    (due,) = world.decide(DUE + 8 * DAY).due
    assert (due.listed, due.net, due.credits) == (("C-F-1",), 100_00, ())
    assert [send.item for send in due.sends] == ["C-F-1"]
    held = world.held(DUE + 8 * DAY)
    assert {held["F-0"].hold, held["F-3"].hold} == {Hold.EXCLUDED}
