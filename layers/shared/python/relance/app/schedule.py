"""When a customer is to be looked at next, after one of its facts has changed."""

from datetime import date

from relance.app.errors import Conflict
from relance.app.facts import facts_of
from relance.app.ports import Account, TenantStore
from relance.domain.decision import Decision
from relance.domain.facts import ActionState
from relance.domain.planning import decide

# A customer whose facts move this often while we look is being rescheduled by whoever moves them.
_TRIES = 5
_PAGE = 200


def reschedule(customer: str, *, store: TenantStore, on: date) -> None:
    """Set the customer's next date from its facts as they are on tenant day `on`.

    Nothing is sent or opened here: what is due today is left to the next run. Does nothing for a
    customer that does not exist. Raises Conflict when its facts never stand still.
    """
    tenant, scenarios = store.tenant(), store.scenarios()
    for _ in range(_TRIES):
        account = store.account(customer)
        if account is None:
            return
        facts = facts_of(account, tenant=tenant, scenarios=scenarios, on=on)
        day = next_look(account, decide(facts, on=on), on=on)
        if store.set_next_date(account.customer, day):
            return
    raise Conflict(f"{customer} is being changed by others")


def next_look(account: Account, decision: Decision, *, on: date) -> date | None:
    """Return the day of the next run that must look at this account, None for never by itself.

    It is `on` while anything is to be done or under way, so that a lost job is found again.
    """
    under_way = any(action.state is ActionState.RESERVED for action in account.actions)
    to_do = decision.due or decision.follow_ups or decision.withdrawals or decision.settled
    if to_do or under_way:
        return on
    return decision.next_date


def look_again(*, store: TenantStore, on: date, profile: str | None = None) -> None:
    """Have the next run look at every customer, or at those of one profile.

    For a change of rules or scenarios: whatever they now say is decided by the run. A customer
    that changes meanwhile is due by that change.
    """
    after: str | None = None
    while True:
        page = store.customers(limit=_PAGE, after=after)
        for customer in page.entries:
            if profile in (None, customer.profile):
                store.set_next_date(customer, on)
        if page.next is None:
            return
        after = page.next
