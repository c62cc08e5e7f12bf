"""What is open, by how long it has been due: of a customer, of all customers in parts (D46)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from relance.app.accounts import Bounds, accounts_of
from relance.app.errors import BadInput
from relance.app.ports.accounts import Account
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.app.queries import account_of
from relance.domain.aging import Aged, aged_balance
from relance.domain.customer import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAged:
    """One customer's aged balance, by currency."""

    customer: Customer
    currencies: Mapping[str, Aged]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedPart:
    """Customers with something open, and the sums of this part, by currency (D20).

    `next` is where the next part begins, None at the end.
    """

    customers: tuple[CustomerAged, ...]
    currencies: Mapping[str, Aged]
    next: str | None


def aged_balance_of(
    customer: str, *, store: TenantStore, today: date, on: date | None = None
) -> CustomerAged:
    """Return a customer's aged balance as of `on`, today unless given.

    What is open is what it is today; only ages are counted on a later day. Raises NotFound, and
    BadInput for a day that is past: what was open then is not kept.
    """
    as_of = _not_past(on, today=today)
    return _aged(account_of(customer, store=store), tenant=store.tenant(), on=as_of)


def aged_balances(
    *, store: TenantStore, today: date, limit: int, after: str | None, on: date | None = None
) -> AgedPart:
    """Return the aged balances of the next `limit` customers as of `on`; see `aged_balance_of`.

    A customer of whom nothing is open is left out.
    """
    as_of, tenant = _not_past(on, today=today), store.tenant()
    part = accounts_of(store, after, lambda _: True, Bounds(customers=limit))
    found = tuple(_aged(account, tenant=tenant, on=as_of) for account in part.accounts)
    shown = tuple(each for each in found if each.currencies)
    return AgedPart(
        customers=shown,
        currencies=_summed(each.currencies for each in shown),
        next=part.next,
    )


def _aged(account: Account, *, tenant: Tenant, on: date) -> CustomerAged:
    terms = account.customer.terms or tenant.rules.terms
    aged = aged_balance(account.items, terms=terms, on=on)
    return CustomerAged(customer=account.customer, currencies=dict(sorted(aged.items())))


def _summed(balances: Iterable[Mapping[str, Aged]]) -> Mapping[str, Aged]:
    found: dict[str, Aged] = {}
    for balance in balances:
        for currency, aged in balance.items():
            found[currency] = found.get(currency, Aged()).plus(aged)
    return dict(sorted(found.items()))


def _not_past(on: date | None, *, today: date) -> date:
    if on is not None and on < today:
        raise BadInput("lies in the past: what was open then is not kept", pointer="?on")
    return on or today
