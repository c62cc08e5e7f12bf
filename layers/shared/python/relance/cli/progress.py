"""Lines that tell a person what is being done, how far it is, and how long it took."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

type Say = Callable[[str], None]
type Tick = Callable[[str], None]

_QUIET_SECONDS = 3.0
_SILENT_SECONDS = 15.0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def say(line: str) -> None:
    """Print at once, also into a pipe, without what could move the cursor or recolour the screen.

    Names come from ledgers, and ledgers from anywhere.
    """
    print(_CONTROL.sub("�", line), flush=True)


@contextmanager
def step(title: str, *, out: Say = say) -> Iterator[Tick]:
    """Announce a long step, then its end with the seconds it took.

    The value is a function to tell how far the step is. It prints news, but not too often, and a
    sign of life now and then, so that it may be called in every round of a waiting loop.
    """
    began = last = time.monotonic()
    told = ""

    def tick(news: str) -> None:
        nonlocal last, told
        now = time.monotonic()
        if now - last >= (_QUIET_SECONDS if news != told else _SILENT_SECONDS):
            out(f"    {news} ({now - began:.0f} s)")
            last, told = now, news

    out(f"→ {title}")
    yield tick
    out(f"  done in {time.monotonic() - began:.1f} s")


def wait_until[T](ready: Callable[[], T | None], *, seconds: float, pause: float = 0.2) -> T | None:
    """Ask until something other than None comes; None when `seconds` passed without."""
    deadline = time.monotonic() + seconds
    while True:
        if (answer := ready()) is not None:
            return answer
        if time.monotonic() >= deadline:
            return None
        time.sleep(pause)
