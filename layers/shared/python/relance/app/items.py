"""What people set of items that their ledger does not say (D14, D27, D31, D36)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from relance.app.erased import refuse_erased
from relance.app.errors import BadInput, Conflict, NotAsItStands, NotFound
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, reschedule_written, unheard
from relance.contracts.http.items import ItemPatch
from relance.domain.actions import in_order
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.domain.items import FieldChange, Item, ItemEdit, ItemStatus, LevelSet, PaymentMethod
from relance.domain.progress import progress_by_item

# They lie in the item's own record, which every decision reads.
MOST_EDITS = 50
# Nobody means a later day; to hold something for good there are stops.
FARTHEST = timedelta(days=730)
# Of an account so large that it takes several writes: what says that they are not all done.
HALF_WAY = "payment-method"
_THE_LEDGERS_OWN = (ItemStatus.DRAFT, ItemStatus.CANCELLED)


def edit_item(
    identifier: str,
    patch: ItemPatch,
    *,
    author: str,
    store: TenantStore,
    on: date,
    expected: int | None = None,
    failed: Failed = unheard,
) -> tuple[Customer, Item]:
    """Change what `patch` names of a live item as of tenant day `on` and reschedule its customer.

    Returns both as they are now. The same again on the same day changes nothing. Raises NotFound,
    BadInput that names the field, Conflict when the item is put away or its customer is not at
    version `expected` or changes meanwhile.
    """
    account, item = _live(identifier, store=store)
    if expected is not None and account.customer.version != expected:
        raise Conflict("the item or its customer changed since it was read")
    wanted = patch.wanted()
    _check(item, wanted, on=on)
    values = dict(wanted)
    if "level" in values:
        level = values.pop("level")
        values["level_set"] = LevelSet(level=level, on=on, reason=patch.reason, author=author)
        if item.level_set is not None and (item.level_set.level, item.level_set.on) == (level, on):
            values["level_set"] = item.level_set
    edited = replace(item, **values)
    if edited == item:
        return account.customer, item
    before = {name: getattr(item, name, None) for name in wanted}
    if "level" in wanted:
        before["level"] = _level(account, item)
    edited = _noted(edited, before, wanted, reason=patch.reason, author=author, on=on)
    customer = store.apply_sync(account.customer, put=[edited], import_id=HALF_WAY)
    reschedule_written(customer.id, store=store, on=on, failed=failed)
    return customer, edited


def pay_by(
    customer: Customer,
    items: Iterable[Item],
    *,
    author: str,
    store: TenantStore,
    on: date,
    gets_profile: bool,
) -> Customer:
    """Write a customer, and with it how each of its live `items` is paid: as it pays now (D31).

    A crash half-way through a large account leaves the mark HALF_WAY; the same again goes on.
    Raises Conflict when the customer changes meanwhile, and, with nothing written, BadInput when
    an item was changed too often or the profile that it `gets` is no more.
    """
    method = customer.method
    changed = tuple(
        _noted(
            replace(item, method=method),
            {"method": item.method},
            {"method": method},
            reason="how the customer pays was changed",
            author=author,
            on=on,
        )
        for item in items
        if not item.kind.is_credit and item.method is not method
    )
    if pays_half_way(customer):
        customer = replace(customer, incomplete_since=None)
    return store.apply_sync(customer, put=changed, import_id=HALF_WAY, gets_profile=gets_profile)


def pays_half_way(customer: Customer) -> bool:
    """Whether only some of its invoices are paid as it pays now: `pay_by` is to go on."""
    return customer.incomplete_since == HALF_WAY


def not_before(
    items: Iterable[Item], day: date, *, reason: str, author: str, on: date
) -> tuple[Item, ...]:
    """Return these items with a date before which nothing goes (D14), noted as `author`'s edit.

    Those that have that date already are left out. Raises BadInput when one was changed too often.
    """
    return tuple(
        _noted(
            replace(item, not_before=day),
            {"not_before": item.not_before},
            {"not_before": day},
            reason=reason,
            author=author,
            on=on,
        )
        for item in items
        if item.not_before != day
    )


def _live(identifier: str, *, store: TenantStore) -> tuple[Account, Item]:
    customer = owner(identifier)
    account = store.account(customer) if customer else None
    for item in account.items if account else ():
        if account is not None and item.id == identifier:
            refuse_erased(account.customer)
            return account, item
    if account is None or store.item(identifier) is None:
        raise NotFound("there is no such item")
    raise NotAsItStands("the item is paid and put away")


def _check(item: Item, wanted: Mapping[str, Any], *, on: date) -> None:
    """Raise BadInput for what makes no sense of this item."""
    if item.kind.is_credit:
        for name in ("level", "method", "not_before", "rejected_on"):
            if name in wanted:
                raise BadInput("is for invoices only", pointer=f"/{name}")
    if "status" in wanted and item.status in _THE_LEDGERS_OWN:
        raise BadInput(f"the ledger says that it is {item.status.value}", pointer="/status")
    day = wanted.get("not_before")
    if day is not None and not on <= day <= on + FARTHEST:
        raise BadInput("must be a day from today to two years ahead", pointer="/not_before")
    rejected = wanted.get("rejected_on")
    if rejected is None:
        return
    if not item.issued <= rejected <= on:
        raise BadInput("must be a day from the invoice's issue to today", pointer="/rejected_on")
    if wanted.get("method", item.method) is PaymentMethod.MANUAL:
        raise BadInput("is for what is paid by direct debit or card", pointer="/rejected_on")


def _level(account: Account, item: Item) -> int:
    """Return the level at which the item stands, as decisions see it."""
    levels = {item.id: item.level_set} if item.level_set else {}
    progress = progress_by_item(sorted(account.actions, key=in_order), levels)
    return progress[item.id].level if item.id in progress else 0


def _noted(
    item: Item,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    reason: str,
    author: str,
    on: date,
) -> Item:
    """Return the item with an entry about what changed of it."""
    if len(item.edits) >= MOST_EDITS:
        raise BadInput(f"an item can be changed by people at most {MOST_EDITS} times")
    changes = tuple(
        FieldChange(name, _text(before[name]), _text(after[name]))
        for name in sorted(after)
        if name == "level" or before[name] != after[name]
    )
    edit = ItemEdit(on=on, author=author, reason=reason, changes=changes)
    return replace(item, edits=(*item.edits, edit))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
