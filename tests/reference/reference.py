"""A slow, plain reading of the rules: what goes to one customer on one day.

Written from the rules; it shares nothing with the engine but the value types. It asks every rule of
every item anew each time and keeps nothing.
"""

from dataclasses import replace
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.facts import Facts
from relance.domain.scenario import StepKey
from tests.reference import beside, notices, thanks
from tests.reference.drafts import Held, drafts_of
from tests.reference.holds import reminder_hold, stands
from tests.reference.outcome import Outcome, named
from tests.reference.tonight import leave, message_of

_WAITING = (ActionState.OPEN, ActionState.TO_CONFIRM, ActionState.TO_POST)
Withdrawn = frozenset[tuple[str, frozenset[str], bool]]


def reference_decide(facts: Facts, on: date) -> Outcome:
    """Return what goes to this customer on tenant day `on`, and why the rest does not."""
    withdrawn, facts = _withdraw(facts, on)
    held: Held = {}
    settled: set[str] = set()
    movable = []
    for item in facts.items:
        if thanks.is_settled(item):
            continue
        why = reminder_hold(item, facts, facts.actions, on)
        if why is None:
            movable.append(item)
        else:
            held[item.id] = why
    drafts = drafts_of(movable, facts, held, on)
    leaving = leave(drafts, facts, on, held)
    messages = [message_of(draft, leaving, facts, on) for draft in leaving]
    messages += notices.notice_messages(facts, on, drafts, leaving, held)
    messages += thanks.thanks_messages(facts, on, leaving, held, settled)
    return Outcome(
        messages=frozenset(messages),
        held=frozenset((item, named(hold)) for item, (hold, _) in held.items()),
        dates=frozenset((item, day) for item, (_, day) in held.items() if day is not None),
        settled=frozenset(settled),
        withdrawn=withdrawn,
        follow_ups=beside.follow_ups(facts, on),
    )


def _withdraw(facts: Facts, on: date) -> tuple[Withdrawn, Facts]:
    """Take what no longer stands off what waits for a person; go on as if that were done (D17)."""
    withdrawn: set[tuple[str, frozenset[str], bool]] = set()
    actions: list[Action] = []
    for action in facts.actions:
        fallen = _fallen(action, facts, on) if action.state in _WAITING else frozenset()
        kept = tuple(send for send in action.sends if send.item not in fallen)
        whole = bool(fallen) and (not kept or action.state is ActionState.TO_POST)
        if whole:
            everything = frozenset(send.item for send in action.sends)
            withdrawn.add((action.id, everything, True))
            actions.append(replace(action, state=ActionState.CANCELLED))
        elif fallen:
            withdrawn.add((action.id, fallen, False))
            actions.append(replace(action, sends=kept))
        else:
            actions.append(action)
    return frozenset(withdrawn), replace(facts, actions=tuple(actions))


def _fallen(action: Action, facts: Facts, on: date) -> frozenset[str]:
    if action.step.is_follow_up:
        return beside.fallen_of(action, facts, on)
    items = {item.id: item for item in facts.items}
    fallen = set()
    for send in action.sends:
        item = items.get(send.item)
        if item is None:
            fallen.add(send.item)
        elif send.step is StepKey.PRE_DUE:
            kept = notices.stands(item, facts, on)
            fallen |= set() if kept else {item.id}
        elif send.step is StepKey.THANK_YOU:
            fallen |= set() if thanks.stands(item, facts, on) else {item.id}
        elif thanks.is_settled(item) or not stands(item, send.step, facts, facts.actions, on):
            fallen.add(item.id)
    return frozenset(fallen)
