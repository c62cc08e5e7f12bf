"""What `planner` is told and works with."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from relance.runtime import parts
from relance.runtime.settings import Settings, load
from relance.store.queues import SqsJobs
from relance.store.registry import DynamoRegistry

if TYPE_CHECKING:
    from relance.app.ports.jobs import Jobs
    from relance.app.ports.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerSettings(Settings):
    """`planner`: puts one part per tenant on the plan queue."""

    plan_queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """What `planner` works with."""

    registry: "Registry"
    jobs: "Jobs"


@cache
def wired() -> Planner:
    """Wire `planner`."""
    told = load(PlannerSettings)
    return Planner(
        registry=DynamoRegistry(parts.dynamodb(), told.table),
        jobs=SqsJobs(parts.sqs(), plan_queue=told.plan_queue),
    )
