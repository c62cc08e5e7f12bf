"""How an action moves on: by a provider's news or a person's hand, forward only (A2, A3, D11).

What a person does is kept with the action: who did it, on which day, and why.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import StrEnum

from relance.domain.actions import Action, ActionState
from relance.domain.deeds import Answer, Deed, DeedKind
from relance.domain.scenario import Channel, StepKey


class LifecycleError(ValueError):
    """The action can't be moved that way; the message says why, for the person who asked."""


class WrongStateError(LifecycleError):
    """It isn't in a state from which this is possible."""


class WrongChannelError(LifecycleError):
    """That is not how an action of this channel is closed."""


class MissingReasonError(LifecycleError):
    """A person who passes over an action says why."""


class BadDateError(LifecycleError):
    """It can't have been done before it existed, or be put off to a day that is past."""


class TooManyDeedsError(LifecycleError):
    """More was done about it than can be kept."""


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
_ASSIGNABLE = (*_SKIPPABLE, ActionState.IN_DOUBT)
# They lie in the action's own record. What ends it is kept whatever was done before.
MOST_DEEDS = 100


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
    action: Action,
    *,
    on: date,
    author: str,
    result: Result,
    note: str | None = None,
    answers: Iterable[Answer] = (),
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
        raise wrong_state(action, f"not {_words(waiting)}")
    _check_day(action, on)
    deed = Deed(what=DeedKind.COMPLETED, on=on, author=author, words=_words(result))
    return replace(
        action,
        state=ActionState.DONE,
        completed_on=on,
        author=author,
        result=result.value,
        note=note or None,
        answers=tuple(answers),
        deeds=(*action.deeds, deed),
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
        raise wrong_state(action, "and can't be skipped any more")
    _check_day(action, on)
    deed = Deed(what=DeedKind.SKIPPED, on=on, author=author, reason=reason.strip())
    return replace(
        action,
        state=ActionState.SKIPPED,
        completed_on=on,
        author=author,
        reason=reason.strip(),
        deeds=(*action.deeds, deed),
    )


def assign(
    action: Action, responsible: Iterable[str], *, on: date, author: str, reason: str = ""
) -> Action:
    """Return a waiting action as one that others are to do from tenant day `on` (A2).

    `responsible` are named as in `people`; the same as before changes nothing. Raises
    WrongStateError when it does not wait for a person, TooManyDeedsError.
    """
    if action.state not in _ASSIGNABLE:
        raise wrong_state(action, "and nobody's to do any more")
    wanted = tuple(dict.fromkeys(responsible))
    if wanted == action.responsible:
        return action
    if len(action.deeds) >= MOST_DEEDS:
        raise TooManyDeedsError(f"it changed hands more than {MOST_DEEDS} times")
    words = f"from {_names(action.responsible)} to {_names(wanted)}"
    deed = Deed(what=DeedKind.ASSIGNED, on=on, author=author, words=words, reason=reason.strip())
    return replace(action, responsible=wanted, deeds=(*action.deeds, deed))


def put_off(action: Action, until: date, *, on: date, author: str, reason: str) -> Action:
    """Return the action as cancelled, its steps to come back on tenant day `until` (C6, D14).

    Its items are to go no earlier than that day: see `Item.not_before`. Raises MissingReasonError
    without a reason, BadDateError for a day that is not later than `on`, WrongStateError once it
    left or is over, WrongChannelError for what has no date of its own to put off.
    """
    if not reason.strip():
        raise MissingReasonError("say why it is put off")
    if action.state not in _SKIPPABLE:
        raise wrong_state(action, "and can't be put off any more")
    if not (action.step.is_reminder or action.step is StepKey.PRE_DUE):
        raise WrongChannelError(f"a {_words(action.step)} can't be put off: leave it, or skip it")
    if until <= on:
        raise BadDateError("must be a day after today")
    words = f"until {until}"
    deed = Deed(what=DeedKind.PUT_OFF, on=on, author=author, words=words, reason=reason.strip())
    return replace(
        action,
        state=ActionState.CANCELLED,
        put_off_until=until,
        author=author,
        reason=f"put off {words}: {reason.strip()}",
        deeds=(*action.deeds, deed),
    )


def settle_doubt(action: Action, *, sent: bool, on: date, author: str) -> Action:
    """Return an action in doubt as a person settled it: it left on its day, or it never did (D39).

    One that never left is cancelled, which opens its step again. Raises WrongStateError unless it
    is reserved or in doubt.
    """
    if action.state not in (ActionState.RESERVED, ActionState.IN_DOUBT):
        raise wrong_state(action, "not in doubt")
    _check_day(action, on)
    found = "it left" if sent else "a person found it never left"
    deed = Deed(what=DeedKind.SETTLED, on=on, author=author, words=found)
    settled = replace(action, author=author, deeds=(*action.deeds, deed))
    if sent:
        return replace(settled, state=ActionState.SENT, completed_on=action.day)
    return replace(settled, state=ActionState.CANCELLED, reason=found)


def retry(action: Action, *, on: date, author: str) -> Action:
    """Return a failed action as cancelled on tenant day `on`, so that the next run tries again.

    Its step is then due as if it had never been tried (D40). Raises WrongStateError unless it
    failed.
    """
    if action.state is not ActionState.FAILED:
        raise wrong_state(action, "not failed")
    failed = f": {action.reason}" if action.reason else ""
    deed = Deed(what=DeedKind.RETRIED, on=on, author=author, words=f"it had failed{failed}")
    return replace(
        action,
        state=ActionState.CANCELLED,
        author=author,
        reason="to be tried again",
        deeds=(*action.deeds, deed),
    )


def _check_day(action: Action, on: date) -> None:
    if on < action.day:
        raise BadDateError(f"{on} is before the action began, on {action.day}")


def wrong_state(action: Action, why: str) -> WrongStateError:
    """Return the error for an action in a state where this is not possible, with what happened."""
    last = action.deeds[-1] if action.deeds and not action.state.pending else None
    if last is not None:
        words = f", {last.words}" if last.words else ""
        return WrongStateError(
            f"it is {_words(action.state)}, {why} ({last.author} on {last.on}{words})"
        )
    over = f" ({action.reason})" if action.reason and not action.state.pending else ""
    return WrongStateError(f"it is {_words(action.state)}, {why}{over}")


def _names(responsible: Iterable[str]) -> str:
    return ", ".join(responsible) or "nobody"


def _words(name: StrEnum) -> str:
    return name.value.replace("_", " ")
