"""What to do tonight for one customer: a pure function of its facts and the day."""

from datetime import date

from relance.domain.decision import Decision
from relance.domain.facts import Action, Facts


def decide(facts: Facts, *, on: date) -> Decision:
    """Decide what is due, held, withdrawn and settled for one customer on tenant day `on`."""
    raise NotImplementedError


def reconsider(facts: Facts, action: Action, *, on: date) -> Decision:
    """Decide as if `action` did not exist: does what waits for confirmation still stand? (D32)."""
    raise NotImplementedError
