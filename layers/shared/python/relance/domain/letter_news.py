"""What the post's news make of a letter's action: forward only, in whatever order they come (A3).

The action's state follows from the furthest that the post told of, so that the same news in any
order, and any number of times, end in the same state.
"""

from dataclasses import replace
from datetime import date

from relance.domain.actions import Action, ActionState
from relance.domain.carriage import Carriage, KeptProof, PostalState
from relance.domain.scenario import Channel

LETTERS = (Channel.LETTER, Channel.REGISTERED_LETTER)
# What the post may settle or correct; what a person decided about an action stands.
_THE_POST_S = (
    ActionState.RESERVED,
    ActionState.IN_DOUBT,
    ActionState.SENT,
    ActionState.DELIVERED,
    ActionState.FAILED,
)
_WORDS = {
    PostalState.REJECTED: "the post does not carry it",
    PostalState.RETURNED: "the post carried it and brought it back",
}


def is_carried(action: Action) -> bool:
    """Tell whether it is a letter with a draft at its provider: that one is asked about it."""
    return action.channel in LETTERS and action.reference is not None


def carried(
    action: Action, state: PostalState, *, on: date, detail: str = "", number: str = ""
) -> Action | None:
    """Return the action once the post tells that its letter is at `state` since tenant day `on`.

    None when it was known to be as far. Taken for carrying is completed, on the day on which it
    was made up (D11): such a letter can't be called back. One that comes back stays so, since the
    post accepted it; its history says that it came back. Rejected, its step is open again.
    """
    known = action.carriage
    if state is PostalState.DRAFT or (known is not None and state.rank <= known.state.rank):
        return None
    told = Carriage(
        state=state,
        on=on,
        detail=detail,
        number=number or (known.number if known else ""),
        proofs=known.proofs if known else (),
    )
    moved = replace(action, carriage=told)
    if action.state not in _THE_POST_S:
        return moved
    reached = _state(state)
    return replace(
        moved,
        state=reached,
        completed_on=(action.completed_on or action.day) if reached.completes else None,
        reason=_reason(action, told),
    )


def proved(action: Action, proof: KeptProof) -> Action:
    """Return the action with a proof, in the place of one of its kind."""
    told = action.carriage or Carriage(state=PostalState.SUBMITTED)
    others = tuple(each for each in told.proofs if each.kind is not proof.kind)
    return replace(action, carriage=replace(told, proofs=(*others, proof)))


def _state(state: PostalState) -> ActionState:
    if state is PostalState.REJECTED:
        return ActionState.FAILED
    return ActionState.DELIVERED if state is PostalState.DELIVERED else ActionState.SENT


def _reason(action: Action, told: Carriage) -> str | None:
    words = _WORDS.get(told.state)
    if words is None:
        # Why it was in doubt, or had failed, is no reason any more; what was left out still is.
        held = action.state in (ActionState.IN_DOUBT, ActionState.FAILED)
        return None if held else action.reason
    return f"{words}: {told.detail}" if told.detail else words
