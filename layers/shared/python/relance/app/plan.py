"""The night of one tenant: decide for every customer that is due, a bounded part at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from relance.app.errors import Conflict
from relance.app.facts import facts_of, scenario_for, today
from relance.app.ports import Account, Clock, Jobs, Tenant, TenantStore
from relance.app.schedule import next_look
from relance.contracts.jobs import LookAgain, PlanPart, SendJob
from relance.domain.approval import approved_due, is_approved, unapproved
from relance.domain.decision import Decision, DueAction, Withdrawal
from relance.domain.facts import Action, ActionState
from relance.domain.planning import decide
from relance.domain.scenario import Scenario

# One read of the due index; the rest of the part's bound is read with the next.
_PAGE = 25
# Whoever changes a customer more often than this while we decide will have it looked at again.
_TRIES = 5
# A round applies all that can be applied at once; what that uncovers takes a round more.
_MOST_ROUNDS = 10
# Thank-yous look back 30 days (D34), contact delays less; what is older may leave the live facts.
_LOOK_BACK = timedelta(days=92)
# A worker that reserved longer ago than this is gone: its timeout is far shorter.
LEASE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How a part of a night went, in counts; `more` says that a continuation was handed on.

    Nothing was planned of a night that is `stale` (older than the last whole one) or `early` (its
    day has not come).
    """

    day: date
    customers: int = 0
    jobs: int = 0
    opened: int = 0
    withdrawn: int = 0
    failed: tuple[str, ...] = ()
    more: bool = False
    stale: bool = False
    early: bool = False


def plan_part(
    part: PlanPart,
    *,
    store: TenantStore,
    jobs: Jobs,
    most: int,
    clock: Clock,
    now: datetime,
    in_time: Callable[[], bool],
    failed: Callable[[str, Exception], None],
) -> Part:
    """Plan at most `most` customers of a tenant's night and hand on the rest.

    `clock` tells the day; `now` is the real instant, by which reservations grow old. Before each
    page `in_time` says whether there is still time for it. A customer that can't be planned is
    given to `failed` and keeps its next date; the others go on. A night older than the last whole
    one plans nothing (D7, `stale`), nor does one whose day has not come (D1, `early`): it would
    make the nights before it stale. The same night again finds only what is not done yet.

    The end of a night has all customers looked at again when rules or scenarios changed and that
    was not done; then comes this night once more.
    """
    tenant = store.tenant()
    day = part.at.astimezone(ZoneInfo(tenant.rules.timezone)).date()
    if tenant.planned_through is not None and day < tenant.planned_through:
        return Part(day=day, stale=True)
    if day > today(tenant, clock):
        return Part(day=day, early=True)
    done = Part(day=day)
    after, first = part.after, True
    while first or after is not None:
        if done.customers >= most or not (first or in_time()):
            jobs.plan(part.model_copy(update={"after": after}))
            return replace(done, more=True)
        page = store.due_customers(day, limit=min(_PAGE, most - done.customers), after=after)
        done = _plan_page(page.entries, done, store=store, jobs=jobs, now=now, failed=failed)
        after, first = page.next, False
    store.mark_planned(day)
    if tenant.rules_applied < tenant.rules_version:
        jobs.plan(LookAgain(tenant=tenant.id, rules=tenant.rules_version, night=part.at))
    return done


