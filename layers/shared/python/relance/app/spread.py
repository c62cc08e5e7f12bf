"""Do the same to many things, several at a time, never more in hand than that."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

# Results wait for the oldest one: with a few in hand beyond the threads, none stands idle for it.
_IN_HAND = 4


def spread[T, R](do: Callable[[T], R], things: Iterable[T], *, at_once: int) -> Generator[R]:
    """Yield what `do` makes of each thing, in their order, up to `at_once` threads ahead.

    The first error is raised where its result would stand; what is in hand then is still done, and
    nothing new is begun. So it is when the caller stops listening. With one at once no thread is
    started.
    """
    if at_once <= 1:
        yield from map(do, things)
        return
    with ThreadPoolExecutor(at_once, thread_name_prefix="spread") as pool:
        waiting: deque[Future[R]] = deque()
        for thing in things:
            waiting.append(pool.submit(do, thing))
            if len(waiting) >= at_once * _IN_HAND:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
