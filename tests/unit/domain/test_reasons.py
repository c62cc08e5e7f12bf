"""Every decision keeps its reason, in one order (D39, D40, D45, C7)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from relance.domain.actions import ActionState
from relance.domain.decision import Hold
from relance.domain.eligibility import RULES
from relance.domain.explain import explanation
from relance.domain.items import ItemKind, ItemStatus, PaymentMethod
from relance.domain.scenario import Anchor, StepKey
from tests.unit.domain.test_blocks import dispute, promise, stop
from tests.unit.domain.world import DAY, DUE, World, credit, done, invoice, reminder, scenario

R1 = reminder(StepKey.R1, 8)
R2 = reminder(StepKey.R2, 8, after=Anchor.PREVIOUS_REMINDER)
NOTICE = reminder(StepKey.PRE_DUE, -8)
LATE = DUE + 8 * DAY


def _item(world: World, **more: object) -> None:
    world.add(replace(world.items["C-F-1"], **more))  # type: ignore[arg-type]


def _rules(world: World, **more: object) -> None:
    world.rules = replace(world.rules, **more)  # type: ignore[arg-type]


def _act(world: World, state: ActionState) -> None:
    world.add(done(invoice(), StepKey.R1, LATE - DAY, state=state, id="C-held"))


def _finish(world: World) -> None:
    world.add(done(invoice(), StepKey.R2, LATE, id="C-last"))


def _contact(world: World) -> None:
    world.scenario = replace(world.scenario or scenario(), min_contact_delay=5)
    world.add(done(invoice("F-8"), StepKey.R1, LATE - DAY, id="C-contact"))


def _first_wave(world: World) -> None:
    _item(world, first_sync=True, seen_on=DUE + DAY)
    world.wave_room = 0


def _old_ledger(world: World) -> None:
    world.synced_on = LATE - 99 * DAY
    _rules(world, freshness_days=3)


def _close(world: World) -> None:
    world.closed_days = frozenset({LATE})


# Each makes one more rule hold the item, from the last in the order to the first.
LADDER: list[tuple[Hold, Callable[[World], object]]] = [
    (Hold.STALE_LEDGER, _old_ledger),
    (Hold.WINDOW_CLOSED, _close),
    (
        Hold.BELOW_THRESHOLD,
        lambda w: setattr(w, "rules", replace(w.rules, default_tolerance=10**6)),
    ),
    (Hold.NO_DEBIT_BALANCE, lambda w: w.add(credit(amount=500_00))),
    (Hold.NOT_YET, _contact),
    (Hold.FINISHED, _finish),
    (Hold.OPEN_ACTION, lambda w: _act(w, ActionState.TO_POST)),
    (Hold.FAILED, lambda w: _act(w, ActionState.FAILED)),
    (Hold.IN_DOUBT, lambda w: _act(w, ActionState.IN_DOUBT)),
    (Hold.PROMISED, lambda w: w.add(promise(due=LATE))),
    (Hold.DISPUTED, lambda w: w.add(dispute())),
    (Hold.STOPPED, lambda w: w.add(stop())),
    (
        Hold.INCOMPLETE_LEDGER,
        lambda w: setattr(w, "customer", replace(w.customer, incomplete_since="i")),
    ),
    (Hold.TENANT_PAUSED, lambda w: _rules(w, paused=True)),
    (Hold.NO_SCENARIO, lambda w: setattr(w, "scenario", None)),
    (Hold.NO_DUE_DATE, lambda w: _item(w, due=None)),
    (Hold.DIRECT_DEBIT, lambda w: _item(w, method=PaymentMethod.DIRECT_DEBIT)),
    (Hold.NOTHING_DUE, lambda w: _item(w, due=LATE + 90 * DAY)),
    (Hold.EXCLUDED, lambda w: _item(w, status=ItemStatus.HANDED_OVER)),
    (Hold.CREDIT, lambda w: _item(w, kind=ItemKind.RECEIPT)),
]


def test_d45_of_all_rules_that_hold_an_item_the_first_in_order_is_named() -> None:
    world = World(scenario=scenario(R1, R2)).add(invoice())
    assert len(world.decide(LATE).due) == 1
    named = []
    for hold, change in LADDER:
        if hold is Hold.OPEN_ACTION:
            continue  # what waits for a person is taken back when another rule holds its item
        change(world)
        named.append((hold, world.held(LATE)["F-1"].hold))
    assert [told for _, told in named] == [hold for hold, _ in named]


def test_d45_the_order_of_the_rules_is_the_order_of_the_holds() -> None:
    listed = [Hold(rule.__name__) for rule in RULES]
    assert listed == [hold for hold in Hold if hold in listed]
    apart = (Hold.GROUPED_LATER, Hold.FIRST_WAVE)  # these and the two before exclude each other
    climbed = [hold for hold, _ in reversed(LADDER)]
    assert climbed == [hold for hold in Hold if hold not in apart]


def test_d45_the_first_wave_is_named_after_everything_else() -> None:
    world = World(scenario=scenario(R1, R2)).add(invoice())
    _first_wave(world)
    assert world.held(LATE)["F-1"].hold is Hold.FIRST_WAVE
    assert list(Hold)[-1] is Hold.FIRST_WAVE
    _rules(world, default_tolerance=10**6)
    assert world.held(LATE)["F-1"].hold is Hold.BELOW_THRESHOLD


def test_d45_what_is_not_due_is_named_before_a_doubt_about_its_notice() -> None:
    world = World(scenario=scenario(NOTICE, R1)).add(invoice(due=LATE + 60 * DAY))
    notice = done(invoice(), StepKey.PRE_DUE, LATE - DAY, state=ActionState.IN_DOUBT)
    held = world.add(notice).held(LATE)["F-1"]
    assert (held.hold, held.until) == (Hold.NOTHING_DUE, LATE + 52 * DAY)
    assert world.held(LATE + 52 * DAY)["F-1"].hold is Hold.IN_DOUBT


@pytest.mark.parametrize("hold", list(Hold))
def test_d45_every_hold_names_its_rule(hold: Hold) -> None:
    assert hold.rule[0] in "DSCL"


def test_d11_what_waits_for_a_person_holds_its_item() -> None:
    world = World(scenario=scenario(R1, R2), posts=False).add(invoice())
    _act(world, ActionState.TO_POST)
    assert world.held(LATE)["F-1"].hold is Hold.OPEN_ACTION


def test_d39_a_doubt_holds_the_whole_customer() -> None:
    world = World(scenario=scenario(R1, R2)).add(invoice(), invoice("F-2", currency="USD"))
    _act(world, ActionState.IN_DOUBT)
    assert {held.hold for held in world.held(LATE).values()} == {Hold.IN_DOUBT}


def test_d39_a_reservation_of_an_earlier_day_is_a_doubt() -> None:
    world = World(scenario=scenario(R1, R2)).add(invoice(), invoice("F-2"))
    _act(world, ActionState.RESERVED)
    assert world.decide(LATE).due == ()


def test_d39_a_reservation_of_today_holds_its_own_items_until_tomorrow() -> None:
    world = World(scenario=scenario(R1, R2)).add(invoice(), invoice("F-2", currency="USD"))
    world.add(done(invoice(), StepKey.R1, LATE, state=ActionState.RESERVED))
    assert [due.currency for due in world.decide(LATE).due] == ["USD"]
    assert world.held(LATE)["F-1"].until == LATE + DAY
    assert world.decide(LATE + DAY).due == ()


def test_d40_a_failure_holds_its_own_items_only() -> None:
    world = World(scenario=scenario(R1, R2)).add(invoice(), invoice("F-2"))
    _act(world, ActionState.FAILED)
    (due,) = world.decide(LATE).due
    assert [send.item for send in due.sends] == ["C-F-2"]
    assert world.held(LATE)["F-1"].hold is Hold.FAILED


def test_l4_nothing_is_sent_on_an_account_known_in_part() -> None:
    world = World(scenario=scenario(NOTICE, R1)).add(invoice(), invoice("F-2", due=LATE + DAY))
    world.customer = replace(world.customer, incomplete_since="import-7")
    held = world.held(LATE)
    assert {each.hold for each in held.values()} == {Hold.INCOMPLETE_LEDGER}
    assert "import-7" in held["F-1"].detail


def test_c7_the_explanation_tells_rule_level_and_next_step_of_every_item() -> None:
    world = World(scenario=scenario(R1, R2)).add(
        invoice(),
        invoice("F-2", due=LATE - DAY),
        invoice("F-3", due=LATE - 60 * DAY),
        invoice("F-4", residual=0),
        credit(amount=1_00, kind=ItemKind.CREDIT_NOTE),
    )
    world.add(done(world.items["C-F-3"], StepKey.R1, LATE - 52 * DAY))
    told = {each.number: each for each in explanation(world.facts, LATE)}
    assert len(told) == 5
    assert (told["F-1"].hold, told["F-1"].rule, told["F-1"].next_step) == (None, "D2", StepKey.R1)
    assert (told["F-2"].hold, told["F-2"].rule) == (Hold.NOT_YET, "D14")
    assert told["F-2"].until == LATE + 7 * DAY
    assert (told["F-3"].level, told["F-3"].next_step) == (1, StepKey.R2)
    assert (told["F-4"].hold, told["F-4"].rule) == (None, "D34")
    assert (told["A-1"].hold, told["A-1"].next_step) == (Hold.CREDIT, None)
    assert all(each.detail for each in told.values())
