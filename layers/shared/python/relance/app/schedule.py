"""When a customer is to be looked at next, after a fact, a rule or a scenario has changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from relance.app.errors import Conflict
from relance.app.facts import facts_of, today
from relance.app.ports.accounts import Account
from relance.app.ports.clock import Clock
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.contracts.jobs import LookAgain, PlanPart
from relance.domain.actions import ActionState
from relance.domain.approval import is_approved
from relance.domain.customer import Customer
from relance.domain.decision import Decision
from relance.domain.planning import decide
from relance.domain.scenario import Scenario

# A customer whose facts move this often while we look is being rescheduled by whoever moves them.
_TRIES = 5
_PAGE = 25

type Failed = Callable[[str, Exception], None]
"""What is told of a customer, by its id, that something could not be done for."""


def reschedule(customer: str, *, store: TenantStore, on: date) -> None:
    """Set the customer's next date from its facts as they are on tenant day `on`.

    Nothing is sent or opened here: what is due today is left to the next run. Does nothing for a
    customer that does not exist. Raises Conflict when its facts never stand still.
    """
    for _ in range(_TRIES):
        tenant = store.tenant()  # before the scenarios: these are never older than its version
        if _redate(customer, store=store, tenant=tenant, scenarios=store.scenarios(), on=on):
            return
    raise Conflict(f"{customer} is being changed by others")


def unheard(_customer: str, _error: Exception) -> None:
    """Say nothing of a customer whose next date could not be set."""


def reschedule_written(customer: str, *, store: TenantStore, on: date, failed: Failed) -> None:
    """Set the next date as `reschedule` does, behind a person's write that stands; never raises.

    What fails here must not tell them that nothing was written: they would write it again. The
    write itself made the customer due at once, so the next run decides it. `failed` hears of it.
    """
    try:
        reschedule(customer, store=store, on=on)
    except Exception as error:
        failed(customer, error)


def reschedule_by(
    account: Account,
    *,
    store: TenantStore,
    tenant: Tenant,
    scenarios: tuple[Scenario, ...],
    on: date,
) -> None:
    """Set the next date as `reschedule` does, of an account as it was just written.

    By a tenant and scenarios read before, in this order. When these changed meanwhile, or the
    customer does, all is read anew.
    """
    if not _date(account, store=store, tenant=tenant, scenarios=scenarios, on=on):
        reschedule(account.customer.id, store=store, on=on)


def _redate(
    customer: str,
    *,
    store: TenantStore,
    tenant: Tenant,
    scenarios: tuple[Scenario, ...],
    on: date,
) -> bool:
    """Set the customer's next date by these rules; False when its facts or the rules moved on."""
    account = store.account(customer)
    if account is None:
        return True
    return _date(account, store=store, tenant=tenant, scenarios=scenarios, on=on)


def _date(
    account: Account,
    *,
    store: TenantStore,
    tenant: Tenant,
    scenarios: tuple[Scenario, ...],
    on: date,
) -> bool:
    facts = facts_of(account, tenant=tenant, scenarios=scenarios, on=on)
    day = next_look(account, decide(facts, on=on), on=on)
    return store.set_next_date(account.customer, day, rules=tenant.rules_version)


def next_look(account: Account, decision: Decision, *, on: date) -> date | None:
    """Return the day of the next run that must look at this account, None for never by itself.

    It is `on` while anything is to be done or under way, so that a lost job is found again.
    """
    under_way = any(action.state is ActionState.RESERVED for action in account.actions)
    to_do = decision.due or decision.follow_ups or decision.withdrawals or decision.settled
    approved = any(is_approved(action) for action in account.actions)
    if to_do or under_way or approved:
        return on
    return decision.next_date


def ask_to_look_again(*, store: TenantStore, jobs: Jobs) -> None:
    """Have all customers' next dates set anew, soon, if rules or scenarios have changed.

    Should the message be lost, the end of the next night finds that it was not followed.
    """
    tenant = store.tenant()
    if tenant.rules_applied < tenant.rules_version:
        jobs.plan(LookAgain(tenant=tenant.id, rules=tenant.rules_version))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How a message's customers were looked at again; `more` says that the rest was handed on.

    `outdated`: the rules changed again since, and a later message is for these.
    """

    customers: int = 0
    failed: tuple[str, ...] = ()
    more: bool = False
    outdated: bool = False


def look_again(
    job: LookAgain,
    *,
    store: TenantStore,
    jobs: Jobs,
    most: int,
    clock: Clock,
    in_time: Callable[[], bool],
    failed: Callable[[str, Exception], None],
) -> Looked:
    """Set the next dates of at most `most` customers anew and hand on the rest.

    Before each page `in_time` says whether there is still time for it. A customer that can't be
    decided on is given to `failed` and left to the next night. The same message again sets the
    same dates.
    """
    tenant = store.tenant()
    if job.rules < tenant.rules_version:
        if job.night is not None:  # which waits for all changes
            jobs.plan(job.model_copy(update={"rules": tenant.rules_version, "after": None}))
        return Looked(outdated=True)
    done = Looked()
    if tenant.rules_applied < job.rules:
        on, after, first = today(tenant, clock), job.after, True
        while first or after is not None:
            if done.customers >= most or not (first or in_time()):
                jobs.plan(job.model_copy(update={"after": after}))
                return replace(done, more=True)
            page = store.customers(limit=min(_PAGE, most - done.customers), after=after)
            done = _redate_page(page.entries, done, store=store, on=on, failed=failed)
            after, first = page.next, False
        store.mark_applied(job.rules)
    if job.night is not None:
        jobs.plan(PlanPart(tenant=job.tenant, at=job.night))
    return done


def _redate_page(
    customers: tuple[Customer, ...],
    done: Looked,
    *,
    store: TenantStore,
    on: date,
    failed: Callable[[str, Exception], None],
) -> Looked:
    """Set the next dates of these customers anew; return `done` with them added."""
    tenant = store.tenant()  # before the scenarios, as above
    scenarios = store.scenarios()
    failures = []
    for customer in customers:
        try:
            if not _redate(customer.id, store=store, tenant=tenant, scenarios=scenarios, on=on):
                reschedule(customer.id, store=store, on=on)
        except Exception as error:  # one bad customer never stops the others
            failed(customer.id, error)
            failures.append(customer.id)
            # False when it changed since the page was read: then it is due by that change.
            store.set_next_date(customer, on, rules=tenant.rules_version)
    counted = done.customers + len(customers)
    return replace(done, customers=counted, failed=(*done.failed, *failures))
