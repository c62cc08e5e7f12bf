"""What a decision makes of the facts once it is carried out."""

from dataclasses import replace
from datetime import date, timedelta

from relance.domain.decision import Decision, DueAction
from relance.domain.facts import Action, ActionState, Facts
from relance.domain.scenario import Channel
from relance.domain.withdrawal import without

_LETTERS = (Channel.LETTER, Channel.REGISTERED_LETTER)


def carried_out(facts: Facts, decision: Decision, *, on: date) -> Facts:
    """Return the facts once a decision of tenant day `on` is carried out; its messages are leaving.

    What is settled is put away.
    """
    facts = without(facts, decision.withdrawals)
    actions = {action.id: action for action in facts.actions}
    for due in (*decision.due, *decision.follow_ups):
        joins = actions.get(due.joins) if due.joins else None
        begun = _joined(joins, due) if joins else _begun(due, on)
        actions[begun.id] = begun
    settled = set(decision.settled)
    items = tuple(item for item in facts.items if item.id not in settled)
    return replace(facts, items=items, actions=tuple(actions.values()))


def _begun(due: DueAction, on: date) -> Action:
    deadline = due.step.deadline_days
    return Action(
        id=due.id,
        currency=due.currency,
        step=due.step.key,
        step_name=due.step.name,
        channel=due.step.channel,
        state=_first_state(due),
        sends=due.sends,
        day=on,
        deadline=None if deadline is None else on + timedelta(days=deadline),
    )


def _first_state(due: DueAction) -> ActionState:
    if not due.step.channel.is_message:
        return ActionState.OPEN
    if due.confirm:
        return ActionState.TO_CONFIRM
    return ActionState.TO_POST if due.step.channel in _LETTERS else ActionState.RESERVED


def _joined(waiting: Action, due: DueAction) -> Action:
    joined = replace(waiting, sends=tuple(sorted({*waiting.sends, *due.sends})))
    if due.step.key.level < waiting.step.level:
        return joined
    return replace(joined, step=due.step.key, step_name=due.step.name, channel=due.step.channel)
