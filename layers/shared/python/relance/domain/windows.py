"""On which days each channel is open (D6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

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
class Windows:
    """The weekdays (Monday is 0) on which a channel is open; one that isn't named is open on all.

    Public holidays close every channel; they come with each question, as they depend on the
    tenant's and the debtor's country. Raises ValueError for a channel that would never open.
    """

    weekdays: Mapping[Channel, frozenset[int]] = field(default_factory=lambda: _DEFAULT_WEEKDAYS)

    def __post_init__(self) -> None:
        for channel, days in self.weekdays.items():
            if not days or not days <= EVERY_DAY:
                raise ValueError(f"{channel} needs at least one weekday, each from 0 to 6")

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


def always_open() -> Windows:
    """Return windows that leave every channel open on every weekday."""
    return Windows(dict.fromkeys(Channel, EVERY_DAY))
