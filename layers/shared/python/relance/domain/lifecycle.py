"""How an action moves on: by a provider's news or a person's hand, forward only (A2, A3, D11)."""

from dataclasses import replace
from datetime import date
from enum import StrEnum

from relance.domain.facts import Action, ActionState
from relance.domain.scenario import Channel


class LifecycleError(ValueError):
    """The action can't be moved that way; the message says why, for the person who asked."""


class WrongStateError(LifecycleError):
    """It isn't in a state from which this is possible."""


class WrongChannelError(LifecycleError):
    """That is not how an action of this channel is closed."""


class MissingReasonError(LifecycleError):
    """A person who passes over an action says why."""


class BadDateError(LifecycleError):
    """It can't have been done before it existed."""


class News(StrEnum):
    """What a provider says about a message."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"  # for good: the address is no use
    COMPLAINED = "complained"
    REJECTED = "rejected"


class Result(StrEnum):
    """How a call, task, other or letter to post ended (A2)."""

    DONE = "done"
    REACHED = "reached"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    PROMISE = "promise"
    DISPUTE = "dispute"
    WRONG_NUMBER = "wrong_number"
    POSTED = "posted"
    OTHER = "other"


_STATES = {
    News.ACCEPTED: ActionState.SENT,
    News.DELIVERED: ActionState.DELIVERED,
    News.BOUNCED: ActionState.BOUNCED,
    News.COMPLAINED: ActionState.COMPLAINED,
    News.REJECTED: ActionState.FAILED,
}
_SKIPPABLE = (
    ActionState.OPEN,
    ActionState.TO_CONFIRM,
    ActionState.TO_POST,
    ActionState.FAILED,
)


def advance(action: Action, news: News, *, on: date, reason: str | None = None) -> Action | None:
    """Return the action after a provider's news of tenant day `on`, None when it changes nothing.

    News come late, twice and out of order: only a higher rank moves. A bounce or rejection takes
    the completion back, so that the step is open again (D42).
    """
    state = _STATES[news]
    if state.rank <= action.state.rank:
        return None
    completed = (action.completed_on or on) if state.completes else None
    return replace(action, state=state, completed_on=completed, reason=reason or action.reason)


def complete(
    action: Action, *, on: date, author: str, result: Result, note: str | None = None
) -> Action:
    """Return an open call, task or other as done on tenant day `on`, or a letter posted (D11).

    Raises WrongChannelError when the result does not fit the channel or it is a message that
    leaves by itself, WrongStateError when it does not wait, BadDateError for a day before it was
    opened.
    """
    letter = action.channel in (Channel.LETTER, Channel.REGISTERED_LETTER)
    if action.channel.is_message and not letter:
        raise WrongChannelError("a message is closed by its provider's answer, not by a person")
    fitting = result in (Result.POSTED, Result.DONE) if letter else result is not Result.POSTED
    if not fitting:
        raise WrongChannelError(f"{_words(result)} is no result for {_words(action.channel)}")
    waiting = ActionState.TO_POST if letter else ActionState.OPEN
    if action.state is not waiting:
        raise WrongStateError(f"it is {_words(action.state)}, not {_words(waiting)}")
    _check_day(action, on)
    return replace(
        action,
        state=ActionState.DONE,
        completed_on=on,
        author=author,
        result=result.value,
        note=note or None,
    )


def mark_posted(action: Action, *, on: date, author: str, reference: str | None = None) -> Action:
    """Return a printed letter as posted on tenant day `on` (D11), with the post's own reference.

    Raises as `complete`.
    """
    posted = complete(action, on=on, author=author, result=Result.POSTED)
    return replace(posted, reference=reference or action.reference)


def skip(action: Action, *, on: date, author: str, reason: str) -> Action:
    """Return the action passed over by a person, which counts as completed on that day (D11).

    Raises MissingReasonError without a reason, WrongStateError once it left or is over.
    """
    if not reason.strip():
        raise MissingReasonError("say why it is skipped")
    if action.state not in _SKIPPABLE:
        raise WrongStateError(f"it is {_words(action.state)} and can't be skipped any more")
    _check_day(action, on)
    return replace(
        action, state=ActionState.SKIPPED, completed_on=on, author=author, reason=reason.strip()
    )


def settle_doubt(action: Action, *, sent: bool, on: date, author: str) -> Action:
    """Return an action in doubt as a person settled it: it left on its day, or it never did (D39).

    One that never left is cancelled, which opens its step again. Raises WrongStateError unless it
    is reserved or in doubt.
    """
    if action.state not in (ActionState.RESERVED, ActionState.IN_DOUBT):
        raise WrongStateError(f"it is {_words(action.state)}, not in doubt")
    _check_day(action, on)
    if sent:
        return replace(action, state=ActionState.SENT, completed_on=action.day, author=author)
    return replace(
        action, state=ActionState.CANCELLED, author=author, reason="a person found it never left"
    )


def retry(action: Action, *, author: str) -> Action:
    """Return a failed action as cancelled, so that the next run tries its step again (D40).

    Raises WrongStateError unless it failed.
    """
    if action.state is not ActionState.FAILED:
        raise WrongStateError(f"it is {_words(action.state)}, not failed")
    return replace(action, state=ActionState.CANCELLED, author=author, reason="to be tried again")


def _check_day(action: Action, on: date) -> None:
    if on < action.day:
        raise BadDateError(f"{on} is before the action began, on {action.day}")


def _words(name: StrEnum) -> str:
    return name.value.replace("_", " ")
