"""Give what waits to somebody else, or put it off (A2, C6, D14)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from relance.app.action_change import TRIES, Change, change_action, live_action, refusal
from relance.app.errors import BadInput, Conflict, MovedMeanwhile
from relance.app.items import FARTHEST, not_before
from relance.app.people import check_known, people_of
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, reschedule_written, unheard
from relance.domain import lifecycle
from relance.domain.actions import Action, ActionState
from relance.domain.customer import Customer
from relance.domain.items import Item

# Of an account so large that it takes several writes: what says that they are not all done.
HALF_PUT_OFF = "put-off"


def assign_action(
    identifier: str,
    responsible: Sequence[str],
    *,
    author: str,
    store: TenantStore,
    on: date,
    reason: str = "",
    failed: Failed = unheard,
) -> Action:
    """Make these responsible for a waiting action, instead of whoever was, as of tenant day `on`.

    Raises NotFound, BadInput for a name that nobody has, Conflict when it does not wait any more.
    """
    check_known(responsible, people_of(store), pointer="/responsible")

    def assigned(_: Account, action: Action) -> Change:
        return Change(
            action=lifecycle.assign(action, responsible, on=on, author=author, reason=reason)
        )

    return change_action(identifier, assigned, store=store, on=on, failed=failed)


def put_off_action(
    identifier: str,
    until: date,
    reason: str,
    *,
    author: str,
    store: TenantStore,
    on: date,
    failed: Failed = unheard,
) -> Action:
    """Cancel a waiting action and let its steps come back on tenant day `until`, decided anew.

    Its items get the date that a person may set (D14). Raises NotFound, BadInput for a day that is
    past or too far and for what can't be put off, Conflict when it does not wait any more.
    """
    if not on < until <= on + FARTHEST:
        raise BadInput("must be a day from tomorrow to two years ahead", pointer="/until")
    for _ in range(TRIES):
        account, action = live_action(identifier, store=store)
        if action.put_off_until == until and action.state is ActionState.CANCELLED:
            return action  # the same again, or a night that found our dates
        try:
            put_off = lifecycle.put_off(action, until, on=on, author=author, reason=reason)
        except lifecycle.LifecycleError as error:
            raise refusal(error) from None
        dated = not_before(_own(account, action), until, reason=reason, author=author, on=on)
        try:
            customer = _dated(account.customer, dated, store=store)
        except Conflict:
            continue
        if store.save_action(customer, put_off):
            reschedule_written(customer.id, store=store, on=on, failed=failed)
            return put_off
    raise MovedMeanwhile("the customer is being changed by others: try again")


def _own(account: Account, action: Action) -> tuple[Item, ...]:
    """Return the action's items that are still debts."""
    own = {send.item for send in action.sends}
    return tuple(
        each
        for each in account.items
        if each.id in own and not each.kind.is_credit and each.residual > 0
    )


def _dated(customer: Customer, items: Sequence[Item], *, store: TenantStore) -> Customer:
    """Write the items' dates; what an interrupted write left open is closed by the next."""
    if customer.incomplete_since == HALF_PUT_OFF:
        customer = replace(customer, incomplete_since=None)
    elif not items:
        return customer
    return store.apply_sync(customer, put=items, import_id=HALF_PUT_OFF)
