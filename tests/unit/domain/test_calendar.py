"""Days and windows (D3, D4, D6, D17)."""

from datetime import date, time

import pytest

from relance.domain.calendar import (
    DueSource,
    add_months,
    add_working_days,
    due_date,
    is_late,
    month_end,
)
from relance.domain.scenario import Channel
from relance.domain.terms import Terms, TermsBase
from relance.domain.windows import MONDAY_TO_FRIDAY, Hours, Windows
from tests.unit.domain.world import invoice

HOLIDAYS = frozenset({date(2025, 4, 21)})


def test_d4_the_ledgers_own_due_date_wins_over_terms() -> None:
    item = invoice(due=date(2025, 3, 1))
    assert due_date(item, Terms(10)) == (date(2025, 3, 1), DueSource.LEDGER)


def test_d4_without_due_date_and_terms_nobody_knows_when_it_is_due() -> None:
    assert due_date(invoice(due=None), None) is None


@pytest.mark.parametrize(
    ("issued", "terms", "due"),
    [
        (date(2025, 1, 15), Terms(30), date(2025, 2, 14)),
        (date(2025, 1, 15), Terms(45, TermsBase.NET_THEN_MONTH_END), date(2025, 3, 31)),
        (date(2025, 1, 15), Terms(45, TermsBase.MONTH_END_THEN_NET), date(2025, 3, 17)),
        (date(2025, 1, 31), Terms(0, TermsBase.NET_THEN_MONTH_END), date(2025, 1, 31)),
        (date(2024, 1, 30), Terms(30, TermsBase.NET_THEN_MONTH_END), date(2024, 2, 29)),
    ],
)
def test_d4_terms_give_a_due_date_that_is_flagged(issued: date, terms: Terms, due: date) -> None:
    assert due_date(invoice(due=None, issued=issued), terms) == (due, DueSource.TERMS)


def test_d4_months_are_counted_from_the_original_day_without_drift() -> None:
    day = date(2025, 1, 31)
    assert [add_months(day, count) for count in range(4)] == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 31),
        date(2025, 4, 30),
    ]
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2025, 1, 31), -2) == date(2024, 11, 30)
    assert month_end(date(2024, 2, 3)) == date(2024, 2, 29)


def test_d17_a_task_is_late_after_its_working_days_not_before() -> None:
    opened = date(2025, 4, 17)  # Thursday before Easter; Monday is closed
    assert add_working_days(opened, 2, closed=HOLIDAYS) == date(2025, 4, 22)
    assert not is_late(opened, after=2, on=date(2025, 4, 22), closed=HOLIDAYS)
    assert is_late(opened, after=2, on=date(2025, 4, 23), closed=HOLIDAYS)


@pytest.mark.parametrize(
    ("channel", "saturday", "sunday", "holiday"),
    [
        (Channel.EMAIL, True, True, False),
        (Channel.LETTER, True, True, False),
        (Channel.REGISTERED_LETTER, True, True, False),
        (Channel.SMS, True, False, False),
        (Channel.CALL, False, False, False),
        (Channel.TASK, False, False, False),
        (Channel.OTHER, False, False, False),
    ],
)
def test_d6_channels_are_open_by_default_as_the_rules_say(
    channel: Channel, *, saturday: bool, sunday: bool, holiday: bool
) -> None:
    windows = Windows()
    assert windows.is_open(channel, date(2025, 4, 19), closed=HOLIDAYS) is saturday
    assert windows.is_open(channel, date(2025, 4, 20), closed=HOLIDAYS) is sunday
    assert windows.is_open(channel, date(2025, 4, 21), closed=HOLIDAYS) is holiday
    assert windows.is_open(channel, date(2025, 4, 22), closed=HOLIDAYS)


def test_d6_the_next_and_the_last_open_day_pass_over_closed_ones() -> None:
    windows = Windows({Channel.EMAIL: MONDAY_TO_FRIDAY})
    easter = date(2025, 4, 20)
    assert windows.next_open(Channel.EMAIL, easter, closed=HOLIDAYS) == date(2025, 4, 22)
    assert windows.last_open(Channel.EMAIL, easter, closed=HOLIDAYS) == date(2025, 4, 18)


@pytest.mark.parametrize("days", [frozenset(), frozenset({7}), frozenset({-1, 2})])
def test_a_channel_that_would_never_open_is_refused(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="weekday"):
        Windows({Channel.SMS: days})


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        (time(3), (date(2025, 4, 19), time(8))),
        (time(7, 59), (date(2025, 4, 19), time(8))),
        (time(8), None),
        (time(19, 59), None),
        (time(20), (date(2025, 4, 22), time(8))),  # Easter Sunday and Monday are closed
    ],
)
def test_d6_text_messages_wait_from_the_night_until_eight_and_leave_before_twenty(
    at: time, opening: tuple[date, time] | None
) -> None:
    saturday = date(2025, 4, 19)
    assert Windows().opening(Channel.SMS, saturday, at, closed=HOLIDAYS) == opening
    assert Windows().opening(Channel.EMAIL, saturday, at, closed=HOLIDAYS) is None


def test_hours_that_would_never_open_a_channel_are_refused() -> None:
    with pytest.raises(ValueError, match="closes after it opens"):
        Hours(time(20), time(8))
