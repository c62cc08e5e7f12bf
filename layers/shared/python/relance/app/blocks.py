"""What people write down that holds a customer's items: stops, disputes, promises (C2, C4, C5)."""

from dataclasses import replace
from datetime import date

from relance.app.erased import refuse_erased
from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.idempotency import new_id
from relance.app.items import FARTHEST
from relance.app.new_blocks import check_room, debt, new_dispute, new_promise
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, reschedule_written, unheard
from relance.contracts.http.blocks import DisputeWrite, PromiseWrite, StopWrite
from relance.domain.blocks import Block, Dispute, Promise, Stop


def add_stop(
    customer: str,
    body: StopWrite,
    *,
    author: str,
    store: TenantStore,
    on: date,
    seed: str | None = None,
    failed: Failed = unheard,
) -> Stop:
    """Stop a customer or an item from tenant day `on`; what this `seed` made is returned as it is.

    Raises NotFound for the customer, BadInput for an item that is not among its open ones or an
    end already past or too far, Conflict when the customer keeps changing.
    """
    account, identifier = _account(customer, store=store), _new_id(customer, seed)
    if (made := _made(account, Stop, identifier)) is not None:
        return made
    if body.until is not None and body.until < on:
        raise BadInput("lies in the past", pointer="/until")
    if body.until is not None and body.until > on + FARTHEST:
        message = "must be a day up to two years ahead; a stop for good has no `until`"
        raise BadInput(message, pointer="/until")
    if body.item is not None:
        debt(account, body.item, pointer="/item")
    stop = Stop(
        id=identifier,
        since=on,
        reason=body.reason,
        author=author,
        item=body.item,
        until=body.until,
    )
    _save(account, stop, store=store, on=on, failed=failed)
    return stop


def end_stop(
    customer: str, stop: str, *, author: str, store: TenantStore, on: date, failed: Failed = unheard
) -> Stop:
    """Lift a stop as of tenant day `on`; raises NotFound, Conflict when it is over already."""
    account = _account(customer, store=store)
    found = _block(account, Stop, stop)
    if found.ended_on is not None or (found.until is not None and found.until < on):
        raise Conflict("the stop is over already")
    ended = replace(found, ended_on=on, ended_by=author)
    _save(account, ended, store=store, on=on, failed=failed)
    return ended


def add_dispute(
    customer: str,
    body: DisputeWrite,
    *,
    author: str,
    store: TenantStore,
    on: date,
    seed: str | None = None,
    failed: Failed = unheard,
) -> Dispute:
    """Open a dispute of an item, or of a part of it, on tenant day `on`.

    Raises as `add_stop`; BadInput for an amount that is not within what is open of the item.
    """
    account, identifier = _account(customer, store=store), _new_id(customer, seed)
    if (made := _made(account, Dispute, identifier)) is not None:
        return made
    dispute = new_dispute(account, body, identifier=identifier, author=author, on=on)
    _save(account, dispute, store=store, on=on, failed=failed)
    return dispute


def resolve_dispute(
    customer: str,
    dispute: str,
    resolution: str,
    *,
    author: str,
    store: TenantStore,
    on: date,
    failed: Failed = unheard,
) -> Dispute:
    """Close a dispute on tenant day `on`; raises NotFound, Conflict when it is closed already."""
    account = _account(customer, store=store)
    found = _block(account, Dispute, dispute)
    if found.resolved_on is not None:
        raise Conflict("the dispute is resolved already")
    resolved = replace(found, resolved_on=on, resolved_by=author, resolution=resolution)
    _save(account, resolved, store=store, on=on, failed=failed)
    return resolved


def add_promise(
    customer: str,
    body: PromiseWrite,
    *,
    author: str,
    store: TenantStore,
    on: date,
    seed: str | None = None,
    failed: Failed = unheard,
) -> Promise:
    """Note a promise to pay made on tenant day `on`.

    Raises as `add_stop`; BadInput for an amount that is not within what is open of the items, or
    a day that is past or too far.
    """
    account, identifier = _account(customer, store=store), _new_id(customer, seed)
    if (made := _made(account, Promise, identifier)) is not None:
        return made
    promise = new_promise(account, body, identifier=identifier, author=author, on=on)
    _save(account, promise, store=store, on=on, failed=failed)
    return promise


def cancel_promise(
    customer: str,
    promise: str,
    *,
    author: str,
    store: TenantStore,
    on: date,
    failed: Failed = unheard,
) -> Promise:
    """Take back a promise noted by mistake; raises NotFound, Conflict when it was taken back."""
    account = _account(customer, store=store)
    found = _block(account, Promise, promise)
    if found.cancelled_on is not None:
        raise Conflict("the promise is taken back already")
    cancelled = replace(found, cancelled_on=on, cancelled_by=author)
    _save(account, cancelled, store=store, on=on, failed=failed)
    return cancelled


def _account(customer: str, *, store: TenantStore) -> Account:
    account = store.account(customer)
    if account is None:
        raise NotFound("there is no such customer")
    refuse_erased(account.customer)
    return account


def _save(account: Account, block: Block, *, store: TenantStore, on: date, failed: Failed) -> None:
    check_room(account, [block])
    store.save_block(account.customer, block)
    reschedule_written(account.customer.id, store=store, on=on, failed=failed)


def _made[B: Block](account: Account, kind: type[B], wanted: str) -> B | None:
    found = next((each for each in account.blocks if each.id == wanted), None)
    return found if isinstance(found, kind) else None


def _block[B: Block](account: Account, kind: type[B], wanted: str) -> B:
    found = _made(account, kind, wanted)
    if found is None:
        raise NotFound(f"the customer has no such {kind.__name__.lower()}")
    return found


def _new_id(customer: str, seed: str | None) -> str:
    return f"{customer}-{new_id(seed, digits=16)}"
