"""The start of a night, and of an hour after it: every tenant gets its first message (D1)."""

from datetime import datetime

from relance.app.ports.jobs import Jobs
from relance.app.ports.registry import Registry
from relance.contracts.jobs import PlanPart, Resume
from relance.domain.rates import FRANCE, Semester


def start_night(at: str, *, registry: Registry, jobs: Jobs) -> int:
    """Put one plan part per tenant on the queue and return how many.

    `at` is the `time` of the event that started the night, ISO 8601 with an offset; raises
    ValueError when it isn't.
    """
    instant, count = _instant(at), 0
    for tenant in registry.tenant_ids():
        jobs.plan(PlanPart(tenant=tenant, at=instant))
        count += 1
    return count


def start_hour(at: str, *, registry: Registry, jobs: Jobs) -> int:
    """Put one message per tenant on the queue that resumes what waited; else as `start_night`."""
    instant, count = _instant(at), 0
    for tenant in registry.tenant_ids():
        jobs.plan(Resume(tenant=tenant, at=instant))
        count += 1
    return count


def _instant(at: str) -> datetime:
    instant = datetime.fromisoformat(at)
    if instant.tzinfo is None:
        raise ValueError(f"the night's time has no offset: {at}")
    return instant


def semester_without_rate(at: str) -> Semester | None:
    """Return the semester of a night when no late-payment rate is known for it (D26), else None.

    Messages then charge no interest for its days, so the operator is to be told. `at` is as for
    `start_night`.
    """
    semester = Semester.of(datetime.fromisoformat(at).date())
    return semester if FRANCE.statutory(semester) is None else None
