"""News that prove a person wrong: what was found never to have left did leave (A3, D39)."""

from collections.abc import Iterable
from dataclasses import replace

from relance.domain.actions import Action, ActionState
from relance.domain.deeds import DeedKind
from relance.domain.lifecycle import News

_PROVED = {
    News.ACCEPTED: ActionState.SENT,
    News.DELIVERED: ActionState.DELIVERED,
    News.COMPLAINED: ActionState.COMPLAINED,
}
_MAY_HAVE_LEFT = (ActionState.RESERVED, ActionState.IN_DOUBT, ActionState.TO_POST)


def found_never_left(action: Action) -> bool:
    """Tell whether a person settled its doubt so that its step was opened again."""
    return action.state is ActionState.CANCELLED and any(
        deed.what is DeedKind.SETTLED for deed in action.deeds
    )


def left_after_all(action: Action, news: News, *, others: Iterable[Action]) -> Action | None:
    """Return an action that a person found never left as its provider's news prove it.

    It left on its own day and completes its step again, so that the step does not go a second
    time; if one of `others`, the customer's actions, did that meanwhile, the reason says so. None
    when the news prove nothing: a bounce reached nobody, and the step is open already.
    """
    state = _PROVED.get(news)
    if state is None or not found_never_left(action):
        return None
    again = any(_repeats(each, action) for each in others)
    twice = "; its step was sent again meanwhile" if again else ""
    return replace(
        action,
        state=state,
        completed_on=action.day,
        reason=f"it left after all, though a person found it never did{twice}",
    )


def _repeats(other: Action, action: Action) -> bool:
    """Tell whether another message of the same steps left, or may have."""
    steps = {(send.item, send.step) for send in action.sends}
    return (
        other.id != action.id
        and other.day >= action.day
        and other.state is not ActionState.SKIPPED
        and (other.state.completes or other.state in _MAY_HAVE_LEFT)
        and any((send.item, send.step) in steps for send in other.sends)
    )
