"""What waits for a person and no longer stands: taken off, item by item (D17, D32)."""

from collections.abc import Iterable
from dataclasses import replace

from relance.domain.actions import Action, ActionState, in_order
from relance.domain.decision import Withdrawal
from relance.domain.eligibility import CAMPAIGN_RULES, refusal, standing_refusal
from relance.domain.facts import Facts
from relance.domain.follow_ups import subjects
from relance.domain.items import Item
from relance.domain.scenario import StepKey
from relance.domain.situation import Situation, case_of
from relance.domain.thanks import still_wanted

_WAITING = (ActionState.OPEN, ActionState.TO_CONFIRM, ActionState.TO_POST)


def withdrawals(situation: Situation) -> tuple[Withdrawal, ...]:
    """Return what is to be taken off tasks, unconfirmed messages and letters not yet posted.

    A letter is printed: when one of its items no longer stands it is withdrawn whole, and what
    still stands of it is due again.
    """
    if not situation.contacts.under_way:
        return ()
    waiting = [action for action in situation.facts.actions if action.state in _WAITING]
    if not waiting:
        return ()
    items = {item.id: item for item in situation.items}
    found = []
    for action in sorted(waiting, key=in_order):
        gone = _gone(action, items, situation)
        if gone:
            found.append(_withdrawal(action, gone))
    return tuple(found)


def without(facts: Facts, withdrawn: Iterable[Withdrawal]) -> Facts:
    """Return the facts as they are once these withdrawals are carried out."""
    by_action = {withdrawal.action: withdrawal for withdrawal in withdrawn}
    actions = tuple(
        _carried_out(action, by_action[action.id]) if action.id in by_action else action
        for action in facts.actions
    )
    return replace(facts, actions=actions)


def _carried_out(action: Action, withdrawal: Withdrawal) -> Action:
    if withdrawal.whole:
        return replace(action, state=ActionState.CANCELLED, reason=withdrawal.reason)
    sends = tuple(send for send in action.sends if send.item not in withdrawal.items)
    return replace(action, sends=sends)


def _withdrawal(action: Action, gone: dict[str, str]) -> Withdrawal:
    every = tuple(dict.fromkeys(send.item for send in action.sends))
    whole = len(gone) == len(every) or action.state is ActionState.TO_POST
    reasons = "; ".join(dict.fromkeys(gone.values()))
    items = every if whole else tuple(gone)
    return Withdrawal(action=action.id, items=items, whole=whole, reason=reasons)


def _gone(action: Action, items: dict[str, Item], situation: Situation) -> dict[str, str]:
    """Return the items that no longer belong to the action, each with the reason."""
    found = {}
    followed = _followed(action, situation)
    for send in action.sends:
        item = items.get(send.item)
        if item is None:
            reason: str | None = "it is settled"
        elif action.step.is_follow_up:
            reason = None if item.id in followed else _follow_up_reason(action.step, item)
        else:
            reason = _reason(send.step, item, situation)
        if reason:
            found[send.item] = reason
    return found


def _followed(action: Action, situation: Situation) -> frozenset[str]:
    """Return the items that a follow-up's task should be about now."""
    if not action.step.is_follow_up:
        return frozenset()
    wanted = subjects(situation).get((action.step, action.currency), ())
    return frozenset(item.id for item in wanted)


def _follow_up_reason(step: StepKey, item: Item) -> str:
    if item.residual <= 0:
        return "nothing of it is open any more"
    if step is StepKey.MATCHING:
        return "open credits do not cover it any more, or it was dealt with"
    return "its plan goes on, or it is not chased any more"


def _reason(step: StepKey, item: Item, situation: Situation) -> str | None:
    if step is StepKey.THANK_YOU:
        return None if still_wanted(item, situation) else "there is nothing to thank for any more"
    if item.residual <= 0:
        return "it is paid"
    case = case_of(item, situation)
    if step is StepKey.CAMPAIGN:
        held = refusal(case, situation, rules=CAMPAIGN_RULES)
        return held.detail if held else None
    held = standing_refusal(case, situation)
    if held is not None:
        return held.detail
    if case.step is None or case.step.key is not step:
        return "it is no longer on that step"
    if situation.asked(item) < situation.facts.rules.tolerance(item.currency):
        return "what remains of it is below the tolerance"
    return None
