"""What day it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What day it is."""

    def now(self) -> datetime:
        """Return the instant (aware, UTC): the system's on AWS, the stored one locally (D1)."""
