"""Jobs on the queues. Unknown fields and versions are refused, so old and new code never guess."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from relance.domain.scenario import Channel


class Wire(BaseModel):
    """What all messages on a queue share: frozen, and nothing unknown accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlanPart(Wire):
    """Plan a part of one tenant's night.

    `at` is the instant of the event that started the night (aware, UTC); the tenant day follows
    from it and the tenant's time zone (D1). `after` is where the part before stopped, None for
    the first.
    """

    v: Literal[1] = 1
    tenant: str
    at: datetime
    after: str | None = None


class SendJob(Wire):
    """Carry out one due action of one customer, if the same decision still stands (D32).

    `action` is the id that the decision gave it; `day` the run's tenant day.
    """

    v: Literal[1] = 1
    tenant: str
    customer: str
    action: str
    channel: Channel
    day: date
