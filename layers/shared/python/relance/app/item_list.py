"""The list of what is owed, narrowed to what is asked for (C3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.app.errors import BadInput
from relance.app.narrowed import narrowed
from relance.app.ports.page import Page
from relance.app.ports.tenant_store import TenantStore
from relance.app.queries import effective_dues
from relance.domain.items import Item, ItemKind, ItemStatus
from relance.domain.money import to_decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedItems:
    """Which live items are asked for; what is None or False asks nothing.

    `overdue`: debts whose effective due date is past and of which something is open. `least` is
    what must be open at least, in the item's own currency.
    """

    customer: str | None = None
    kind: ItemKind | None = None
    status: ItemStatus | None = None
    overdue: bool = False
    least: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """An item, whose it is, and the day it is due by the ledger or the terms."""

    item: Item
    customer: str
    due: date | None


def list_items(
    wanted: WantedItems,
    *,
    store: TenantStore,
    on: date,
    limit: int,
    after: str | None = None,
    latest_first: bool = False,
) -> Page[ListedItem]:
    """Return the next of the items asked for, oldest due first, as of tenant day `on`.

    A part may hold fewer than `limit` and yet be followed by another. Raises BadInput for a cursor
    of another list.
    """

    def read(some: int, behind: str | None) -> Page[tuple[str, Item]]:
        return _part(wanted, store=store, limit=some, after=behind, latest_first=latest_first)

    def keep(entries: Sequence[tuple[str, Item]]) -> list[ListedItem | None]:
        likely = [(key, each) for key, each in entries if _is_likely(each, wanted)]
        dues = effective_dues(likely, store=store)
        shown = {
            item.id: ListedItem(item=item, customer=key, due=dues[item.id])
            for key, item in likely
            if not wanted.overdue or _is_overdue(item, dues[item.id], on)
        }
        return [shown.get(item.id) for _, item in entries]

    return narrowed(read, keep, limit=limit, after=after)


def _part(
    wanted: WantedItems, *, store: TenantStore, limit: int, after: str | None, latest_first: bool
) -> Page[tuple[str, Item]]:
    """Return the next part of the shortest list that holds all that are asked for."""
    if wanted.customer is None:
        return store.items(limit=limit, after=after, latest_first=latest_first)
    account = store.account(wanted.customer)
    places = {_place(item): item for item in (account.items if account else ())}
    behind = [
        place
        for place in sorted(places, reverse=latest_first)
        if after is None or (place < after if latest_first else place > after)
    ]
    if after is not None and "/" not in after:
        raise BadInput("this is not a cursor of this list", pointer="/after")
    more = behind[limit - 1] if len(behind) > limit else None
    entries = tuple((wanted.customer, places[place]) for place in behind[:limit])
    return Page(entries=entries, next=more)


def _place(item: Item) -> str:
    return f"{item.due or item.issued}/{item.id}"


def _is_likely(item: Item, wanted: WantedItems) -> bool:
    """Tell whether it may be wanted, by itself alone."""
    return (
        wanted.kind in (None, item.kind)
        and wanted.status in (None, item.status)
        and (wanted.least is None or to_decimal(item.residual, item.currency) >= wanted.least)
    )


def _is_overdue(item: Item, due: date | None, on: date) -> bool:
    return bool(due and due < on and item.residual and not item.kind.is_credit)
