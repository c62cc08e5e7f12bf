"""A person finishes, passes over or settles a waiting action (A2)."""

from collections.abc import Callable
from datetime import date

from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.ports import TenantStore
from relance.app.schedule import reschedule
from relance.contracts.http.actions import Completion, CompletionResult
from relance.domain import lifecycle
from relance.domain.facts import Action, ActionState
from relance.domain.identifiers import owner

# Facts of one customer seldom move twice while a person's answer is written.
_TRIES = 5


def complete_action(
    identifier: str, body: Completion, *, author: str, store: TenantStore, on: date
) -> Action:
    """Close a call, task or other with its result, or mark a letter posted, on tenant day `on`.

    Raises NotFound, Conflict when the action does not wait (any more), BadInput when the result
    does not fit it.
    """

    def completed(action: Action) -> Action:
        if body.result is not CompletionResult.POSTED:
            result = lifecycle.Result(body.result.value)
            return lifecycle.complete(action, on=on, author=author, result=result, note=body.note)
        if action.state is not ActionState.TO_POST and not action.channel.is_message:
            raise BadInput("only a letter is posted", pointer="/result")
        reference = body.reference or None
        return lifecycle.mark_posted(action, on=on, author=author, reference=reference)

    return _change(identifier, completed, store=store, on=on)


def skip_action(
    identifier: str, reason: str, *, author: str, store: TenantStore, on: date
) -> Action:
    """Pass over a waiting action: its step counts as completed on `on`, and says so (D11).

    Raises as `complete_action`.
    """
    return _change(
        identifier,
        lambda action: lifecycle.skip(action, on=on, author=author, reason=reason),
        store=store,
        on=on,
    )


def settle_action(
    identifier: str, *, sent: bool, author: str, store: TenantStore, on: date
) -> Action:
    """Say whether a message in doubt left (D39); raises as `complete_action`.

    Not while it is reserved: its worker may be handing it over at this moment. Once that one can't
    live any more, the action is put in doubt by itself.
    """

    def settled(action: Action) -> Action:
        if action.state is ActionState.RESERVED:
            raise Conflict("it is leaving; nobody can say yet whether it did")
        return lifecycle.settle_doubt(action, sent=sent, on=on, author=author)

    return _change(identifier, settled, store=store, on=on)


def retry_action(identifier: str, *, author: str, store: TenantStore, on: date) -> Action:
    """Let the next run try a failed action's step again (D40); raises as `complete_action`."""
    return _change(
        identifier, lambda action: lifecycle.retry(action, on=on, author=author), store=store, on=on
    )


def _change(
    identifier: str, change: Callable[[Action], Action], *, store: TenantStore, on: date
) -> Action:
    customer = owner(identifier)
    for _ in range(_TRIES):
        account = store.account(customer) if customer else None
        action = (
            next((each for each in account.actions if each.id == identifier), None)
            if account
            else None
        )
        if account is None or action is None:
            raise _not_live(identifier, store=store)
        try:
            changed = change(action)
        except lifecycle.WrongStateError as error:
            raise Conflict(str(error)) from None
        except lifecycle.WrongChannelError as error:
            raise BadInput(str(error), pointer="/result") from None
        except lifecycle.LifecycleError as error:
            raise BadInput(str(error)) from None
        if store.save_action(account.customer, changed):
            reschedule(customer, store=store, on=on)
            return changed
    raise Conflict("the customer is being changed by others: try again")


def _not_live(identifier: str, *, store: TenantStore) -> NotFound | Conflict:
    """Return the error for an action that is not among the live ones."""
    if store.action(identifier) is None:
        return NotFound("there is no such action")
    return Conflict("the action is over: its items are paid and put away")
