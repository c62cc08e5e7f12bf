"""EventBridge, 01:00 UTC → one `PlanPart` per tenant; every hour → one `Resume` per tenant."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.night import semester_without_rate, start_hour, start_night
from relance.runtime import telemetry
from relance.runtime.wiring.planner import wired

SERVICE = "planner"
# What the hourly rule puts in its event's detail; the nightly one puts nothing.
RESUME = "resume"


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, int]:
    """Fan the night out. Its day comes from the event's `time`, so any night can be replayed."""
    parts = wired()
    at = event["time"]
    if event["detail"].get("run") == RESUME:
        return _resume(at)
    tenants = start_night(at, registry=parts.registry, jobs=parts.jobs)
    telemetry.logger(SERVICE).info("night started", at=at, tenants=tenants)
    telemetry.count(SERVICE, "tenants", tenants)
    if semester := semester_without_rate(at):
        telemetry.logger(SERVICE).warning(
            "no late-payment rate is known: no interest is charged", semester=str(semester)
        )
        telemetry.count(SERVICE, "semesters_without_rate", 1)
    telemetry.flush(SERVICE)
    return {"tenants": tenants}


def _resume(at: str) -> dict[str, int]:
    """Have what waited for its channel to open resumed for every tenant."""
    parts = wired()
    tenants = start_hour(at, registry=parts.registry, jobs=parts.jobs)
    telemetry.logger(SERVICE).info("hour started", at=at, tenants=tenants)
    telemetry.flush(SERVICE)
    return {"tenants": tenants}
