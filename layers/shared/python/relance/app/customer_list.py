"""The list of customers, narrowed to those asked for (A4)."""

import unicodedata
from dataclasses import dataclass

from relance.app.narrowed import narrowed
from relance.app.ports.page import Page
from relance.app.ports.tenant_store import TenantStore
from relance.domain.customer import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCustomers:
    """Which customers are asked for; what is None asks nothing.

    `words` stand in the name or the account code, whatever their case and accents. `tag`, `sector`
    and `region` are compared so, too. `has_email`: a usable address, as scenarios take them (S2).
    """

    profile: str | None = None
    sector: str | None = None
    region: str | None = None
    tag: str | None = None
    account_manager: str | None = None
    has_email: bool | None = None
    words: str | None = None


def list_customers(
    wanted: WantedCustomers, *, store: TenantStore, limit: int, after: str | None = None
) -> Page[Customer]:
    """Return the next of the customers asked for, by id.

    A part may hold fewer than `limit` and yet be followed by another. Raises BadInput for a cursor
    of another list.
    """
    return narrowed(
        lambda some, behind: store.customers(limit=some, after=behind),
        lambda entries: [each if _is_wanted(each, wanted) else None for each in entries],
        limit=limit,
        after=after,
    )


def _is_wanted(customer: Customer, wanted: WantedCustomers) -> bool:
    if wanted.has_email not in (None, customer.has_email):
        return False
    if wanted.tag is not None and _plain(wanted.tag) not in map(_plain, customer.tags):
        return False
    if wanted.words is not None:
        said = _plain(f"{customer.name} {customer.code}")
        if not all(word in said for word in _plain(wanted.words).split()):
            return False
    return (
        wanted.profile in (None, customer.profile)
        and wanted.account_manager in (None, customer.account_manager)
        and _alike(wanted.sector, customer.sector)
        and _alike(wanted.region, customer.region)
    )


def _alike(wanted: str | None, own: str | None) -> bool:
    return wanted is None or _plain(wanted) == _plain(own or "")


def _plain(text: str) -> str:
    """Return a text as it is compared: without accents and case."""
    decomposed = unicodedata.normalize("NFKD", text.strip())
    return "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()
