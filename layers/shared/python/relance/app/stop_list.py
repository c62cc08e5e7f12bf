"""The stops of all customers that are in force, or will be (C2)."""

from dataclasses import dataclass
from datetime import date

from relance.app.ports.page import Page
from relance.app.ports.tenant_store import TenantStore
from relance.domain.blocking import last_day
from relance.domain.blocks import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStop:
    """A stop and whose it is."""

    stop: Stop
    customer: str
    customer_name: str


def list_stops(
    *, store: TenantStore, on: date, limit: int, after: str | None = None
) -> Page[ListedStop]:
    """Return the next of the stops that nobody lifted and that end on tenant day `on` or later.

    The latest comes first. A part may hold fewer than `limit`, or none, and yet be followed by
    another. Raises BadInput for a cursor of another list.
    """
    page = store.stops(limit=limit, after=after)
    standing = [(key, stop) for key, stop in page.entries if (last_day(stop) or on) >= on]
    customers = store.customers_named(dict.fromkeys(key for key, _ in standing))
    found = tuple(
        ListedStop(stop=stop, customer=key, customer_name=customers[key].name)
        for key, stop in standing
        if key in customers
    )
    return Page(entries=found, next=page.next)
