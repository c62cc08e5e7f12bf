"""The start of a night: every tenant gets its first part (D1)."""

from datetime import datetime

from relance.app.ports import Jobs, Registry
from relance.contracts.jobs import PlanPart


def start_night(at: str, *, registry: Registry, jobs: Jobs) -> int:
    """Put one plan part per tenant on the queue and return how many.

    `at` is the `time` of the event that started the night, ISO 8601 with an offset; raises
    ValueError when it isn't.
    """
    instant = datetime.fromisoformat(at)
    if instant.tzinfo is None:
        raise ValueError(f"the night's time has no offset: {at}")
    count = 0
    for tenant in registry.tenant_ids():
        jobs.plan(PlanPart(tenant=tenant, at=instant))
        count += 1
    return count
