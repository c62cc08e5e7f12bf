"""A clock that a test sets."""

from datetime import datetime


class FixedClock:
    """A clock that stands where it is put."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant
