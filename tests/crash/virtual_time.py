"""Time that passes only by waiting: workers, queues and provider share one clock.

Each worker is a thread; one runs at a time, and when it waits the clock jumps to whoever is to run
next. What a night of hours takes depends on nothing but what was done in it.
"""

import heapq
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from typing import Self

import time_machine


class VirtualTime:
    """The clock. `start` is the instant at which it stands first."""

    def __init__(self, start: datetime) -> None:
        self._traveller = time_machine.travel(start, tick=False)
        self._seconds = 0.0
        self._turn = count()
        self._waiting: list[tuple[float, int, threading.Event]] = []
        self._errors: list[BaseException] = []
        self._running = False

    def __enter__(self) -> Self:
        self._clock = self._traveller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._traveller.stop()

    @property
    def seconds(self) -> float:
        """Seconds since it started."""
        return self._seconds

    def run(self, workers: Iterable[Callable[[], None]]) -> None:
        """Run all of them to their ends; raise the first error that one of them ended with."""
        threads = [threading.Thread(target=self._live, args=(each,)) for each in workers]
        for thread in threads:
            thread.start()
        while len(self._waiting) < len(threads):
            threading.Event().wait(0.01)
        self._running = True
        self._next()
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def sleep(self, seconds: float) -> None:
        """Let others run until this much time went by; nothing happens where nobody runs."""
        if not self._running:
            return
        mine = threading.Event()
        self._wait(mine, seconds)
        self._next()
        mine.wait()

    def _live(self, worker: Callable[[], None]) -> None:
        mine = threading.Event()
        self._wait(mine, 0)
        mine.wait()
        try:
            worker()
        except BaseException as error:
            self._errors.append(error)
        self._next()

    def _wait(self, event: threading.Event, seconds: float) -> None:
        heapq.heappush(self._waiting, (self._seconds + seconds, next(self._turn), event))

    def _next(self) -> None:
        if not self._waiting:
            return
        when, _, event = heapq.heappop(self._waiting)
        self._clock.shift(when - self._seconds)
        self._seconds = when
        event.set()
