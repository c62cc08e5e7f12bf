"""The list of what is owed, narrowed to what is asked for (C3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.app.errors import BadInput
from relance.app.narrowed import narrowed
from relance.app.ports.accounts import Account
from relance.app.ports.page import Page
from relance.app.ports.tenant_store import TenantStore
from relance.app.queries import effective_dues
from relance.domain.items import Item, ItemKind, ItemStatus
from relance.domain.money import to_decimal

# An item behind its customer's id.
type _Row = tuple[str, Item]


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
    if wanted.customer is not None and after is not None and "/" not in after:
        raise BadInput("this is not a cursor of this list", pointer="/after")
    # Once for the whole part: an account can be large, and it is looked through in many reads.
    account = store.account(wanted.customer) if wanted.customer is not None else None
    known = (account.customer,) if account else ()

    def read(some: int, behind: str | None) -> Page[_Row]:
        if wanted.customer is None:
            return store.items(limit=some, after=behind, latest_first=latest_first)
        return _part(account, some, behind, latest_first=latest_first) if account else Page(())

    def keep(entries: Sequence[_Row]) -> list[ListedItem | None]:
        likely = [(key, each) for key, each in entries if _is_likely(each, wanted)]
        dues = effective_dues(likely, store=store, known=known)
        shown = {
            item.id: ListedItem(item=item, customer=key, due=dues[item.id])
            for key, item in likely
            if not wanted.overdue or _is_overdue(item, dues[item.id], on)
        }
        return [shown.get(item.id) for _, item in entries]

    return narrowed(read, keep, limit=limit, after=after)


def _part(account: Account, limit: int, after: str | None, *, latest_first: bool) -> Page[_Row]:
    """Return the next part of an account's items."""
    places = {_place(item): item for item in account.items}
    behind = [
        place
        for place in sorted(places, reverse=latest_first)
        if after is None or (place < after if latest_first else place > after)
    ]
    more = behind[limit - 1] if len(behind) > limit else None
    entries = tuple((account.customer.id, places[place]) for place in behind[:limit])
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
