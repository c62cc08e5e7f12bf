"""What is put up for confirmation besides manual steps, and what waits for fresh books."""

from datetime import date

from relance.domain.facts import Facts
from relance.domain.items import Item
from tests.reference.account import account_of
from tests.reference.days import due_day
from tests.reference.past import past_of


def in_first_wave(item: Item, facts: Facts) -> bool:
    """Overdue at the first sync, and no step of it completed since (D13)."""
    due = due_day(item, facts)
    if not item.first_sync or item.seen_on is None or due is None:
        return False
    return due < item.seen_on and not past_of(item, facts.actions).began


def above_ceiling(amount: int, currency: str, facts: Facts, on: date) -> bool:
    """Tell whether a message about this amount must be confirmed (D25)."""
    ceiling = account_of(facts, currency, on).ceiling
    return ceiling is not None and amount > ceiling


def is_stale(facts: Facts, on: date) -> bool:
    """Tell whether the ledger is older than the tenant's limit (D32)."""
    limit, synced = facts.rules.freshness_days, facts.synced_on
    return limit is not None and synced is not None and (on - synced).days > limit
