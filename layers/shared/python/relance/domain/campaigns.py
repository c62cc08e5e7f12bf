"""Which items a one-off campaign may speak of (A4, D44)."""

from datetime import date

from relance.domain.eligibility import CAMPAIGN_RULES, refusal
from relance.domain.facts import Facts
from relance.domain.items import Item
from relance.domain.situation import Situation, case_of, situation_of


def campaign_items(facts: Facts, *, currency: str, minimum: int = 0, on: date) -> tuple[Item, ...]:
    """Return the customer's open debts that a campaign of tenant day `on` may list, oldest first.

    It obeys stop, dispute and promise, a pause and exclusions; it follows no plan, so what is not
    overdue may be listed too. None at all when they come to less than `minimum` (minor units): the
    campaign's own, whatever the tolerance.
    """
    situation = situation_of(facts, on=on)
    if facts.customer.incomplete_since is not None:
        return ()
    items = tuple(
        item
        for item in situation.items
        if item.currency == currency and _may_be_listed(item, situation)
    )
    total = sum(situation.asked(item) for item in items)
    return items if total >= minimum else ()


def _may_be_listed(item: Item, situation: Situation) -> bool:
    if item.kind.is_credit or item.residual <= 0:
        return False
    return refusal(case_of(item, situation), situation, rules=CAMPAIGN_RULES) is None
