"""A letter and the provider that posts it: named for good, then submitted (M4, D39).

The sending's id is kept on the reservation before anything is carried, so that a lost answer is
settled by asking. Without an id on it nothing was submitted, and a reservation can be given back.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from relance.app.errors import InDoubtError, NotAcceptedError, RefusedError
from relance.app.handing_over import give_back, in_doubt, not_taken, refused, waiting_again
from relance.app.ports.post import Post
from relance.app.ports.tenant_store import TenantStore
from relance.app.verdict import Verdict
from relance.domain.actions import Action
from relance.domain.carriage import PostalState
from relance.domain.letter_news import carried
from relance.domain.postal import PostalLetter, PostalStatus

# Days for which a post that can't be asked is asked again, before a person is told.
_PATIENCE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A letter, and who posts it."""

    post: Post
    letter: PostalLetter


def post_letter(
    action: Action,
    posting: Posting,
    *,
    was: Action | None,
    store: TenantStore,
    today: date,
    last: bool,
) -> Verdict:
    """Post the reserved letter; the arguments are those of `hand_over`.

    UNHEARD leaves the reservation with its id, for `follow_up`. Raises as `not_taken`: then
    nothing of it was submitted, and the next try makes a draft of its own.
    """
    post = posting.post
    try:
        sending = post.prepare(posting.letter)
    except RefusedError as error:
        return refused(action, str(error), store=store)
    except NotAcceptedError as error:
        return not_taken(action, error, was=was, store=store, last=last)
    named = replace(action, reference=sending)
    if not store.replace_action(named, was=action):
        _tidy(sending, post)  # somebody gave the reservation back: this draft is nobody's
        return Verdict.DUPLICATE
    try:
        post.submit(sending)
    except NotAcceptedError as error:
        if verdict := _withdraw(named, post, store=store, today=today):
            return verdict
        if isinstance(error, RefusedError):
            return refused(named, str(error), store=store)
        return not_taken(named, error, was=was, store=store, last=last)
    except InDoubtError:
        return _ask(named, post, store=store, today=today)
    return _submitted(named, store=store, today=today)


def follow_up(
    action: Action,
    *,
    post: Post | None,
    still_stands: Callable[[], bool],
    store: TenantStore,
    today: date,
    now: datetime,
) -> Verdict | None:
    """Settle the reservation, with an id, of a worker that is gone, by asking the post.

    A draft is submitted if the letter `still_stands` as it was made (D32); else it is taken away
    from the post, the reservation is given back and None is returned: it is to be decided anew.
    `post` is None when nobody posts the tenant's letters any more. What the post can't tell for two
    days is in doubt.
    """
    held = replace(action, reserved_at=now)  # whoever else comes for it finds it taken up
    if not store.replace_action(held, was=action):
        return Verdict.DUPLICATE
    if post is None:
        return in_doubt(held, "the account that it was drafted with is gone", store=store)
    sending = held.reference or ""
    try:
        found = post.state(sending)
        if found is not None and found.state is PostalState.DRAFT:
            if still_stands():
                return _submit_again(held, post, store=store, today=today)
            if post.discard(sending):
                give_back(held, was=waiting_again(held), store=store)
                return None
            found = PostalStatus(state=PostalState.SUBMITTED)
    except NotAcceptedError as error:
        if today - action.day >= _PATIENCE:
            return in_doubt(held, f"the post could not be asked: {error}", store=store)
        return Verdict.UNHEARD
    return _told(held, found, store=store, today=today)


def _withdraw(action: Action, post: Post, *, store: TenantStore, today: date) -> Verdict | None:
    """Take away the draft that the post says it did not take; None once it can't be carried.

    That is the proof that nothing left: what was taken after all is no draft any more.
    """
    try:
        gone = post.discard(action.reference or "")
    except NotAcceptedError:
        return Verdict.UNHEARD
    return None if gone else _submitted(action, store=store, today=today)


def _ask(action: Action, post: Post, *, store: TenantStore, today: date) -> Verdict:
    """Find out what became of a submission whose answer was lost.

    It may still arrive: whatever the post does not take now, nothing is given back.
    """
    sending = action.reference or ""
    try:
        found = post.state(sending)
        if found is None or found.state is not PostalState.DRAFT:
            return _told(action, found, store=store, today=today)
        post.submit(sending)
    except (NotAcceptedError, InDoubtError):
        return Verdict.UNHEARD
    return _submitted(action, store=store, today=today)


def _submit_again(action: Action, post: Post, *, store: TenantStore, today: date) -> Verdict:
    """Submit the draft of a worker that is gone."""
    try:
        post.submit(action.reference or "")
    except RefusedError as error:
        return refused(action, str(error), store=store)
    except InDoubtError:
        return Verdict.UNHEARD
    return _submitted(action, store=store, today=today)


def _submitted(action: Action, *, store: TenantStore, today: date) -> Verdict:
    taken = carried(action, PostalState.SUBMITTED, on=today)
    if taken is not None:
        # Should it fail, news of the post were faster.
        store.replace_action(replace(taken, completed_on=today), was=action)
    return Verdict.SENT


def _told(
    action: Action, found: PostalStatus | None, *, store: TenantStore, today: date
) -> Verdict:
    """Keep what the post says of a letter that is no draft any more."""
    if found is None:
        return in_doubt(action, "the post knows no such letter", store=store)
    moved = carried(action, found.state, on=today, detail=found.detail, number=found.number)
    if moved is not None:
        store.replace_action(moved, was=action)
    return Verdict.REFUSED if found.state is PostalState.REJECTED else Verdict.SENT


def _tidy(sending: str, post: Post) -> None:
    """Take away a draft that nobody will submit, if that can be done."""
    with suppress(NotAcceptedError):
        post.discard(sending)
