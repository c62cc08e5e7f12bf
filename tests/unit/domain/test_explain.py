"""C7 where only facts decide: the first wave's room, next events, approvals of disputed items."""

from dataclasses import replace
from datetime import timedelta

from relance.domain.approval import approve, is_changed
from relance.domain.blocks import Dispute
from relance.domain.decision import Hold
from relance.domain.explain import explanation, next_event
from relance.domain.scenario import StepKey
from tests.unit.domain.world import DUE, PERSON, World, invoice, reminder, scenario

DAY = timedelta(days=1)
FIRST = DUE + 30 * DAY


def test_d13_what_has_no_room_tonight_says_so_and_looks_again_tomorrow() -> None:
    world = World(scenario=scenario(reminder(StepKey.R1, 3)), wave_room=0)
    world.add(invoice(first_sync=True, seen_on=DUE + 10 * DAY))
    (told,) = explanation(world.facts, on=FIRST)
    assert (told.hold, told.rule, told.until) == (Hold.FIRST_WAVE, "D13", FIRST + DAY)

    world.wave_room = 1
    (told,) = explanation(world.facts, on=FIRST)
    assert (told.hold, told.rule) == (None, "D2")


def test_d2_what_is_due_again_names_the_rule_that_lets_it_go() -> None:
    world = World(scenario=scenario(reminder(StepKey.R1, 3))).add(invoice())
    (told,) = explanation(world.facts, on=FIRST)
    assert (told.hold, told.rule, told.next_step) == (None, "D2", StepKey.R1)
    assert told.detail == f"r1 is due since {DUE + 3 * DAY}"
    assert next_event(world.facts, on=FIRST) == FIRST


def test_d32_a_part_disputed_or_no_longer_disputed_takes_an_approval_back() -> None:
    item = invoice()
    plan = scenario(reminder(StepKey.R1, 3, automatic=False))
    world = World(scenario=plan).add(item)
    (waiting,) = world.night(FIRST)
    approved = approve(waiting, world.facts, on=FIRST, author=PERSON)
    assert not is_changed(approved, world.facts)

    part = Dispute(id="C-d", item=item.id, opened=FIRST, reason="r", amount=10_00)
    world.add(part)
    assert is_changed(approved, world.facts)

    again = approve(waiting, world.facts, on=FIRST, author=PERSON)
    assert not is_changed(again, world.facts)
    world.add(replace(part, resolved_on=FIRST))
    assert is_changed(again, world.facts)
