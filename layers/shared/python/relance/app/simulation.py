"""What the nights to come would send, what an edit would change, what a plan would have done (S10).

Nothing is stored. A request looks at a bounded number of customers and says where to go on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import heapify, heappop, heappush

from relance.app.accounts import USUAL_BOUNDS, Bounds, accounts_of, one_account, takes_scenario
from relance.app.facts import closed_days, facts_of, today
from relance.app.ports.accounts import Account
from relance.app.ports.clock import Clock
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.app.scenarios import scenario_of, with_plan
from relance.contracts.http.scenarios import ScenarioPlan
from relance.domain import simulation
from relance.domain.back_test import back_test, lifetime
from relance.domain.customer import Customer
from relance.domain.facts import Facts
from relance.domain.scenario import Scenario
from relance.domain.schedule import DAY
from relance.domain.walk import SimulatedAction, Walk

# Sorts before every due date: one that waits for no room in the first wave.
_NOT_WAITING = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAction:
    """What would be done for one customer."""

    customer: Customer
    action: SimulatedAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be done from tenant day `first` to `last` for so many `customers`, in order.

    `next` is where to go on for the customers that this part leaves out, None when it has all.
    """

    first: date
    last: date
    customers: int
    actions: tuple[PlannedAction, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerImpact:
    """What an edit would change for one customer."""

    customer: Customer
    impact: simulation.Impact


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioImpact:
    """What an edit of a scenario would change from the run of tenant day `on`, over `days` days.

    `customers` are those looked at, `moved` those for whom anything changes. `next` as in
    `Preview`.
    """

    on: date
    days: int
    customers: int
    moved: tuple[CustomerImpact, ...]
    next: str | None

    @property
    def contacted_tonight(self) -> int:
        """How many customers would be contacted by that run only because of the edit (D35)."""
        return sum(1 for each in self.moved if each.impact.contacted_tonight)

    @property
    def summary(self) -> str:
        """The figures in a sentence."""
        moved, contacted = len(self.moved), self.contacted_tonight
        customers = "customer moves" if moved == 1 else "customers move"
        return f"{moved} {customers}, {contacted} would be contacted tonight"


def next_night(tenant: Tenant, clock: Clock) -> date:
    """Return the tenant day of the next run: today's, unless it is wholly planned already."""
    day = today(tenant, clock)
    done = tenant.planned_through is not None and tenant.planned_through >= day
    return day + DAY if done else day


def preview(
    *,
    store: TenantStore,
    first: date,
    days: int,
    customer: str | None = None,
    after: str | None = None,
    bounds: Bounds = USUAL_BOUNDS,
) -> Preview:
    """Return what the runs of `days` days from tenant day `first` on would do.

    For one customer, or for as many as a request may look at. They share each night's room for
    messages of the first wave (D13). For what is assumed see `domain.simulation.simulate`. Raises
    BadInput for a customer that does not exist or a cursor that is none.
    """
    tenant, scenarios = store.tenant(), store.scenarios()
    part = (
        one_account(customer, store)
        if customer
        else accounts_of(store, after, lambda _: True, bounds)
    )
    last = first + timedelta(days=days - 1)
    walks = [
        (account.customer, Walk(_facts(account, tenant, scenarios, first), first))
        for account in part.accounts
    ]
    actions = tuple(_together(walks, last, room=tenant.rules.first_wave_cap))
    return Preview(first=first, last=last, customers=len(walks), actions=actions, next=part.next)


def impact_of(
    identifier: str,
    plan: ScenarioPlan,
    *,
    store: TenantStore,
    on: date,
    days: int,
    after: str | None = None,
    bounds: Bounds = USUAL_BOUNDS,
) -> ScenarioImpact:
    """Return what would change if the scenario had this plan, from the run of tenant day `on` on.

    For as many of the customers that take the scenario as a request may look at. Raises NotFound,
    BadScenario, or BadInput for a cursor that is none.
    """
    edited = with_plan(scenario_of(identifier, store=store), plan, store=store)
    tenant, scenarios = store.tenant(), store.scenarios()
    part = accounts_of(store, after, takes_scenario(identifier, scenarios), bounds)
    impacts = (
        CustomerImpact(
            customer=account.customer,
            impact=simulation.impact(
                _facts(account, tenant, scenarios, on), edited, on=on, days=days
            ),
        )
        for account in part.accounts
    )
    return ScenarioImpact(
        on=on,
        days=days,
        customers=len(part.accounts),
        moved=tuple(each for each in impacts if each.impact.moves),
        next=part.next,
    )


def back_test_of(
    identifier: str,
    plan: ScenarioPlan | None,
    *,
    store: TenantStore,
    first: date,
    last: date,
    after: str | None = None,
    bounds: Bounds = USUAL_BOUNDS,
) -> Preview:
    """Return what the scenario, or `plan` in its place, would have done over past ledgers.

    Over the live and the paid items of the customers that take it now, each open in full from its
    issue until it was paid; of the paid, at most as many as a request may look at. Raises as
    `impact_of`.
    """
    scenario = scenario_of(identifier, store=store)
    if plan is not None:
        scenario = with_plan(scenario, plan, store=store)
    tenant, scenarios = store.tenant(), store.scenarios()
    part = accounts_of(store, after, takes_scenario(identifier, scenarios), bounds, paid=True)
    found = [
        PlannedAction(customer=account.customer, action=action)
        for account in part.accounts
        for action in _back_tested(account, scenario, tenant, first=first, last=last)
    ]
    found.sort(key=lambda each: (each.action.day, each.customer.id))
    return Preview(
        first=first,
        last=last,
        customers=len(part.accounts),
        actions=tuple(found),
        next=part.next,
    )


def _facts(account: Account, tenant: Tenant, scenarios: tuple[Scenario, ...], on: date) -> Facts:
    return facts_of(account, tenant=tenant, scenarios=scenarios, on=on)


def _together(
    walks: Iterable[tuple[Customer, Walk]], last: date, *, room: int
) -> Iterator[PlannedAction]:
    """Live the customers' days side by side, as nights do: last those that wait for room (D13)."""
    queue = [
        (walk.day, _NOT_WAITING, customer.id, customer, walk)
        for customer, walk in walks
        if walk.day is not None
    ]
    heapify(queue)
    day, left = date.min, room
    while queue and queue[0][0] <= last:
        on, since, key, customer, walk = heappop(queue)
        if on != day:
            day, left = on, room
        if since == _NOT_WAITING:
            waits_since = walk.waits_for_room()
            if waits_since is not None:
                heappush(queue, (on, waits_since, key, customer, walk))
                continue
        walk.facts = replace(walk.facts, wave_room=left)
        for action in walk.live():
            yield PlannedAction(customer=customer, action=action)
        left -= walk.put_up
        if walk.day is not None:
            heappush(queue, (walk.day, _NOT_WAITING, key, customer, walk))


def _back_tested(
    account: Account, scenario: Scenario, tenant: Tenant, *, first: date, last: date
) -> tuple[SimulatedAction, ...]:
    facts = facts_of(account, tenant=tenant, scenarios=(scenario,), on=first)
    countries = frozenset({tenant.rules.country, account.customer.country})
    years = range(first.year, last.year + 1)
    closed = frozenset().union(*(closed_days(countries, year) for year in years))
    history = (state for item in account.items for state in lifetime(item))
    facts = replace(facts, closed_days=closed)
    return back_test(facts, history, scenario, first=first, last=last)
