"""Many accounts read for one request: a bounded part of them, and where to go on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from relance.app.errors import BadInput
from relance.app.facts import scenario_for
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.domain.customer import Customer
from relance.domain.items import Item
from relance.domain.scenario import Scenario

_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one request looks at, well within the time that an HTTP API gives it.

    `customers` that are walked, `items` of theirs, and customers `listed` to find them. The
    customer that reaches a bound is still looked at whole.
    """

    customers: int = 250
    items: int = 2_500
    listed: int = 5_000


USUAL_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class AccountPart:
    """The accounts that one request looks at."""

    accounts: tuple[Account, ...]
    next: str | None = None


def one_account(customer: str, store: TenantStore) -> AccountPart:
    account = store.account(customer)
    if account is None:
        raise BadInput("there is no such customer", pointer="/customer")
    return AccountPart((account,))


def accounts_of(
    store: TenantStore,
    after: str | None,
    wanted: Callable[[Customer], bool],
    bounds: Bounds,
    *,
    paid: bool = False,
) -> AccountPart:
    """Read accounts from `after` on until a bound is reached; `paid` adds items put away."""
    accounts: list[Account] = []
    items = listed = 0
    while True:
        page = store.customers(limit=_PAGE, after=after)
        for place, customer in enumerate(page.entries, start=1):
            listed += 1
            account = store.account(customer.id) if wanted(customer) else None
            if account is not None:
                account = _with_paid(account, store, bounds) if paid else account
                accounts.append(account)
                items += len(account.items)
            full = len(accounts) >= bounds.customers or items >= bounds.items
            if full or listed >= bounds.listed:
                # The cursor behind this very customer.
                rest = store.customers(limit=place, after=after).next
                return AccountPart(tuple(accounts), rest)
        after = page.next
        if after is None:
            return AccountPart(tuple(accounts))


def _with_paid(account: Account, store: TenantStore, bounds: Bounds) -> Account:
    """Return the account with its paid items, the latest that a request may look at."""
    found: list[Item] = []
    after: str | None = None
    while len(found) < bounds.items:
        page = store.paid_items(account.customer.id, limit=_PAGE, after=after)
        found += page.entries
        after = page.next
        if after is None:
            break
    return replace(account, items=(*account.items, *found))


def takes_scenario(scenario: str, scenarios: Iterable[Scenario]) -> Callable[[Customer], bool]:
    """Return what tells whether a customer takes this scenario (S2)."""
    scenarios = tuple(scenarios)

    def takes(customer: Customer) -> bool:
        own = scenario_for(customer, scenarios)
        return own is not None and own.id == scenario

    return takes
