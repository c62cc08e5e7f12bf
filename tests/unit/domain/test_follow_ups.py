"""Tasks beside the plan, whichever they are: to match credits (D22), the plan is finished (D15)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from relance.domain.explain import explanation
from relance.domain.follow_ups import STEPS
from relance.domain.scenario import Channel, StepKey
from relance.domain.windows import Windows
from tests.unit.domain.follow_ups import (
    LATE,
    MATCHING,
    NOTICE,
    R1,
    close,
    covered,
    finished,
)
from tests.unit.domain.world import DAY, World, invoice
from tests.unit.domain.world import scenario as plan


def test_d14_a_follow_up_is_no_contact() -> None:
    world = covered()
    world.scenario = plan(R1, delay=5)
    world.add(invoice("F-2", currency="USD"))
    world.night(LATE - DAY)
    close(world, MATCHING, LATE - DAY)
    assert [due.currency for due in world.decide(LATE).due] == ["USD"]


def test_c7_an_item_under_a_follow_up_is_explained_by_what_holds_it() -> None:
    told = {each.number: each for each in explanation(covered().facts, LATE)}
    assert (told["F-1"].rule, told["F-1"].next_step, told["F-1"].level) == ("D22", StepKey.R1, 0)
    assert told["A-1"].rule == "D23"


def _pause(world: World) -> None:
    world.rules = replace(world.rules, paused=True)


def _know_in_part(world: World) -> None:
    world.customer = replace(world.customer, incomplete_since="import-7")


def _lose_the_plan(world: World) -> None:
    world.scenario = None


@pytest.mark.parametrize("make", [covered, finished])
@pytest.mark.parametrize("change", [_pause, _know_in_part, _lose_the_plan])
def test_l4_c9_s1_none_begins_while_paused_or_known_in_part_or_without_a_plan(
    make: Callable[[], World], change: Callable[[World], None]
) -> None:
    world = make()
    assert len(world.decide(LATE + DAY).follow_ups) == 1
    change(world)
    assert world.decide(LATE + DAY).follow_ups == ()


@pytest.mark.parametrize("make", [covered, finished])
def test_a_pause_leaves_follow_ups_on_the_list(make: Callable[[], World]) -> None:
    world = make()
    world.night(LATE + DAY)
    world.rules = replace(world.rules, paused=True)
    assert world.decide(LATE + 2 * DAY).withdrawals == ()


@pytest.mark.parametrize("make", [covered, finished])
def test_without_a_plan_any_more_follow_ups_are_withdrawn(make: Callable[[], World]) -> None:
    world = make()
    world.night(LATE + DAY)
    world.scenario = None
    assert [each.whole for each in world.decide(LATE + 2 * DAY).withdrawals] == [True]


def test_d6_follow_ups_open_on_working_days() -> None:
    world = covered()
    world.rules = replace(world.rules, windows=Windows())
    sunday = date(2025, 3, 9)
    assert sunday == LATE
    assert world.decide(sunday).follow_ups == ()
    assert world.decide(sunday).next_date == sunday + DAY
    assert len(world.decide(sunday + DAY).follow_ups) == 1


def test_d17_a_notice_that_is_a_task_never_joins_a_follow_up() -> None:
    call = replace(NOTICE, channel=Channel.CALL, automatic=False, script="Bonjour ?")
    world = covered()
    world.scenario = plan(call, R1)
    world.night(LATE)
    world.add(invoice("F-2", due=LATE + 9 * DAY, amount=500_00))
    (due,) = world.decide(LATE + DAY).due
    assert (due.step.key, due.joins) == (StepKey.PRE_DUE, None)


def test_every_follow_up_has_a_name_and_a_script_for_people() -> None:
    for key, step in STEPS.items():
        assert key.is_follow_up
        assert not key.is_reminder
        assert (step.channel, step.automatic) == (Channel.TASK, False)
        assert step.name
        assert step.script
