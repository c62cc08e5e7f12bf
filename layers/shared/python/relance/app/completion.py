"""A person finishes, passes over or settles a waiting action (A2)."""

from datetime import date

from relance.app.action_change import Change, change_action
from relance.app.call_results import answers_of, blocks_of, check_result, marked
from relance.app.errors import BadInput, Conflict
from relance.app.new_blocks import check_room
from relance.app.ports.accounts import Account
from relance.app.ports.tenant_store import TenantStore
from relance.app.queries import step_of
from relance.app.schedule import Failed, unheard
from relance.contracts.http.actions import Completion, CompletionResult
from relance.domain import lifecycle
from relance.domain.actions import Action, ActionState


def complete_action(
    identifier: str,
    body: Completion,
    *,
    author: str,
    store: TenantStore,
    on: date,
    failed: Failed = unheard,
) -> Action:
    """Close a call, task or other with its result, or mark a letter posted, on tenant day `on`.

    The promise or disputes that the result brings are noted with it, all at once, and a wrong
    number is marked. Raises NotFound, Conflict when the action does not wait (any more), BadInput
    when the result does not fit it.
    """
    check_result(body)

    def completed(account: Account, action: Action) -> Change:
        if body.result is CompletionResult.POSTED:
            return Change(action=_posted(action, body, author=author, on=on))
        step = step_of(action, store=store)
        done = lifecycle.complete(
            action,
            on=on,
            author=author,
            result=lifecycle.Result(body.result.value),
            note=body.note,
            answers=answers_of(body, step),
        )
        blocks = tuple(blocks_of(account, action, body, author=author, on=on))
        check_room(account, blocks)
        return Change(action=done, customer=marked(account, action, body, step), blocks=blocks)

    return change_action(identifier, completed, store=store, on=on, failed=failed)


def skip_action(
    identifier: str,
    reason: str,
    *,
    author: str,
    store: TenantStore,
    on: date,
    failed: Failed = unheard,
) -> Action:
    """Pass over a waiting action: its step counts as completed on `on`, and says so (D11).

    Raises as `complete_action`.
    """

    def skipped(_: Account, action: Action) -> Change:
        return Change(action=lifecycle.skip(action, on=on, author=author, reason=reason))

    return change_action(identifier, skipped, store=store, on=on, failed=failed)


def settle_action(
    identifier: str,
    *,
    sent: bool,
    author: str,
    store: TenantStore,
    on: date,
    failed: Failed = unheard,
) -> Action:
    """Say whether a message in doubt left (D39); raises as `complete_action`.

    Not while it is reserved: its worker may be handing it over at this moment. Once that one can't
    live any more, the action is put in doubt by itself.
    """

    def settled(_: Account, action: Action) -> Change:
        if action.state is ActionState.RESERVED:
            raise Conflict("it is leaving; nobody can say yet whether it did")
        return Change(action=lifecycle.settle_doubt(action, sent=sent, on=on, author=author))

    return change_action(identifier, settled, store=store, on=on, failed=failed)


def retry_action(
    identifier: str, *, author: str, store: TenantStore, on: date, failed: Failed = unheard
) -> Action:
    """Let the next run try a failed action's step again (D40); raises as `complete_action`."""

    def retried(_: Account, action: Action) -> Change:
        return Change(action=lifecycle.retry(action, on=on, author=author))

    return change_action(identifier, retried, store=store, on=on, failed=failed)


def _posted(action: Action, body: Completion, *, author: str, on: date) -> Action:
    if action.state is not ActionState.TO_POST and not action.channel.is_message:
        raise BadInput("only a letter is posted", pointer="/result")
    reference = body.reference or None
    return lifecycle.mark_posted(action, on=on, author=author, reference=reference)
