"""What people, the post and providers do with actions, by chance."""

from dataclasses import replace
from datetime import date

from relance.domain.actions import Action, ActionState, Send
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.scenario import Channel, StepKey
from tests.reference.chance import DAY, Dice

_LETTERS = (Channel.LETTER, Channel.REGISTERED_LETTER)


def first_state(due: DueAction, dice: Dice) -> ActionState:
    """Return how a message or task begins."""
    if not due.step.channel.is_message:
        return ActionState.OPEN
    if due.confirm:
        return ActionState.TO_CONFIRM
    return _handed_over(due.step.channel, dice)


def _handed_over(channel: Channel, dice: Dice) -> ActionState:
    if channel in _LETTERS:
        return ActionState.TO_POST
    if dice.falls(90):
        return ActionState.SENT
    return dice.among(ActionState.FAILED, ActionState.IN_DOUBT, ActionState.RESERVED)


def worked(action: Action, on: date, dice: Dice) -> Action:
    """Return an action after a day on which people and providers may have dealt with it."""
    state = action.state
    if state in (ActionState.OPEN, ActionState.TO_CONFIRM, ActionState.TO_POST):
        if dice.falls(4):
            return replace(action, state=ActionState.SKIPPED, completed_on=on)
        if not dice.falls(35):
            return action
        if state is ActionState.TO_CONFIRM:
            return _approved(action, on, dice)
        return replace(action, state=ActionState.DONE, completed_on=on)
    if state is ActionState.RESERVED and action.day < on:
        return replace(action, state=ActionState.IN_DOUBT)
    if state is ActionState.IN_DOUBT and dice.falls(30):
        if dice.falls(50):
            return replace(action, state=ActionState.SENT, completed_on=on)
        return replace(action, state=ActionState.CANCELLED)
    if state is ActionState.FAILED and dice.falls(30):
        return replace(action, state=ActionState.CANCELLED)
    if state is ActionState.SENT and on - action.day < 3 * DAY and dice.falls(15):
        told = (ActionState.DELIVERED, ActionState.BOUNCED, ActionState.COMPLAINED)
        return replace(action, state=dice.among(*told))
    return action


def campaign(name: str, facts: Facts, on: date, dice: Dice) -> Action:
    """Someone writes to the customer beside the plan (D44)."""
    return Action(
        id=name,
        currency="EUR",
        step=StepKey.CAMPAIGN,
        step_name="Voeux",
        channel=dice.among(Channel.EMAIL, Channel.LETTER, Channel.CALL),
        state=dice.among(ActionState.DONE, ActionState.SENT, ActionState.IN_DOUBT),
        sends=tuple(Send(each.id, StepKey.CAMPAIGN) for each in facts.items),
        day=on,
        completed_on=on,
    )


def _approved(action: Action, on: date, dice: Dice) -> Action:
    state = _handed_over(action.channel, dice)
    done = on if state is ActionState.SENT else None
    return replace(action, state=state, day=on, completed_on=done)
