"""In the course of a day: what waited for its channel to open leaves, what never ended is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time

from relance.app.facts import local_time, today
from relance.app.plan import Part, Run, plan_page
from relance.app.plan_customer import sweep
from relance.app.ports.clock import Clock
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.jobs import Resume


def resume(
    message: Resume,
    *,
    store: TenantStore,
    jobs: Jobs,
    most: int,
    clock: Clock,
    now: datetime,
    in_time: Callable[[], bool],
    failed: Callable[[str, Exception], None],
) -> Part:
    """Plan again at most `most` of those who were to be looked at by now, and hand on the rest.

    The arguments are those of `plan_part`. Nobody but those for whom an hour of this tenant day was
    set is planned: what changed since the night waits for the next one. A message of another day
    than the clock's is `stale`; the night of that day finds whom it was about.
    """
    tenant = store.tenant()
    wall = local_time(tenant, message.at)
    run = Run(
        store=store,
        jobs=jobs,
        most=most,
        now=now,
        hour=wall.time(),
        in_time=in_time,
        failed=failed,
        done=Part(day=wall.date()),
    )
    if wall.date() != today(tenant, clock):
        return replace(run.done, stale=True)
    rest = None if message.sweep else _plan_due(message, run)
    if rest is None:
        rest = _sweep(message if message.sweep else message.model_copy(update=_SWEEP), run)
    if rest is not None:
        jobs.plan(rest, behind=run.done.jobs)
        return replace(run.done, more=True)
    return run.done


_SWEEP = {"sweep": True, "after": None}


def _plan_due(message: Resume, run: Run) -> Resume | None:
    """Plan those whose hour has come; return the rest."""
    after, first, hour = message.after, True, run.hour or time.min
    while first or after is not None:
        if run.is_over:
            return message.model_copy(update={"after": after})
        page = run.store.customers_due_at(run.done.day, hour, limit=run.page, after=after)
        plan_page(page.entries, run, room=None)
        after, first = page.next, False
    return None


def _sweep(message: Resume, run: Run) -> Resume | None:
    """Look for reservations that never ended among those whose facts changed; return the rest.

    A reservation changes its customer, whom its worker's end gives a date again. Who changes facts
    by another way does the same: few are found here, and fewer for long.
    """
    after, first = message.after, True
    while first or after is not None:
        if run.is_over:
            return message.model_copy(update={"after": after})
        page = run.store.due_customers(date.min, limit=run.page, after=after)
        for customer in page.entries:
            run.done = replace(run.done, customers=run.done.customers + 1)
            try:
                found = sweep(
                    customer,
                    store=run.store,
                    tenant=message.tenant,
                    on=run.done.day,
                    now=run.now,
                )
                run.jobs.send(found)
            except Exception as error:  # one bad customer never stops the others
                run.failed(customer, error)
                run.done = replace(run.done, failed=(*run.done.failed, customer))
        after, first = page.next, False
    return None
