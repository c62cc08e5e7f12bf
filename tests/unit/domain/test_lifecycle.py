"""Actions move forward only (D11, D39, D40, D42, A2, A3)."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from relance.domain.facts import Action, ActionState
from relance.domain.lifecycle import (
    BadDateError,
    MissingReasonError,
    News,
    Result,
    WrongChannelError,
    WrongStateError,
    advance,
    complete,
    mark_posted,
    retry,
    settle_doubt,
    skip,
)
from relance.domain.scenario import Channel, StepKey
from tests.unit.domain.world import DAY, PERSON, done, invoice

DAY_ONE = date(2025, 3, 10)
LATER = DAY_ONE + DAY


def _action(state: ActionState, channel: Channel = Channel.EMAIL) -> Action:
    return done(invoice(), StepKey.R1, DAY_ONE, state=state, channel=channel)


def test_a3_news_in_any_order_and_twice_end_in_the_same_state() -> None:
    news = [News.ACCEPTED, News.DELIVERED, News.COMPLAINED, News.DELIVERED]
    ends = set()
    for order in permutations(news):
        action = _action(ActionState.RESERVED)
        for each in order:
            action = advance(action, each, on=LATER) or action
        ends.add(action)
    assert len(ends) == 1
    assert ends.pop().state is ActionState.COMPLAINED


def test_a3_old_news_change_nothing() -> None:
    assert advance(_action(ActionState.DELIVERED), News.ACCEPTED, on=LATER) is None
    assert advance(_action(ActionState.CANCELLED), News.DELIVERED, on=LATER) is None


def test_d39_a_delivery_settles_a_doubt_and_completes_the_step() -> None:
    settled = advance(_action(ActionState.IN_DOUBT), News.DELIVERED, on=LATER)
    assert settled is not None
    assert settled.state.completes
    assert settled.completed_on == LATER


def test_d11_later_news_keep_the_day_of_completion() -> None:
    delivered = advance(_action(ActionState.SENT), News.DELIVERED, on=LATER)
    assert delivered is not None
    assert delivered.completed_on == DAY_ONE


def test_d42_a_bounce_takes_the_completion_back() -> None:
    bounced = advance(_action(ActionState.SENT), News.BOUNCED, on=LATER, reason="no such user")
    assert bounced is not None
    assert not bounced.state.completes
    assert bounced.completed_on is None
    assert bounced.reason == "no such user"


def test_a2_a_call_is_closed_with_its_result_and_note() -> None:
    closed = complete(
        _action(ActionState.OPEN, Channel.CALL),
        on=LATER,
        author=PERSON,
        result=Result.VOICEMAIL,
        note="rappeler mardi",
    )
    assert (closed.state, closed.completed_on) == (ActionState.DONE, LATER)
    assert (closed.result, closed.note, closed.author) == ("voicemail", "rappeler mardi", PERSON)


def test_d11_a_letter_completes_when_marked_posted() -> None:
    posted = mark_posted(
        _action(ActionState.TO_POST, Channel.LETTER), on=LATER, author=PERSON, reference="RK1"
    )
    assert (posted.state, posted.completed_on, posted.reference) == (
        ActionState.DONE,
        LATER,
        "RK1",
    )


def test_what_a_provider_closes_is_not_closed_by_a_person() -> None:
    for channel in (Channel.EMAIL, Channel.SMS):
        with pytest.raises(WrongChannelError):
            complete(
                _action(ActionState.SENT, channel), on=LATER, author=PERSON, result=Result.DONE
            )


def test_a_result_that_does_not_fit_the_channel_is_refused() -> None:
    with pytest.raises(WrongChannelError, match="posted is no result for call"):
        complete(
            _action(ActionState.OPEN, Channel.CALL),
            on=LATER,
            author=PERSON,
            result=Result.POSTED,
        )
    with pytest.raises(WrongChannelError, match="reached is no result for letter"):
        complete(
            _action(ActionState.TO_POST, Channel.LETTER),
            on=LATER,
            author=PERSON,
            result=Result.REACHED,
        )


def test_nothing_is_closed_twice_or_before_it_began() -> None:
    call = _action(ActionState.OPEN, Channel.CALL)
    closed = complete(call, on=LATER, author=PERSON, result=Result.REACHED)
    with pytest.raises(WrongStateError, match="it is done, not open"):
        complete(closed, on=LATER, author=PERSON, result=Result.REACHED)
    with pytest.raises(BadDateError):
        complete(call, on=DAY_ONE - DAY, author=PERSON, result=Result.REACHED)


def test_a_skip_says_why_and_counts_as_completed_that_day() -> None:
    call = _action(ActionState.OPEN, Channel.CALL)
    skipped = skip(call, on=LATER, author=PERSON, reason=" client vu hier ")
    assert skipped.state.completes
    assert (skipped.completed_on, skipped.reason) == (LATER, "client vu hier")
    with pytest.raises(MissingReasonError):
        skip(call, on=LATER, author=PERSON, reason="  ")


@pytest.mark.parametrize(
    "state",
    [state for state in ActionState if state.completes or state is ActionState.RESERVED],
)
def test_what_left_cannot_be_skipped(state: ActionState) -> None:
    with pytest.raises(WrongStateError):
        skip(_action(state), on=LATER, author=PERSON, reason="trop tard")


def test_d39_a_person_settles_a_doubt_either_way() -> None:
    doubt = replace(_action(ActionState.IN_DOUBT), completed_on=None)
    sent = settle_doubt(doubt, sent=True, on=LATER, author=PERSON)
    assert (sent.state, sent.completed_on) == (ActionState.SENT, DAY_ONE)
    never = settle_doubt(doubt, sent=False, on=LATER, author=PERSON)
    assert never.state is ActionState.CANCELLED
    with pytest.raises(WrongStateError):
        settle_doubt(_action(ActionState.SENT), sent=True, on=LATER, author=PERSON)


def test_d40_a_failed_action_is_tried_again_by_cancelling_it() -> None:
    assert (
        retry(_action(ActionState.FAILED), on=LATER, author=PERSON).state is ActionState.CANCELLED
    )
    with pytest.raises(WrongStateError):
        retry(_action(ActionState.SENT), on=LATER, author=PERSON)
