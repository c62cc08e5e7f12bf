"""`plan` queue → decisions, tasks and send jobs of a bounded part of a tenant's customers.

The same queue tells, every hour, to go on with what waited for its channel to open, and of changed
rules and scenarios, after which next dates are set anew.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from relance.app.plan import plan_part
from relance.app.resume import resume
from relance.app.schedule import look_again
from relance.contracts.jobs import LookAgain, PlanPart, Resume, read_plan_message
from relance.runtime import telemetry
from relance.runtime.wiring.plan_tenant import wired
from relance.runtime.worker import work

SERVICE = "plan_tenant"
# A page takes a second or two; with less than this left, a continuation is handed on.
ENOUGH_MS = 20_000
SAID = {
    "early": "nothing planned: the day of this night has not come",
    "stale": "nothing planned: older than the last whole night",
    "planned": "part planned",
}


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Carry out each message of the batch."""

    def in_time() -> bool:
        return context.get_remaining_time_in_millis() > ENOUGH_MS

    def handle(body: str) -> str:
        message = read_plan_message(body)
        if isinstance(message, LookAgain):
            return _look_again(message, in_time)
        if isinstance(message, Resume):
            return _resume(message, in_time)
        return _plan(message, in_time)

    return work(event, context, service=SERVICE, handle=handle)


def _plan(part: PlanPart, in_time: Callable[[], bool]) -> str:
    parts, log = wired(), telemetry.logger(SERVICE)
    done = plan_part(
        part,
        store=parts.store_for(part.tenant),
        jobs=parts.jobs,
        most=parts.most,
        clock=parts.clock,
        now=datetime.now(UTC),
        in_time=in_time,
        failed=_logged("customer not planned", part.tenant),
    )
    verdict = "early" if done.early else "stale" if done.stale else "planned"
    say = log.warning if done.early else log.info
    say(
        SAID[verdict],
        tenant=part.tenant,
        day=done.day.isoformat(),
        customers=done.customers,
        jobs=done.jobs,
        opened=done.opened,
        withdrawn=done.withdrawn,
        failed=len(done.failed),
        more=done.more,
    )
    if done.waits_since is not None:
        log.warning(
            "the ledger is too old: nothing is sent by itself",
            tenant=part.tenant,
            since=done.waits_since.isoformat(),
        )
        telemetry.count(SERVICE, "stale_ledgers")
    telemetry.count(SERVICE, "customers", done.customers)
    telemetry.count(SERVICE, "jobs", done.jobs)
    telemetry.count(SERVICE, "customers_failed", len(done.failed))
    return verdict


def _resume(message: Resume, in_time: Callable[[], bool]) -> str:
    parts = wired()
    done = resume(
        message,
        store=parts.store_for(message.tenant),
        jobs=parts.jobs,
        most=parts.most,
        clock=parts.clock,
        now=datetime.now(UTC),
        in_time=in_time,
        failed=_logged("customer not planned", message.tenant),
    )
    verdict = "stale" if done.stale else "resumed"
    telemetry.logger(SERVICE).info(
        verdict,
        tenant=message.tenant,
        day=done.day.isoformat(),
        customers=done.customers,
        jobs=done.jobs,
        failed=len(done.failed),
        more=done.more,
    )
    telemetry.count(SERVICE, "jobs", done.jobs)
    telemetry.count(SERVICE, "customers_failed", len(done.failed))
    return verdict


def _look_again(job: LookAgain, in_time: Callable[[], bool]) -> str:
    parts = wired()
    done = look_again(
        job,
        store=parts.store_for(job.tenant),
        jobs=parts.jobs,
        most=parts.most,
        clock=parts.clock,
        in_time=in_time,
        failed=_logged("customer not looked at again", job.tenant),
    )
    telemetry.logger(SERVICE).info(
        "rules changed since" if done.outdated else "looked again",
        tenant=job.tenant,
        rules=job.rules,
        customers=done.customers,
        failed=len(done.failed),
        more=done.more,
    )
    telemetry.count(SERVICE, "customers_failed", len(done.failed))
    return "outdated" if done.outdated else "looked_again"


def _logged(what: str, tenant: str) -> Callable[[str, Exception], None]:
    """Return what logs a customer that failed, by its id."""

    def log(customer: str, error: Exception) -> None:
        telemetry.logger(SERVICE).error(
            what, tenant=tenant, customer=customer, error=type(error).__name__, exc_info=error
        )

    return log
