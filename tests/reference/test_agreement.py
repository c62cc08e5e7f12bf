"""The engine and the slow reading of the rules agree, whatever happens to a customer."""

from collections.abc import Iterator
from datetime import date

import pytest

from relance.domain.decision import Decision, Hold
from relance.domain.facts import Facts
from relance.domain.planning import decide
from relance.domain.scenario import StepKey
from tests.reference.chance import Dice
from tests.reference.life import Life
from tests.reference.outcome import Outcome, outcome_of
from tests.reference.reference import reference_decide

NIGHTS = 120
FEW, MANY = range(120), range(120, 6500)


def outcomes(facts: Facts, on: date) -> tuple[Decision, Outcome, Outcome]:
    """Return the engine's decision, what it comes to, and the reference's outcome."""
    expected = reference_decide(facts, on)
    decision = decide(facts, on=on)
    dated = frozenset(item for item, _ in expected.dates)
    return decision, outcome_of(decision, dated=dated), expected


def disagreements(seed: int) -> Iterator[str]:
    """Live through one random customer's nights and tell of each that is decided differently."""
    for on, facts in Life(Dice(seed)).days(NIGHTS):
        _, told, expected = outcomes(facts, on)
        if told != expected:
            yield f"customer {seed} on {on}:\n engine    {told}\n reference {expected}\n {facts}"


@pytest.mark.parametrize("tens", range(FEW.start, FEW.stop, 10))
def test_engine_and_reference_agree_on_every_night_of_random_customers(tens: int) -> None:
    for seed in range(tens, tens + 10):
        assert next(disagreements(seed), None) is None


@pytest.mark.soak
@pytest.mark.parametrize("tens", range(MANY.start, MANY.stop, 10))
def test_engine_and_reference_agree_on_thousands_of_customers(tens: int) -> None:
    for seed in range(tens, tens + 10):
        assert next(disagreements(seed), None) is None


def test_the_random_customers_reach_every_hold_and_every_step() -> None:
    holds: set[Hold] = set()
    steps: set[StepKey] = set()
    joins = 0
    for seed in range(60):
        for on, facts in Life(Dice(seed)).days(NIGHTS):
            decision = decide(facts, on=on)
            holds |= {held.hold for held in decision.held}
            steps |= {due.step.key for due in (*decision.due, *decision.follow_ups)}
            joins += sum(due.joins is not None for due in decision.due)
    assert set(Hold) - holds == set()
    assert set(StepKey) - {StepKey.CAMPAIGN} - steps == set()
    assert joins
