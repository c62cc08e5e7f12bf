"""What a decision makes of a customer's actions once it is carried out: the one place that says so.

The planner keeps what `writes` returns, the workers what `begun` returns, a simulation takes
`carried_out` for the next day's facts.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from relance.domain.actions import Action, ActionState, in_order
from relance.domain.approval import is_approved, unapproved
from relance.domain.decision import Decision, DueAction, Withdrawal
from relance.domain.deeds import DeedKind
from relance.domain.facts import Facts
from relance.domain.scenario import Channel
from relance.domain.withdrawal import without

_LETTERS = (Channel.LETTER, Channel.REGISTERED_LETTER)


@dataclass(frozen=True, slots=True)
class Write:
    """An action as it is to be kept; `new` tells that there was none with its id."""

    action: Action
    new: bool


def writes(facts: Facts, decision: Decision, *, on: date) -> tuple[Write, ...]:
    """Return what a decision of tenant day `on` changes of these actions, in this order.

    First what is withdrawn (D17, D32), then what is opened, put up for confirmation or joined. An
    action may come twice, the later one whole. Messages that leave by themselves are their
    workers' to write.
    """
    actions = {action.id: action for action in without(facts, decision.withdrawals).actions}
    found = []
    for withdrawal in decision.withdrawals:
        action = _withdrawn(actions[withdrawal.action], withdrawal)
        actions[action.id] = action
        found.append(Write(action, new=False))
    for due in (*decision.due, *decision.follow_ups):
        if due.leaves_by_itself:
            continue
        waiting = actions.get(due.joins) if due.joins else None
        action = _joined(waiting, due) if waiting else begun(due, facts, on=on)
        actions[action.id] = action
        found.append(Write(action, new=waiting is None))
    return tuple(found)


def carried_out(facts: Facts, decision: Decision, *, on: date) -> Facts:
    """Return the facts once a decision of tenant day `on` is carried out; its messages are leaving.

    What is settled is put away.
    """
    actions = {action.id: action for action in facts.actions}
    for write in writes(facts, decision, on=on):
        actions[write.action.id] = write.action
    for due in decision.due:
        if due.leaves_by_itself:
            actions[due.id] = begun(due, facts, on=on)
    settled = set(decision.settled)
    items = tuple(item for item in facts.items if item.id not in settled)
    return replace(facts, items=items, actions=tuple(actions.values()))


def begun(due: DueAction, facts: Facts, *, on: date, was: Action | None = None) -> Action:
    """Return the action that `due` becomes by these facts on tenant day `on`.

    `was` is what it was while it waited for a yes: who said it stays known. What a person put off
    comes back to those to whom a person gave it (A2).
    """
    scenario, deadline = facts.scenario, due.step.deadline_days
    before = was or _put_off(due, facts)
    return Action(
        id=due.id,
        currency=due.currency,
        step=due.step.key,
        step_name=due.step.name,
        channel=due.step.channel,
        state=_first_state(due),
        sends=due.sends,
        day=on,
        scenario=scenario.id if scenario else "",
        scenario_version=scenario.version if scenario else 0,
        responsible=before.responsible if before and _given(before) else due.step.responsible,
        account_manager=facts.customer.account_manager,
        late_days=due.step.late_days,
        deadline=None if deadline is None else on + timedelta(days=deadline),
        deeds=before.deeds if before else (),
        author=was.author if was else None,
        approved_on=was.approved_on if was else None,
        approved_as=was.approved_as if was else None,
    )


def _first_state(due: DueAction) -> ActionState:
    if not due.step.channel.is_message:
        return ActionState.OPEN
    if due.confirm:
        return ActionState.TO_CONFIRM
    return ActionState.TO_POST if due.step.channel in _LETTERS else ActionState.RESERVED


def _withdrawn(left: Action, withdrawal: Withdrawal) -> Action:
    """Return what is left of an action with its reason; what was approved is so no more (D32)."""
    if is_approved(left):
        left = unapproved(left)
    return replace(left, reason=withdrawal.reason)


def _joined(waiting: Action, due: DueAction) -> Action:
    """Return the waiting action with what `due` adds, under the higher of both steps (D17)."""
    if is_approved(waiting):
        waiting = unapproved(waiting)
    joined = replace(waiting, sends=tuple(sorted({*waiting.sends, *due.sends})))
    if due.step.key.level < waiting.step.level:
        return joined
    return replace(
        joined,
        step=due.step.key,
        step_name=due.step.name,
        channel=due.step.channel,
        responsible=waiting.responsible
        if _given(waiting)
        else due.step.responsible or waiting.responsible,
        late_days=due.step.late_days or waiting.late_days,
    )


def _given(action: Action) -> bool:
    """Tell whether a person said who is to do it: then no step says otherwise."""
    return any(deed.what is DeedKind.ASSIGNED for deed in action.deeds)


def _put_off(due: DueAction, facts: Facts) -> Action | None:
    """Return the latest action that a person put off and that this one brings back, if any."""
    # What was cancelled was the cycle before.
    wanted = {replace(send, cycle=send.cycle - 1) for send in due.sends}
    found = (
        action
        for action in facts.actions
        if action.put_off_until is not None
        and action.state is ActionState.CANCELLED
        and not wanted.isdisjoint(action.sends)
    )
    return max(found, key=in_order, default=None)
