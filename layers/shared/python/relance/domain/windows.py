"""On which days, and at which hours, each channel is open (D6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from relance.domain.scenario import Channel

DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
MONDAY_TO_FRIDAY = frozenset(range(5))
MONDAY_TO_SATURDAY = frozenset(range(6))

# No calendar closes a channel for a whole year: past this the search gives up and tries again then.
_FARTHEST = 366

_DEFAULT_WEEKDAYS: Mapping[Channel, frozenset[int]] = {
    Channel.SMS: MONDAY_TO_SATURDAY,
    Channel.CALL: MONDAY_TO_FRIDAY,
    Channel.TASK: MONDAY_TO_FRIDAY,
    Channel.OTHER: MONDAY_TO_FRIDAY,
}


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a day at which a channel is open, from `opens` until just before `closes`.

    Both are times of the tenant's day. Raises ValueError when it would never open.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("a channel closes after it opens, on the same day")


_DEFAULT_HOURS: Mapping[Channel, Hours] = {Channel.SMS: Hours(time(8), time(20))}


@dataclass(frozen=True, slots=True)
class Windows:
    """The weekdays (Monday is 0) on which a channel is open; one that isn't named is open on all.

    `hours` narrow its open days, for what leaves by itself; a channel that isn't named there is
    open at any hour. Public holidays close every
    channel; they come with each question, as they depend on the tenant's and the debtor's country.
    Raises ValueError for a channel that would never open.
    """

    weekdays: Mapping[Channel, frozenset[int]] = field(default_factory=lambda: _DEFAULT_WEEKDAYS)
    hours: Mapping[Channel, Hours] = field(default_factory=lambda: _DEFAULT_HOURS)

    def __post_init__(self) -> None:
        for channel, days in self.weekdays.items():
            if not days or not days <= EVERY_DAY:
                raise ValueError(f"{channel} needs at least one weekday, each from 0 to 6")

    def opening(
        self, channel: Channel, day: date, at: time, *, closed: frozenset[date]
    ) -> tuple[date, time] | None:
        """Return when an open day's run at `at` may send: None at once, else the next opening.

        `at` and the answer are of the tenant's days. Before its hours a channel opens later that
        day; after them, on its next open day.
        """
        hours = self.hours.get(channel)
        if hours is None or hours.opens <= at < hours.closes:
            return None
        if at < hours.opens:
            return day, hours.opens
        return self.next_open(channel, day + DAY, closed=closed), hours.opens

    def is_open(self, channel: Channel, day: date, *, closed: frozenset[date]) -> bool:
        """Tell whether something may leave by `channel` on `day`."""
        return day not in closed and day.weekday() in self.weekdays.get(channel, EVERY_DAY)

    def next_open(self, channel: Channel, day: date, *, closed: frozenset[date]) -> date:
        """Return the first open day from `day` on."""
        return self._search(channel, day, closed, DAY)

    def last_open(self, channel: Channel, day: date, *, closed: frozenset[date]) -> date:
        """Return the last open day up to `day`."""
        return self._search(channel, day, closed, -DAY)

    def _search(
        self, channel: Channel, day: date, closed: frozenset[date], step: timedelta
    ) -> date:
        weekdays = self.weekdays.get(channel, EVERY_DAY)
        for _ in range(_FARTHEST):
            if day not in closed and day.weekday() in weekdays:
                break
            day += step
        return day
