"""Bring together what a decision looks at: the account, the tenant's rules, the right scenario."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from relance.app.ports.accounts import Account
from relance.app.ports.clock import Clock
from relance.app.ports.tenant import Tenant
from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.customer import Customer
from relance.domain.facts import Facts
from relance.domain.scenario import Scenario


def today(tenant: Tenant, clock: Clock) -> date:
    """Return the tenant day on which the clock stands (D1)."""
    return local_time(tenant, clock.now()).date()


def local_time(tenant: Tenant, instant: datetime) -> datetime:
    """Return an instant (aware) by the tenant's clock on the wall."""
    return instant.astimezone(ZoneInfo(tenant.rules.timezone))


def sending_waits_since(tenant: Tenant, on: date) -> date | None:
    """Return since which day what leaves by itself waits for a fresh ledger (D32).

    None when it doesn't on tenant day `on`: the ledger is fresh, or the tenant set no limit.
    """
    limit = tenant.rules.freshness_days
    if limit is None or tenant.ledger_day is None:
        return None
    since = tenant.ledger_day + timedelta(days=limit + 1)
    return since if since <= on else None


def facts_of(account: Account, *, tenant: Tenant, scenarios: Iterable[Scenario], on: date) -> Facts:
    """Return all that a decision about this account on day `on` looks at.

    `scenarios` are the latest versions of all the tenant's scenarios.
    """
    countries = {tenant.rules.country, account.customer.country}
    return Facts(
        customer=account.customer,
        items=account.items,
        actions=account.actions,
        scenario=scenario_for(account.customer, scenarios),
        rules=tenant.rules,
        closed_days=closed_days(frozenset(countries), on.year),
        stops=tuple(each for each in account.blocks if isinstance(each, Stop)),
        disputes=tuple(each for each in account.blocks if isinstance(each, Dispute)),
        promises=tuple(each for each in account.blocks if isinstance(each, Promise)),
        synced_on=tenant.ledger_day,
    )


def scenario_for(customer: Customer, scenarios: Iterable[Scenario]) -> Scenario | None:
    """Return the side of its profile's pair that the customer takes, None without one (S2)."""
    matching = (
        scenario
        for scenario in scenarios
        if scenario.profile == customer.profile and scenario.with_email == customer.has_email
    )
    return min(matching, key=lambda scenario: scenario.id, default=None)


@cache
def closed_days(countries: frozenset[str], year: int) -> frozenset[date]:
    """Return the public holidays of these countries from a year before `year` to two after (D6).

    Plans reach across a year's end in both directions. A country whose holidays are not known
    closes no day.
    """
    years = range(year - 1, year + 3)
    return frozenset().union(
        *(_public_holidays(country, each) for country in countries for each in years)
    )


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # here and not above: only decisions need it

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
