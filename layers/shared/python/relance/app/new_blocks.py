"""What a person's word makes of a customer's account: disputes and promises, not stored yet."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from relance.app.errors import BadInput
from relance.app.ports.accounts import Account
from relance.contracts.http.blocks import MOST_PROMISED, DisputeWrite, PromiseWrite
from relance.domain.blocks import Block, Dispute, Promise
from relance.domain.items import Item

# All of a customer's are read with each of its decisions.
MOST_BLOCKS = 500
# Nobody's promise is worth waiting for longer.
FARTHEST_PROMISE = timedelta(days=365)


def new_dispute(
    account: Account, body: DisputeWrite, *, identifier: str, author: str, on: date
) -> Dispute:
    """Return the dispute that `body` makes of the account on tenant day `on`; nothing is stored.

    Raises BadInput as `add_dispute`.
    """
    item = debt(account, body.item, pointer="/item")
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


def new_promise(
    account: Account, body: PromiseWrite, *, identifier: str, author: str, on: date
) -> Promise:
    """Return the promise that `body` makes of the account on tenant day `on`; nothing is stored.

    Raises BadInput as `add_promise`.
    """
    if not on <= body.due <= on + FARTHEST_PROMISE:
        raise BadInput("must be a day from today to a year ahead", pointer="/due")
    items = _promised(account, body)
    if len(items) > MOST_PROMISED:
        message = f"name the items that are promised, {MOST_PROMISED} at most"
        raise BadInput(message, pointer="/items")
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


def check_room(account: Account, blocks: Iterable[Block]) -> None:
    """Raise BadInput when the customer would have more of them than it may."""
    known = {each.id for each in account.blocks}
    added = {each.id for each in blocks} - known
    if added and len(known) + len(added) > MOST_BLOCKS:
        raise BadInput(f"a customer has at most {MOST_BLOCKS} stops, disputes and promises")


def debt(account: Account, wanted: str, *, pointer: str) -> Item:
    """Return an item that something of is open; raises BadInput when it is none of the account."""
    found = next((item for item in account.items if item.id == wanted), None)
    if found is None or found.kind.is_credit or found.residual <= 0:
        raise BadInput("is no open invoice of this customer", pointer=pointer)
    return found


def _promised(account: Account, body: PromiseWrite) -> tuple[Item, ...]:
    if body.items:
        wanted = dict.fromkeys(body.items)
        items = tuple(
            debt(account, item, pointer=f"/items/{place}") for place, item in enumerate(wanted)
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
