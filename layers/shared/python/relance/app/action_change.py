"""How a person's word changes a live action, on the facts as read, or is told what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from relance.app.errors import BadInput, Conflict, MovedMeanwhile, NotFound
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, reschedule_written, unheard
from relance.domain import lifecycle
from relance.domain.actions import Action
from relance.domain.blocks import Block
from relance.domain.customer import Customer
from relance.domain.identifiers import owner

# Facts of one customer seldom move twice while a person's answer is written.
TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person's word changes: the action, maybe its customer, and blocks to be added."""

    action: Action
    customer: Customer | None = None
    blocks: tuple[Block, ...] = ()


def change_action(
    identifier: str,
    change: Callable[[Account, Action], Change],
    *,
    store: TenantStore,
    on: date,
    failed: Failed = unheard,
) -> Action:
    """Change a live action as of tenant day `on` and reschedule its customer.

    `change` is asked again when the customer's facts move meanwhile. Raises NotFound, Conflict
    with what happened when the action does not wait any more, BadInput.
    """
    for _ in range(TRIES):
        account, action = live_action(identifier, store=store)
        try:
            changed = change(account, action)
        except lifecycle.LifecycleError as error:
            raise refusal(error) from None
        if _save(account, changed, store=store):
            reschedule_written(account.customer.id, store=store, on=on, failed=failed)
            return changed.action
    raise MovedMeanwhile("the customer is being changed by others: try again")


def live_action(identifier: str, *, store: TenantStore) -> tuple[Account, Action]:
    """Return a live action and its customer's account; raises NotFound, Conflict when it's over."""
    customer = owner(identifier)
    account = store.account(customer) if customer else None
    for action in account.actions if account else ():
        if account is not None and action.id == identifier:
            return account, action
    if store.action(identifier) is None:
        raise NotFound("there is no such action")
    raise Conflict("the action is over: its items are paid and put away")


def refusal(error: lifecycle.LifecycleError) -> BadInput | Conflict:
    """Return the error for a person whose word an action can't take."""
    if isinstance(error, lifecycle.WrongStateError):
        return Conflict(str(error))
    wrong_channel = isinstance(error, lifecycle.WrongChannelError)
    return BadInput(str(error), pointer="/result" if wrong_channel else "")


def _save(account: Account, changed: Change, *, store: TenantStore) -> bool:
    if changed.customer is None and not changed.blocks:
        return store.save_action(account.customer, changed.action)
    customer = changed.customer or account.customer
    return store.close_action(customer, changed.action, blocks=changed.blocks)
