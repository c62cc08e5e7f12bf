"""The long runs, by hand only (`pytest -m soak tests/crash`)."""

import pytest

from tests.crash.flood import flood, small_ones
from tests.crash.soak import soak

_JOBS, _BEHIND = 10_000, 20


@pytest.mark.soak
def test_a_thousand_failures_send_nothing_twice_and_lose_nothing() -> None:
    went = soak(1000)
    assert went.struck >= 1000
    assert (went.wrong, went.dead_letters) == ([], 0)


@pytest.mark.soak
def test_ten_thousand_through_a_throttled_provider_all_leave_and_twenty_behind_them_first() -> None:
    went = flood(_JOBS, _BEHIND)
    assert len(went.order) == len(set(went.order)) == _JOBS + _BEHIND
    assert went.states == {"sent": _JOBS + _BEHIND}
    assert went.dead_letters == 0
    assert went.sent_before_the_last_of(small_ones(_JOBS, _BEHIND)) < _JOBS / 10
