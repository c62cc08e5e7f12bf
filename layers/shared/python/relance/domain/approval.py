"""A message that waits for a yes: what was approved, and whether it may leave as approved (D32)."""

import hashlib
from dataclasses import replace
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.decision import DueAction, Held
from relance.domain.deeds import Deed, DeedKind
from relance.domain.facts import Facts
from relance.domain.lifecycle import WrongStateError, wrong_state
from relance.domain.planning import decide, reconsider

_CHANGED = "it changed after it was approved: look at it again"


def awaits_yes(action: Action) -> bool:
    """Tell whether it is a message that waits, approved or not, for leaving on a yes."""
    return action.state is ActionState.TO_CONFIRM


def is_approved(action: Action) -> bool:
    """Tell whether somebody said yes to it and it has not left yet."""
    return awaits_yes(action) and action.approved_on is not None


def approve(action: Action, facts: Facts, *, on: date, author: str) -> Action:
    """Return the action as approved on tenant day `on`, for what it says by these facts.

    Inside the minimum contact delay, or outside its channel's window, it keeps the approval and
    waits (D17). Raises WrongStateError when it does not wait for a yes or no longer stands.
    """
    if not awaits_yes(action):
        raise wrong_state(action, "not to confirm")
    reason = _refusal(action, facts, on=on)
    if reason:
        raise WrongStateError(f"it no longer stands: {reason}")
    said = _said(action, facts)
    if is_approved(action) and action.approved_as == said:
        return action
    deed = Deed(what=DeedKind.APPROVED, on=on, author=author)
    return replace(
        action,
        approved_on=on,
        approved_as=said,
        author=author,
        reason=None,
        deeds=(*action.deeds, deed),
    )


def unapproved(action: Action) -> Action:
    """Return the action without its approval, which says why."""
    return replace(action, approved_on=None, approved_as=None, author=None, reason=_CHANGED)


def is_changed(action: Action, facts: Facts) -> bool:
    """Tell whether an approved action would by these facts say something else (D32)."""
    return action.approved_as != _said(action, facts)


def approved_due(action: Action, facts: Facts, *, on: date) -> DueAction | None:
    """Return what leaves on `on` of an approved action, under its own id; None when nothing may."""
    if not is_approved(action) or is_changed(action, facts):
        return None
    if not facts.rules.windows.is_open(action.channel, on, closed=facts.closed_days):
        return None
    due = reconsider(facts, action, on=on)
    if due is None or set(due.sends) != set(action.sends):
        return None
    return replace(due, id=action.id, joins=None)


def _refusal(action: Action, facts: Facts, *, on: date) -> str | None:
    """Return why nothing of it may leave on any day by these facts, None when it may."""
    decision = decide(facts, on=on)
    for withdrawal in decision.withdrawals:
        if withdrawal.action == action.id:
            return withdrawal.reason
    due = reconsider(facts, action, on=on)
    if due is not None:
        added = set(due.sends) - set(action.sends)
        return "more came due, which the next night adds to it" if added else None
    others = tuple(each for each in facts.actions if each.id != action.id)
    held = decide(replace(facts, actions=others), on=on).held
    return _for_good(held, {send.item for send in action.sends})


def _for_good(held: tuple[Held, ...], items: set[str]) -> str | None:
    """Return the reason when no item of these moves again by time alone."""
    own = [each for each in held if each.item in items]
    if any(each.until is not None for each in own):
        return None
    return next((each.detail or each.hold.value for each in own), "nothing of it is due")


def _said(action: Action, facts: Facts) -> str:
    """Return a short name for what it says: its items and steps, what is open, the credits."""
    items = {item.id: item for item in facts.items}
    own = [
        (send.item, send.step.value, send.cycle, items[send.item].residual)
        for send in sorted(action.sends)
        if send.item in items
    ]
    credits_ = sorted(
        (item.id, item.residual)
        for item in facts.items
        if item.kind.is_credit and item.currency == action.currency
    )
    # What is disputed is not asked for (D29).
    items_of_it = {send.item for send in action.sends}
    disputed = sorted(
        (each.item, each.amount or 0)
        for each in facts.disputes
        if each.item in items_of_it and each.resolved_on is None
    )
    told = (action.step.value, action.channel.value, own, credits_)
    text = repr((*told, disputed) if disputed else told)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
