"""The post's news, in any order and any number of times, end in one state (A3, D11)."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from relance.domain.actions import Action, ActionState, Send
from relance.domain.carriage import KeptProof, PostalState, Proof
from relance.domain.letter_news import carried, is_carried, proved
from relance.domain.scenario import Channel, StepKey

DAY = date(2025, 3, 10)
NEWS = (
    PostalState.ACCEPTED,
    PostalState.POSTED,
    PostalState.PRESENTED,
    PostalState.DELIVERED,
)


def letter(state: ActionState = ActionState.SENT) -> Action:
    return Action(
        id="C1-0123456789abcdef",
        currency="EUR",
        step=StepKey.R4,
        step_name="Mise en demeure",
        channel=Channel.REGISTERED_LETTER,
        state=state,
        sends=(Send("C1-1", StepKey.R4),),
        day=DAY,
        completed_on=DAY if state.completes else None,
        reference="registered/1",
    )


def after(action: Action, *told: PostalState) -> Action:
    """Return the action after these news, one a day."""
    for number, state in enumerate(told):
        moved = carried(action, state, on=DAY + timedelta(days=number), detail=state.upper())
        action = moved or action
    return action


def outcome(action: Action) -> tuple[ActionState, date | None, PostalState | None]:
    return action.state, action.completed_on, action.carriage.state if action.carriage else None


@pytest.mark.parametrize("begun", [ActionState.RESERVED, ActionState.IN_DOUBT, ActionState.SENT])
@pytest.mark.parametrize("last", [(), (PostalState.RETURNED,)])
def test_news_in_any_order_end_in_one_state(
    begun: ActionState, last: tuple[PostalState, ...]
) -> None:
    orders = list(permutations((*NEWS, *last)))
    ends = {outcome(after(letter(begun), *order)) for order in orders}
    ends |= {outcome(after(letter(begun), *order, *order)) for order in orders}
    if last:
        assert ends == {(ActionState.SENT, DAY, PostalState.RETURNED)}
    else:
        assert ends == {(ActionState.DELIVERED, DAY, PostalState.DELIVERED)}


@pytest.mark.parametrize("state", [PostalState.ACCEPTED, PostalState.POSTED])
def test_news_that_it_was_taken_settle_a_doubt_on_the_day_it_was_made(state: PostalState) -> None:
    doubtful = replace(letter(ActionState.IN_DOUBT), reason="no word")
    settled = after(doubtful, state)
    assert (settled.state, settled.completed_on) == (ActionState.SENT, DAY)
    assert settled.reason is None


def test_what_comes_back_stays_completed_and_says_that_it_came_back() -> None:
    returned = after(letter(), PostalState.RETURNED)
    assert (returned.state, returned.completed_on) == (ActionState.SENT, DAY)
    assert returned.reason == "the post carried it and brought it back: RETURNED"


def test_what_the_post_rejects_has_failed_and_its_step_is_open_again() -> None:
    rejected = after(letter(), PostalState.REJECTED)
    assert (rejected.state, rejected.completed_on) == (ActionState.FAILED, None)
    assert rejected.reason == "the post does not carry it: REJECTED"


def test_a_rejection_that_comes_behind_the_posting_changes_nothing() -> None:
    posted = after(letter(), PostalState.POSTED)
    assert carried(posted, PostalState.REJECTED, on=DAY) is None
    assert outcome(after(letter(), PostalState.REJECTED, PostalState.POSTED)) == outcome(posted)


@pytest.mark.parametrize("state", [ActionState.CANCELLED, ActionState.SKIPPED, ActionState.DONE])
def test_what_a_person_decided_stands_whatever_the_post_says(state: ActionState) -> None:
    decided = letter(state)
    told = after(decided, PostalState.DELIVERED)
    assert (told.state, told.completed_on) == (decided.state, decided.completed_on)
    assert told.carriage is not None


def test_a_draft_is_no_news() -> None:
    assert carried(letter(ActionState.RESERVED), PostalState.DRAFT, on=DAY) is None


def test_proofs_are_kept_one_of_a_kind_and_outlive_later_news() -> None:
    once = proved(letter(), KeptProof(kind=Proof.DEPOSIT, document="a"))
    again = proved(once, KeptProof(kind=Proof.DEPOSIT, document="b"))
    both = proved(again, KeptProof(kind=Proof.ACKNOWLEDGEMENT, document="c"))
    later = after(both, PostalState.DELIVERED)
    assert later.carriage is not None
    assert [each.document for each in later.carriage.proofs] == ["b", "c"]


def test_only_a_named_letter_is_asked_about() -> None:
    assert is_carried(letter())
    assert not is_carried(replace(letter(), reference=None))
    assert not is_carried(replace(letter(), channel=Channel.EMAIL))
