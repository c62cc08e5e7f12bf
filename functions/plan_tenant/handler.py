"""`plan` queue → decisions, tasks and send jobs of a bounded part of a tenant's customers."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.plan import plan_part
from relance.contracts.jobs import PlanPart
from relance.runtime import telemetry, wiring
from relance.runtime.worker import work

SERVICE = "plan_tenant"
# A page takes a second or two; with less than this left, a continuation is handed on.
ENOUGH_MS = 20_000


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Plan each part of the batch."""
    parts, log = wiring.plan_tenant(), telemetry.logger(SERVICE)

    def plan(body: str) -> str:
        part = PlanPart.model_validate_json(body)
        done = plan_part(
            part,
            store=parts.store_for(part.tenant),
            jobs=parts.jobs,
            most=parts.most,
            now=datetime.now(UTC),
            in_time=lambda: context.get_remaining_time_in_millis() > ENOUGH_MS,
            failed=lambda customer, error: log.error(
                "customer not planned",
                tenant=part.tenant,
                customer=customer,
                error=type(error).__name__,
                exc_info=error,
            ),
        )
        log.info(
            "older than the last whole night" if done.stale else "part planned",
            tenant=part.tenant,
            day=done.day.isoformat(),
            customers=done.customers,
            jobs=done.jobs,
            opened=done.opened,
            withdrawn=done.withdrawn,
            failed=len(done.failed),
            more=done.more,
        )
        telemetry.count(SERVICE, "customers", done.customers)
        telemetry.count(SERVICE, "jobs", done.jobs)
        telemetry.count(SERVICE, "customers_failed", len(done.failed))
        return "stale" if done.stale else "planned"

    return work(event, context, service=SERVICE, handle=plan)
