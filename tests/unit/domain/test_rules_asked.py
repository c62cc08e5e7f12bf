"""An account is asked only the rules that can hold it, and never gets another answer for that."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.actions import ActionState
from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.eligibility import RULES, refusal, rules_for
from relance.domain.items import ItemStatus, PaymentMethod
from relance.domain.plan import plan_of
from relance.domain.scenario import StepKey
from relance.domain.situation import case_of, situation_of
from tests.unit.domain.world import DAY, DUE, World, credit, done, invoice, standard
from tests.unit.domain.worlds import worlds

ON = DUE + 30 * DAY

_dates = st.integers(21, 60).map(lambda count: date(2025, 3, 1) + count * DAY)
_statuses = st.sampled_from([ItemStatus.ACTIVE, ItemStatus.ACTIVE, *ItemStatus])
_methods = st.sampled_from([PaymentMethod.MANUAL, PaymentMethod.MANUAL, *PaymentMethod])


@given(worlds(), _dates, st.data())
@settings(max_examples=150, deadline=None)
def test_d45_the_rules_left_out_would_have_held_nothing(
    world: World, on: date, data: st.DataObject
) -> None:
    for item in tuple(world.items.values()):
        due = data.draw(st.sampled_from([item.due, item.due, None]))
        status, method = data.draw(_statuses), data.draw(_methods)
        world.add(replace(item, due=due, status=status, method=method))
    situation = situation_of(world.facts, on=on)
    rules = rules_for(situation)
    for item in situation.items:
        if item.residual > 0 and not item.kind.is_credit:
            case = case_of(item, situation)
            assert refusal(case, situation, rules=rules) == refusal(case, situation, rules=RULES)


def test_d45_a_plain_account_is_asked_few_rules() -> None:
    assert len(_asked(World().add(invoice()))) < len(RULES) / 2


@pytest.mark.parametrize(
    "world",
    [
        World().add(invoice(status=ItemStatus.WRITTEN_OFF)),
        World().add(invoice(method=PaymentMethod.DIRECT_DEBIT)),
        World().add(invoice(due=None)),
        World(scenario=None).add(invoice()),
        World().add(invoice(), credit(amount=900_00)),
        World().add(invoice(), done(invoice(), StepKey.R1, ON - DAY, state=ActionState.IN_DOUBT)),
        World().add(invoice(), done(invoice(), StepKey.R1, ON - DAY, state=ActionState.FAILED)),
        World().add(invoice(), done(invoice(), StepKey.R1, ON - DAY, state=ActionState.OPEN)),
    ],
)
def test_d45_whatever_holds_an_item_is_asked(world: World) -> None:
    _assert_the_same_answer(world)


def test_d45_pauses_partial_accounts_and_blocks_are_asked() -> None:
    world = World().add(invoice())
    _assert_the_same_answer(replace(world, rules=replace(world.rules, paused=True)))
    partial = replace(world.customer, incomplete_since="import-7")
    _assert_the_same_answer(replace(world, customer=partial))
    stop = Stop(id="s", since=DUE, reason="a person asked")
    dispute = Dispute(id="d", item="C-F-1", opened=DUE, reason="damaged")
    promise = Promise(
        id="p",
        items=("C-F-1",),
        currency="EUR",
        amount=100_00,
        due=ON,
        made_on=DUE,
        open_when_made=100_00,
    )
    for blocks in ({"stops": (stop,)}, {"disputes": (dispute,)}, {"promises": (promise,)}):
        facts = replace(world.facts, **blocks)
        situation = situation_of(facts, on=ON)
        case = case_of(situation.items[0], situation)
        held = refusal(case, situation, rules=rules_for(situation))
        assert held == refusal(case, situation, rules=RULES) is not None


def test_a_scenario_is_read_once_and_each_for_itself() -> None:
    one, other = standard(), replace(standard(), min_contact_delay=9)
    assert plan_of(one) is plan_of(one)
    assert plan_of(other).delay == 9 * DAY != plan_of(one).delay


def test_plans_of_many_scenarios_are_never_mistaken() -> None:
    for delay in range(600):
        assert plan_of(replace(standard(), min_contact_delay=delay)).delay == delay * DAY


def _asked(world: World) -> tuple[object, ...]:
    return rules_for(situation_of(world.facts, on=ON))


def _assert_the_same_answer(world: World) -> None:
    """The account is held, and by the reason that all rules together give."""
    situation = situation_of(world.facts, on=ON)
    case = case_of(situation.items[0], situation)
    held = refusal(case, situation, rules=rules_for(situation))
    assert held is not None
    assert held == refusal(case, situation, rules=RULES)
