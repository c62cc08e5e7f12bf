"""How many requests a tenant may send in a minute, so that none of another's wait (H3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from relance.app.ports.tenant_store import TenantStore

Budget = Literal["reads", "writes", "heavy"]
BUDGETS: tuple[Budget, ...] = ("reads", "writes", "heavy")
WINDOW = timedelta(minutes=1)
# What the operator set for one tenant holds everywhere after so long.
_KNOWN_FOR = timedelta(minutes=1)
_MOST_KNOWN = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What is left of a budget: `left` requests, None when this one is refused, for `seconds`."""

    budget: Budget
    most: int
    left: int | None
    seconds: int


class RequestCounter(Protocol):
    """Counts one tenant's requests."""

    def count(self, budget: Budget, *, minute: datetime, most: int) -> int | None:
        """Count one more of that minute and return how many there were; None beyond `most`."""


class Limits:
    """The stage's limits a minute, and those that the operator set for single tenants."""

    def __init__(self, usual: Mapping[Budget, int]) -> None:
        self._usual = dict(usual)
        self._known: dict[str, tuple[datetime, Mapping[str, int]]] = {}

    def of(self, tenant: str, budget: Budget, *, store: TenantStore, now: datetime) -> int:
        """Return how many requests of a budget a tenant may send in a minute."""
        until, own = self._known.get(tenant, (None, {}))
        if until is None or now >= until:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            own = store.tenant().request_limits
            self._known[tenant] = now + _KNOWN_FOR, own
        return own.get(budget, self._usual[budget])


def take(budget: Budget, *, most: int, counter: RequestCounter, now: datetime) -> Tally:
    """Count a request of the minute of `now` (aware) against a budget: one write, no more."""
    minute = now.replace(second=0, microsecond=0)
    used = counter.count(budget, minute=minute, most=most)
    return Tally(
        budget=budget,
        most=most,
        left=None if used is None else most - used,
        seconds=max(1, round((minute + WINDOW - now).total_seconds())),
    )
