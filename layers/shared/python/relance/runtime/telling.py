"""Tell other services what was written: best effort, beside the work and never in its way."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from relance.domain.actions import Action
from relance.domain.customer import Customer
from relance.runtime import telemetry

if TYPE_CHECKING:
    from relance.app.ports.events import Events

SERVICE = "events"
# A bus that fails is left alone so long (seconds): a night must not wait for it at each task.
_SILENCE = 60.0


class Teller:
    """`store.told.Tell`, on a bus. What can't be told is logged, counted and forgotten."""

    def __init__(
        self,
        bus: str,
        *,
        events: "Events | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bus = bus
        self._events = events
        self._clock = clock
        self._silent_until = -math.inf

    def __call__(self, tenant: str, fact: Action | Customer) -> None:
        """Publish what others are told of a fact; never raises."""
        if isinstance(fact, Customer) and fact.erasure is None:
            return  # as nearly always: nothing more needs to be loaded
        try:
            self._publish(tenant, fact)
        except Exception as error:  # the fact is stored: nobody who works on it is to fail by this
            self._silent_until = self._clock() + _SILENCE
            self._lost(tenant, fact, type(error).__name__)

    def _publish(self, tenant: str, fact: Action | Customer) -> None:
        # Loaded with the first event: not all that a function does is told.
        from relance.app.fact_events import event_of

        event = event_of(fact, tenant=tenant, at=datetime.now(UTC))
        if event is None:
            return
        if self._clock() < self._silent_until:
            self._lost(tenant, fact, "the bus is left alone for a while")
            return
        if self._events is None:
            self._events = _bus(self._bus)
        self._events.publish(event)

    def _lost(self, tenant: str, fact: Action | Customer, error: str) -> None:
        telemetry.logger(SERVICE).warning(
            "event not told", tenant=tenant, fact=fact.id, error=error
        )
        telemetry.count(SERVICE, "events_lost")
        telemetry.flush(SERVICE)


@cache
def teller(bus: str) -> Teller:
    """Return what tells on this bus, one a process: all know when it fails."""
    return Teller(bus)


def _bus(name: str) -> "Events":
    import boto3
    from botocore.config import Config

    from relance.channels.events import EventBridge

    # The work waits meanwhile: one attempt, soon given up.
    impatient = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
    return EventBridge(boto3.client("events", config=impatient), name)
