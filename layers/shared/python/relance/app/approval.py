"""A person says yes to messages that wait for it (C6, D13, D17, D32)."""

from collections.abc import Iterable
from datetime import date

from relance.app.action_change import TRIES, live_action
from relance.app.errors import Conflict, MovedMeanwhile
from relance.app.facts import facts_of
from relance.app.in_bulk import Outcome, each_of
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, reschedule_written, unheard
from relance.contracts.jobs import SendJob
from relance.domain.actions import Action
from relance.domain.approval import approve
from relance.domain.lifecycle import LifecycleError


def approve_action(
    identifier: str,
    *,
    author: str,
    store: TenantStore,
    jobs: Jobs,
    on: date,
    failed: Failed = unheard,
) -> Action:
    """Let a message to confirm leave, if on tenant day `on` it still stands.

    Its worker decides once more before it leaves. Approving again only asks the worker again.
    Raises NotFound, or Conflict when it does not wait for a yes or no longer stands.
    """
    for _ in range(TRIES):
        account, waiting = live_action(identifier, store=store)
        tenant = store.tenant()
        facts = facts_of(account, tenant=tenant, scenarios=store.scenarios(), on=on)
        try:
            approved = approve(waiting, facts, on=on, author=author)
        except LifecycleError as error:
            raise Conflict(str(error)) from None
        if approved is not waiting and not store.save_action(account.customer, approved):
            continue
        customer = account.customer.id
        reschedule_written(customer, store=store, on=on, failed=failed)
        job = SendJob(
            tenant=tenant.id,
            customer=customer,
            action=identifier,
            channel=approved.channel,
            day=on,
        )
        jobs.send([job])  # should it be lost, the next night puts it again
        return approved
    raise MovedMeanwhile("the customer is being changed by others: try again")


def approve_all(
    identifiers: Iterable[str],
    *,
    author: str,
    store: TenantStore,
    jobs: Jobs,
    on: date,
    failed: Failed = unheard,
) -> tuple[Outcome, ...]:
    """Approve each as `approve_action` does; each by itself, as `each_of` tells."""

    def approved(identifier: str) -> Action:
        return approve_action(
            identifier, author=author, store=store, jobs=jobs, on=on, failed=failed
        )

    return each_of(identifiers, approved, failed=failed)