def _plan_page(
    customers: Iterable[str],
    done: Part,
    *,
    store: TenantStore,
    jobs: Jobs,
    now: datetime,
    failed: Callable[[str, Exception], None],
) -> Part:
    """Plan these customers and put their jobs on the queues; return `done` with them added."""
    tenant = store.tenant()  # before the scenarios: these are never older than its version
    scenarios = store.scenarios()
    to_send: list[SendJob] = []
    for customer in customers:
        done = replace(done, customers=done.customers + 1)
        try:
            outcome = plan_customer(
                customer, store=store, tenant=tenant, scenarios=scenarios, on=done.day, now=now
            )
        except Exception as error:  # one bad customer never stops the others
            failed(customer, error)
            done = replace(done, failed=(*done.failed, customer))
            continue
        to_send.extend(outcome.jobs)
        done = replace(
            done, opened=done.opened + outcome.opened, withdrawn=done.withdrawn + outcome.withdrawn
        )
    jobs.send(to_send)
    return replace(done, jobs=done.jobs + len(to_send))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What planning one customer did: jobs to enqueue, tasks opened or joined, items withdrawn."""

    jobs: tuple[SendJob, ...] = ()
    opened: int = 0
    withdrawn: int = 0


def plan_customer(
    customer: str,
    *,
    store: TenantStore,
    tenant: Tenant,
    scenarios: tuple[Scenario, ...],
    on: date,
    now: datetime,
) -> Outcome:
    """Decide for one customer and carry out what needs no provider; messages become jobs.

    Raises Conflict when its facts never stand still; nothing is lost, it stays due.
    """
    for _ in range(_TRIES):
        account = store.account(customer)
        if account is None:
            return Outcome()
        expired = _settle_reservations(account, store=store, now=now)
        if expired:
            continue
        outcome = _carry_out(account, store=store, tenant=tenant, scenarios=scenarios, on=on)
        if outcome is not None:
            return outcome
        tenant, scenarios = store.tenant(), store.scenarios()
    raise Conflict(f"{customer} is being changed by others")


def _settle_reservations(account: Account, *, store: TenantStore, now: datetime) -> bool:
    """Put reservations whose worker is gone in doubt (D39); True when there was one."""
    gone = [
        action
        for action in account.actions
        if action.state is ActionState.RESERVED
        and (action.reserved_at is None or now - action.reserved_at > LEASE)
    ]
    for action in gone:
        reason = "the worker stopped before it could say whether the provider took the message"
        store.advance_action(replace(action, state=ActionState.IN_DOUBT, reason=reason))
    return bool(gone)


def _carry_out(
    account: Account,
    *,
    store: TenantStore,
    tenant: Tenant,
    scenarios: tuple[Scenario, ...],
    on: date,
) -> Outcome | None:
    """Apply the decision until only messages are left; None when facts or rules moved meanwhile."""
    opened = withdrawn = 0
    for _ in range(_MOST_ROUNDS):
        decision = decide(facts_of(account, tenant=tenant, scenarios=scenarios, on=on), on=on)
        after = _apply(account, decision, store=store, scenarios=scenarios, on=on)
        if after is None:
            return None
        if after is account:
            break
        opened += sum(1 for due in decision.due if not due.leaves_by_itself)
        opened += len(decision.follow_ups)
        withdrawn += len(decision.withdrawals)
        account = after
    else:
        raise RuntimeError(f"{account.customer.id}: applying the plan does not empty it")
    facts = facts_of(account, tenant=tenant, scenarios=scenarios, on=on)
    approved = [each for each in account.actions if approved_due(each, facts, on=on) is not None]
    day = next_look(account, decision, on=on)
    if not store.set_next_date(account.customer, day, rules=tenant.rules_version):
        return None
    leaving = [(due.id, due.step.channel) for due in decision.due]
    leaving += [(each.id, each.channel) for each in approved]
    jobs = tuple(
        SendJob(
            tenant=tenant.id,
            customer=account.customer.id,
            action=action,
            channel=channel,
            day=on,
        )
        for action, channel in leaving
    )
    return Outcome(jobs=jobs, opened=opened, withdrawn=withdrawn)


def _apply(
    account: Account,
    decision: Decision,
    *,
    store: TenantStore,
    scenarios: tuple[Scenario, ...],
    on: date,
) -> Account | None:
    """Write withdrawals, tasks and archived items; return the account as it now is.

    The same account when there was nothing to write, None when its facts moved meanwhile.
    """
    for withdrawal in decision.withdrawals:
        action = _without(account, withdrawal)
        if not store.save_action(account.customer, action):
            return None
        account = _with_action(account, action)
    for due in (*decision.due, *decision.follow_ups):
        if due.leaves_by_itself:
            continue
        action = _task(account, due, scenarios=scenarios, on=on)
        joined = due.joins is not None
        write = store.save_action if joined else store.add_action
        if not write(account.customer, action):
            return None
        account = _with_action(account, action)
    if decision.settled:
        try:
            customer = store.archive(
                account.customer, decision.settled, actions_before=on - _LOOK_BACK
            )
        except Conflict:
            return None
        gone = set(decision.settled)
        account = replace(
            account,
            customer=customer,
            items=tuple(item for item in account.items if item.id not in gone),
        )
    return account


def _with_action(account: Account, action: Action) -> Account:
    """Return the account after a write of `action`, which counted its version up by one."""
    others = tuple(each for each in account.actions if each.id != action.id)
    customer = replace(account.customer, version=account.customer.version + 1)
    return replace(account, customer=customer, actions=(*others, action))


def _without(account: Account, withdrawal: Withdrawal) -> Action:
    action = next(each for each in account.actions if each.id == withdrawal.action)
    if withdrawal.whole:
        return replace(action, state=ActionState.CANCELLED, reason=withdrawal.reason)
    gone = set(withdrawal.items)
    sends = tuple(send for send in action.sends if send.item not in gone)
    kept = unapproved(action) if is_approved(action) else action
    return replace(kept, sends=sends, reason=withdrawal.reason)


def _task(account: Account, due: DueAction, *, scenarios: tuple[Scenario, ...], on: date) -> Action:
    """Return the open task or message to confirm that `due` asks for, joined to the open one."""
    waiting = next((each for each in account.actions if each.id == due.joins), None)
    if waiting is not None:
        if is_approved(waiting):
            waiting = unapproved(waiting)
        joined = replace(waiting, sends=tuple(sorted({*waiting.sends, *due.sends})))
        if due.step.key.level < waiting.step.level:
            return joined
        return replace(
            joined,
            step=due.step.key,
            step_name=due.step.name,
            channel=due.step.channel,
            responsible=due.step.responsible or waiting.responsible,
        )
    state = ActionState.TO_CONFIRM if due.step.channel.is_message else ActionState.OPEN
    return new_action(due, account, scenarios=scenarios, state=state, on=on)


def new_action(
    due: DueAction,
    account: Account,
    *,
    scenarios: Iterable[Scenario],
    state: ActionState,
    on: date,
    was: Action | None = None,
) -> Action:
    """Return the action that records `due` of this account, made on tenant day `on`.

    `was` is what it was while it waited for a yes: who said it stays known.
    """
    scenario = scenario_for(account.customer, scenarios)
    return Action(
        id=due.id,
        currency=due.currency,
        step=due.step.key,
        step_name=due.step.name,
        channel=due.step.channel,
        state=state,
        sends=due.sends,
        day=on,
        scenario=scenario.id if scenario else "",
        scenario_version=scenario.version if scenario else 0,
        responsible=due.step.responsible,
        deadline=_deadline(due, on),
        author=was.author if was else None,
        approved_on=was.approved_on if was else None,
        approved_as=was.approved_as if was else None,
    )


def _deadline(due: DueAction, on: date) -> date | None:
    """The day up to which the message of this run asks for payment, if its step names one (D14)."""
    days = due.step.deadline_days
    return None if days is None else on + timedelta(days=days)
