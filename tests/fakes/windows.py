"""Channels that are never closed, where a test is of something else than hours."""

from relance.domain.scenario import Channel
from relance.domain.windows import EVERY_DAY, Windows


def always_open() -> Windows:
    """Return windows that leave every channel open at every hour of every weekday."""
    return Windows(dict.fromkeys(Channel, EVERY_DAY), {})
