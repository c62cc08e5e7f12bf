"""What is kept about a customer, to be given to whoever it is about (H4, GDPR article 15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from relance.app.ports.kept_facts import KeptFact
from relance.app.ports.tenant_store import TenantStore
from relance.app.queries import account_of, effective_due, promises_of
from relance.domain.blocking import PromiseState
from relance.domain.customer import Customer
from relance.domain.items import Item
from relance.domain.opt_outs import OptOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A customer and every fact about it; `dues` and `promises` say how these stand, by id.

    `currencies` are the items', by id.
    """

    customer: Customer
    facts: tuple[KeptFact, ...]
    opt_outs: tuple[OptOut, ...]
    dues: Mapping[str, date | None]
    promises: Mapping[str, PromiseState]
    currencies: Mapping[str, str]


def kept_of(customer: str, *, store: TenantStore, on: date) -> Kept:
    """Return all that is kept about a customer as of tenant day `on`; raises NotFound."""
    found, tenant = account_of(customer, store=store).customer, store.tenant()
    facts = store.kept_of(customer)
    numbers = dict.fromkeys(each.phone for each in found.contacts if each.phone)
    items = [each.fact for each in facts if isinstance(each.fact, Item)]
    record = promises_of(customer, store=store, on=on)
    return Kept(
        customer=found,
        facts=facts,
        opt_outs=tuple(entry for number in numbers if (entry := store.opt_out(number)) is not None),
        dues={item.id: effective_due(item, found, tenant=tenant) for item in items},
        promises={promise.id: state for promise, state in record.promises},
        currencies={item.id: item.currency for item in items},
    )
