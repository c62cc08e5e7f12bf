"""Actions move forward only (D11, D39, D40, D42, A2, A3)."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from relance.domain.actions import Action, ActionState
from relance.domain.deeds import Answer, DeedKind
from relance.domain.lifecycle import (
    MOST_DEEDS,
    BadDateError,
    MissingReasonError,
    News,
    Result,
    TooManyDeedsError,
    WrongChannelError,
    WrongStateError,
    advance,
    assign,
    complete,
    mark_posted,
    put_off,
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


def test_a2_what_people_did_is_kept_in_order_whatever_becomes_of_it() -> None:
    call = _action(ActionState.OPEN, Channel.CALL)
    given = assign(call, ["paul", "paul", "anne"], on=DAY_ONE, author="anne", reason=" absent ")
    assert given.responsible == ("paul", "anne")
    closed = complete(
        given, on=LATER, author="paul", result=Result.REACHED, answers=[Answer("Why?", "No.")]
    )
    assert [(deed.what, deed.on, deed.author) for deed in closed.deeds] == [
        (DeedKind.ASSIGNED, DAY_ONE, "anne"),
        (DeedKind.COMPLETED, LATER, "paul"),
    ]
    assert (closed.deeds[0].words, closed.deeds[0].reason) == (
        "from nobody to paul, anne",
        "absent",
    )
    assert closed.answers == (Answer("Why?", "No."),)


def test_a2_who_comes_too_late_is_told_who_did_what_and_when() -> None:
    closed = complete(
        _action(ActionState.OPEN, Channel.CALL), on=LATER, author="paul", result=Result.VOICEMAIL
    )
    late = r"it is done, .* \(paul on 2025-03-11, voicemail\)$"
    with pytest.raises(WrongStateError, match=r"not open \(paul on 2025-03-11, voicemail\)$"):
        complete(closed, on=LATER, author="anne", result=Result.REACHED)
    with pytest.raises(WrongStateError, match=late):
        skip(closed, on=LATER, author="anne", reason="x")
    with pytest.raises(WrongStateError, match=late):
        assign(closed, ["anne"], on=LATER, author="anne")
    with pytest.raises(WrongStateError, match=late):
        put_off(closed, LATER + DAY, on=LATER, author="anne", reason="x")


@pytest.mark.parametrize(
    "state", [ActionState.OPEN, ActionState.TO_CONFIRM, ActionState.TO_POST, ActionState.FAILED]
)
def test_c6_what_waits_can_be_put_off(state: ActionState) -> None:
    until = LATER + 3 * DAY
    off = put_off(_action(state), until, on=LATER, author=PERSON, reason=" en congé ")
    assert (off.state, off.put_off_until, off.completed_on) == (ActionState.CANCELLED, until, None)
    assert off.reason == "put off until 2025-03-14: en congé"
    with pytest.raises(MissingReasonError):
        put_off(_action(state), until, on=LATER, author=PERSON, reason=" ")
    with pytest.raises(BadDateError):
        put_off(_action(state), LATER, on=LATER, author=PERSON, reason="x")


@pytest.mark.parametrize(
    "step", [StepKey.THANK_YOU, StepKey.CAMPAIGN, StepKey.MATCHING, StepKey.PLAN_FINISHED]
)
def test_c6_what_no_date_of_an_invoice_moves_is_not_put_off(step: StepKey) -> None:
    waiting = replace(_action(ActionState.OPEN, Channel.TASK), step=step)
    with pytest.raises(WrongChannelError, match="can't be put off"):
        put_off(waiting, LATER + DAY, on=LATER, author=PERSON, reason="x")


def test_a2_hands_can_change_so_often_and_the_end_is_always_kept() -> None:
    call = _action(ActionState.OPEN, Channel.CALL)
    for number in range(MOST_DEEDS):
        call = assign(call, [str(number)], on=LATER, author=PERSON)
    with pytest.raises(TooManyDeedsError):
        assign(call, ["x"], on=LATER, author=PERSON)
    closed = complete(call, on=LATER, author=PERSON, result=Result.DONE)
    assert len(closed.deeds) == MOST_DEEDS + 1
