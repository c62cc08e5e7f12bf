"""Many things done side by side: in order, never too many in hand, errors where they stand."""

from collections.abc import Iterator
from contextlib import closing
from threading import Barrier, Lock

import pytest

from relance.app.spread import spread


@pytest.mark.parametrize("at_once", [1, 2, 8])
def test_what_comes_out_is_in_the_order_of_what_went_in(at_once: int) -> None:
    assert list(spread(lambda n: n * n, range(100), at_once=at_once)) == [n * n for n in range(100)]


def test_as_many_as_told_are_really_in_hand_at_once() -> None:
    together = Barrier(4, timeout=5)  # breaks unless four arrive
    assert len(list(spread(lambda _: together.wait(), range(8), at_once=4))) == 8


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_is_taken_than_can_be_held(at_once: int) -> None:
    taken = 0

    def things() -> Iterator[int]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield number

    with closing(spread(lambda n: n, things(), at_once=at_once)) as results:
        next(results)
    assert taken <= 4 * at_once


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_error_is_raised_where_its_result_would_stand_and_nothing_new_is_begun(
    at_once: int,
) -> None:
    begun, lock = [], Lock()

    def do(number: int) -> int:
        with lock:
            begun.append(number)
        if number == 5:
            raise ValueError("five")
        return number

    results = spread(do, range(1000), at_once=at_once)
    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="five"):
        next(results)
    assert len(begun) <= 5 + 4 * at_once + 1


@pytest.mark.parametrize("at_once", [1, 3])
def test_when_nobody_listens_any_more_all_in_hand_is_over(at_once: int) -> None:
    running = 0
    lock = Lock()

    def do(number: int) -> int:
        nonlocal running
        with lock:
            running += 1
        with lock:
            running -= 1
        return number

    with closing(spread(do, range(1000), at_once=at_once)) as results:
        next(results)
    assert running == 0
