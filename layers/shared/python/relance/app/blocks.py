"""What people write down that holds a customer's items: stops, disputes, promises (C2, C4, C5)."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from relance.app.erased import refuse_erased
from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.items import FARTHEST
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import reschedule
from relance.contracts.http.blocks import DisputeWrite, PromiseWrite, StopWrite
from relance.domain.blocks import Block, Dispute, Promise, Stop
from relance.domain.items import Item

# All of a customer's are read with each of its decisions.
MOST_BLOCKS = 500
# Nobody's promise is worth waiting for longer.
FARTHEST_PROMISE = timedelta(days=365)


def add_stop(customer: str, body: StopWrite, *, author: str, store: TenantStore, on: date) -> Stop:
    """Stop a customer or an item from tenant day `on`.

    Raises NotFound for the customer, BadInput for an item that is not among its open ones or an
    end already past or too far, Conflict when the customer keeps changing.
    """
    account = _account(customer, store=store)
    if body.until is not None and body.until < on:
        raise BadInput("lies in the past", pointer="/until")
    if body.until is not None and body.until > on + FARTHEST:
        message = "must be a day up to two years ahead; a stop for good has no `until`"
        raise BadInput(message, pointer="/until")
    if body.item is not None:
        _debt(account, body.item, pointer="/item")
    stop = Stop(
        id=_new_id(customer),
        since=on,
        reason=body.reason,
        author=author,
        item=body.item,
        until=body.until,
    )
    _save(account, stop, store=store, on=on)
    return stop


def end_stop(customer: str, stop: str, *, author: str, store: TenantStore, on: date) -> Stop:
    """Lift a stop as of tenant day `on`; raises NotFound, Conflict when it is over already."""
    account = _account(customer, store=store)
    found = _block(account, Stop, stop)
    if found.ended_on is not None or (found.until is not None and found.until < on):
        raise Conflict("the stop is over already")
    ended = replace(found, ended_on=on, ended_by=author)
    _save(account, ended, store=store, on=on)
    return ended


def add_dispute(
    customer: str, body: DisputeWrite, *, author: str, store: TenantStore, on: date
) -> Dispute:
    """Open a dispute of an item, or of a part of it, on tenant day `on`.

    Raises as `add_stop`; BadInput for an amount that is not within what is open of the item.
    """
    account = _account(customer, store=store)
    dispute = new_dispute(account, body, identifier=_new_id(customer), author=author, on=on)
    _save(account, dispute, store=store, on=on)
    return dispute


def new_dispute(
    account: Account, body: DisputeWrite, *, identifier: str, author: str, on: date
) -> Dispute:
    """Return the dispute that `body` makes of the account on tenant day `on`; nothing is stored.

    Raises BadInput as `add_dispute`.
    """
    item = _debt(account, body.item, pointer="/item")
    amount = None
    if body.amount is not None:
        _check_currency(body.amount.currency, item)
        amount = body.amount.minor
        if not 0 < amount <= item.residual:
            raise BadInput("must be within what is open of the item", pointer="/amount")
    return Dispute(
        id=identifier,
        item=item.id,
        opened=on,
        reason=body.reason,
        author=author,
        owner=body.owner,
        amount=amount,
    )


def resolve_dispute(
    customer: str, dispute: str, resolution: str, *, author: str, store: TenantStore, on: date
) -> Dispute:
    """Close a dispute on tenant day `on`; raises NotFound, Conflict when it is closed already."""
    account = _account(customer, store=store)
    found = _block(account, Dispute, dispute)
    if found.resolved_on is not None:
        raise Conflict("the dispute is resolved already")
    resolved = replace(found, resolved_on=on, resolved_by=author, resolution=resolution)
    _save(account, resolved, store=store, on=on)
    return resolved


def add_promise(
    customer: str, body: PromiseWrite, *, author: str, store: TenantStore, on: date
) -> Promise:
    """Note a promise to pay made on tenant day `on`.

    Raises as `add_stop`; BadInput for an amount that is not within what is open of the items, or
    a day that is past or too far.
    """
    account = _account(customer, store=store)
    promise = new_promise(account, body, identifier=_new_id(customer), author=author, on=on)
    _save(account, promise, store=store, on=on)
    return promise


def new_promise(
    account: Account, body: PromiseWrite, *, identifier: str, author: str, on: date
) -> Promise:
    """Return the promise that `body` makes of the account on tenant day `on`; nothing is stored.

    Raises BadInput as `add_promise`.
    """
    if not on <= body.due <= on + FARTHEST_PROMISE:
        raise BadInput("must be a day from today to a year ahead", pointer="/due")
    items = _promised(account, body)
    still_open = sum(item.residual for item in items)
    if not 0 < body.amount.minor <= still_open:
        raise BadInput("must be within what is open of the items", pointer="/amount")
    return Promise(
        id=identifier,
        items=tuple(item.id for item in items),
        currency=body.amount.currency,
        amount=body.amount.minor,
        due=body.due,
        made_on=on,
        open_when_made=still_open,
        author=author,
        note=body.note,
    )


def cancel_promise(
    customer: str, promise: str, *, author: str, store: TenantStore, on: date
) -> Promise:
    """Take back a promise noted by mistake; raises NotFound, Conflict when it was taken back."""
    account = _account(customer, store=store)
    found = _block(account, Promise, promise)
    if found.cancelled_on is not None:
        raise Conflict("the promise is taken back already")
    cancelled = replace(found, cancelled_on=on, cancelled_by=author)
    _save(account, cancelled, store=store, on=on)
    return cancelled


def newly_kept(
    promises: Iterable[Promise], items: Iterable[Item], *, on: date
) -> tuple[Promise, ...]:
    """Return the promises that a sync of tenant day `on` finds kept, so marked (D30).

    `items` are the customer's after the sync; of one that is not among them nothing is open.
    """
    residuals = {item.id: item.residual for item in items}
    return tuple(
        replace(promise, kept_on=on)
        for promise in promises
        if promise.kept_on is None
        and promise.cancelled_on is None
        and promise.open_when_made - sum(residuals.get(item, 0) for item in promise.items)
        >= promise.amount
    )


def _account(customer: str, *, store: TenantStore) -> Account:
    account = store.account(customer)
    if account is None:
        raise NotFound("there is no such customer")
    refuse_erased(account.customer)
    return account


def check_room(account: Account, blocks: Iterable[Block]) -> None:
    """Raise BadInput when the customer would have more of them than it may."""
    known = {each.id for each in account.blocks}
    added = {each.id for each in blocks} - known
    if added and len(known) + len(added) > MOST_BLOCKS:
        raise BadInput(f"a customer has at most {MOST_BLOCKS} stops, disputes and promises")


def _save(account: Account, block: Block, *, store: TenantStore, on: date) -> None:
    check_room(account, [block])
    store.save_block(account.customer, block)
    reschedule(account.customer.id, store=store, on=on)


def _block[B: Block](account: Account, kind: type[B], wanted: str) -> B:
    found = next((each for each in account.blocks if each.id == wanted), None)
    if not isinstance(found, kind):
        raise NotFound(f"the customer has no such {kind.__name__.lower()}")
    return found


def _debt(account: Account, wanted: str, *, pointer: str) -> Item:
    found = next((item for item in account.items if item.id == wanted), None)
    if found is None or found.kind.is_credit or found.residual <= 0:
        raise BadInput("is no open invoice of this customer", pointer=pointer)
    return found


def _promised(account: Account, body: PromiseWrite) -> tuple[Item, ...]:
    if body.items:
        wanted = dict.fromkeys(body.items)
        items = tuple(
            _debt(account, item, pointer=f"/items/{place}") for place, item in enumerate(wanted)
        )
        for item in items:
            _check_currency(body.amount.currency, item)
        return items
    return tuple(
        item
        for item in account.items
        if item.currency == body.amount.currency and not item.kind.is_credit and item.residual > 0
    )


def _check_currency(currency: str, item: Item) -> None:
    if currency != item.currency:
        raise BadInput(f"the item is in {item.currency}", pointer="/amount/currency")


def _new_id(customer: str) -> str:
    return f"{customer}-{secrets.token_hex(8)}"
