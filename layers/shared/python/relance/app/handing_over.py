"""A reserved message and its provider: what is kept of how the handing over ended (D39, D40)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from relance.app.errors import InDoubtError, NotAcceptedError, RefusedError, ThrottledError
from relance.app.ports.tenant_store import TenantStore
from relance.app.verdict import MOST_TRIES, Verdict
from relance.domain.actions import Action, ActionState
from relance.domain.identifiers import owner

# How often a customer's facts may move while an approved message is put back.
_TRIES = 5


def hand_over(
    action: Action,
    deliver: Callable[[], str],
    *,
    was: Action | None,
    store: TenantStore,
    today: date,
    last: bool,
) -> Verdict:
    """Give the reserved message to its provider and keep what came of it.

    `was` is what it was while it waited for a yes, None if it never did. Raises as `not_taken`.
    """
    try:
        reference = deliver()
    except RefusedError as error:
        return refused(action, str(error), store=store)
    except NotAcceptedError as error:
        return not_taken(action, error, was=was, store=store, last=last)
    except InDoubtError as error:
        return in_doubt(action, str(error), store=store)
    store.advance_action(
        replace(action, state=ActionState.SENT, completed_on=today, reference=reference)
    )
    return Verdict.SENT


def not_taken(
    action: Action,
    error: NotAcceptedError,
    *,
    was: Action | None,
    store: TenantStore,
    last: bool,
) -> Verdict:
    """Give back a reservation whose message its provider certainly did not take, and raise `error`.

    On the `last` try it has failed instead, unless the provider only asked to wait (D40).
    """
    if last and not isinstance(error, ThrottledError):
        return refused(action, tried_out(error), store=store)
    give_back(action, was=was, store=store)
    raise error


def tried_out(error: NotAcceptedError) -> str:
    """Return what the history says of a message that is not tried any more."""
    return f"not taken by its provider, tried {MOST_TRIES} times: {error}"


def refused(action: Action, reason: str, *, store: TenantStore) -> Verdict:
    """Keep that the message failed for good."""
    store.advance_action(replace(action, state=ActionState.FAILED, reason=reason))
    return Verdict.REFUSED


def in_doubt(action: Action, reason: str, *, store: TenantStore) -> Verdict:
    """Keep that it can't be known whether the message left."""
    store.advance_action(replace(action, state=ActionState.IN_DOUBT, reason=reason))
    return Verdict.IN_DOUBT


def waiting_again(action: Action) -> Action | None:
    """Return what a reserved action was while it waited, approved, to leave; None if it never did.

    For a worker that finds the reservation of another. It keeps the day on which it was taken up.
    """
    if action.approved_on is None:
        return None
    return replace(
        action,
        state=ActionState.TO_CONFIRM,
        reserved_at=None,
        document=None,
        reference=None,
        carriage=None,
        reason=None,
    )


def give_back(action: Action, *, was: Action | None, store: TenantStore) -> None:
    """Take back the reservation of a message that certainly did not leave.

    One that was approved (`was`) waits again, still approved. Should the facts never stand still,
    the reservation stays and is found later.
    """
    if was is None:
        store.release_action(action)
        return
    for _ in range(_TRIES):
        account = store.account(owner(action.id))
        if account is None or action not in account.actions:  # somebody settled it meanwhile
            return
        if store.save_action(account.customer, was):
            return
