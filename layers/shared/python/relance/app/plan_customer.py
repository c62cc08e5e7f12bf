"""One customer's night: decide, keep what needs no provider, name what is to be sent."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from relance.app.errors import Conflict
from relance.app.facts import facts_of
from relance.app.handing_over import give_back, in_doubt, waiting_again
from relance.app.ports.accounts import Account
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import next_look, reschedule
from relance.app.wave import Room, decide_with
from relance.contracts.jobs import SendJob
from relance.domain.actions import Action, ActionState
from relance.domain.approval import approved_due
from relance.domain.carrying_out import writes
from relance.domain.decision import Decision
from relance.domain.facts import Facts
from relance.domain.first_wave import newly_put_up, waiting_since
from relance.domain.letter_news import LETTERS, is_carried
from relance.domain.scenario import Channel, Scenario
from relance.domain.schedule import DAY

# Whoever changes a customer more often than this while we decide will have it looked at again.
_TRIES = 5
# A round applies all that can be applied at once; what that uncovers takes a round more.
_MOST_ROUNDS = 10
# Thank-yous look back 30 days (D34), contact delays less; what is older may leave the live facts.
_LOOK_BACK = timedelta(days=92)
# A worker that reserved longer ago than this is gone: its timeout is far shorter.
LEASE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What planning one customer did: jobs to enqueue, tasks opened or joined, items withdrawn.

    `waits_since` is the oldest due date of what waits for room in the first wave, None if nothing
    does (D13).
    """

    jobs: tuple[SendJob, ...] = ()
    opened: int = 0
    withdrawn: int = 0
    waits_since: date | None = None


def plan_customer(
    customer: str,
    *,
    store: TenantStore,
    tenant: Tenant,
    scenarios: tuple[Scenario, ...],
    on: date,
    now: datetime,
    hour: time | None = None,
    room: Room | None = None,
) -> Outcome:
    """Decide for one customer and carry out what needs no provider; messages become jobs.

    At `hour` of the tenant's day only channels that are open then get jobs; the customer is looked
    at again when the others open (D6). None leaves that to the senders. Without a `room` nothing of
    the first wave is newly put up: it waits (D13).
    Raises Conflict when its facts never stand still; nothing is lost, it stays due.
    """
    for _ in range(_TRIES):
        account = store.account(customer)
        if account is None:
            return Outcome()
        if _settle_reservations(account, store=store, now=now):
            continue
        outcome = _carry_out(
            account, store=store, tenant=tenant, scenarios=scenarios, on=on, hour=hour, room=room
        )
        if outcome is not None:
            asked = _to_ask_for(account, tenant=tenant.id, on=on, now=now)
            return replace(outcome, jobs=(*asked, *outcome.jobs))
        tenant, scenarios = store.tenant(), store.scenarios()
    raise Conflict(f"{customer} is being changed by others")


def sweep(
    customer: str, *, store: TenantStore, tenant: str, on: date, now: datetime
) -> tuple[SendJob, ...]:
    """Settle a customer's reservations that never ended (D39); return jobs to ask the post by.

    Nothing is planned: what else there is to do for the customer is left to the night.
    """
    account = store.account(customer)
    if account is None:
        return ()
    if _settle_reservations(account, store=store, now=now):
        reschedule(customer, store=store, on=on)
    return _to_ask_for(account, tenant=tenant, on=on, now=now)


def is_abandoned(action: Action, *, now: datetime) -> bool:
    """Tell whether it is reserved by a worker that can't live any more."""
    return action.state is ActionState.RESERVED and (
        action.reserved_at is None or now - action.reserved_at > LEASE
    )


def _settle_reservations(account: Account, *, store: TenantStore, now: datetime) -> bool:
    """Put reservations whose worker is gone in doubt (D39); True when there was one.

    A letter that was never named at its provider never left: its reservation is given back. One
    that was is left to the post's answer.
    """
    gone = [
        action
        for action in account.actions
        if is_abandoned(action, now=now) and not is_carried(action)
    ]
    for action in gone:
        if action.channel in LETTERS:
            give_back(action, was=waiting_again(action), store=store)
        else:
            reason = "the worker stopped before it could say whether the provider took the message"
            in_doubt(action, reason, store=store)
    return bool(gone)


def _to_ask_for(account: Account, *, tenant: str, on: date, now: datetime) -> tuple[SendJob, ...]:
    """Return jobs for letters whose worker is gone and of which the post is to be asked."""
    return tuple(
        SendJob(
            tenant=tenant,
            customer=account.customer.id,
            action=action.id,
            channel=action.channel,
            day=on,
        )
        for action in account.actions
        if is_abandoned(action, now=now) and is_carried(action)
    )


def _carry_out(
    account: Account,
    *,
    store: TenantStore,
    tenant: Tenant,
    scenarios: tuple[Scenario, ...],
    on: date,
    hour: time | None,
    room: Room | None,
) -> Outcome | None:
    """Apply the decision until only messages are left; None when facts or rules moved meanwhile."""
    opened = withdrawn = 0
    for _ in range(_MOST_ROUNDS):
        facts = facts_of(account, tenant=tenant, scenarios=scenarios, on=on)
        decision = decide_with(room, facts, on=on)
        after = _apply(account, facts, decision, store=store, on=on, room=room)
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
    waits_since = waiting_since(decision, facts)
    day = next_look(account, decision, on=on) if waits_since is None else on + DAY
    jobs, again = _jobs(account, facts, decision, tenant=tenant, on=on, hour=hour)
    if not store.set_next_date(
        account.customer,
        day,
        rules=tenant.rules_version,
        waits_since=waits_since,
        hour=again if day == on else None,
    ):
        return None
    return Outcome(
        jobs=jobs,
        opened=opened,
        withdrawn=withdrawn,
        waits_since=waits_since,
    )


def _jobs(
    account: Account,
    facts: Facts,
    decision: Decision,
    *,
    tenant: Tenant,
    on: date,
    hour: time | None,
) -> tuple[tuple[SendJob, ...], time | None]:
    """Return the jobs for what leaves by itself and for what was approved and may leave.

    Behind them the hour of the same day at which the first closed channel opens, None when there is
    none or it opens another day.
    """
    leaving = [(due.id, due.step.channel) for due in decision.due]
    leaving += [
        (each.id, each.channel)
        for each in account.actions
        if approved_due(each, facts, on=on) is not None
    ]
    openings = {channel: _opening(channel, facts, on, hour) for _, channel in leaving}
    jobs = tuple(
        SendJob(
            tenant=tenant.id,
            customer=account.customer.id,
            action=action,
            channel=channel,
            day=on,
        )
        for action, channel in leaving
        if openings[channel] is None
    )
    hours = [opening[1] for opening in openings.values() if opening and opening[0] == on]
    return jobs, min(hours, default=None)


def _opening(
    channel: Channel, facts: Facts, on: date, hour: time | None
) -> tuple[date, time] | None:
    """Return when a channel that is closed at `hour` opens, None when nothing holds it."""
    if hour is None:
        return None
    return facts.rules.windows.opening(channel, on, hour, closed=facts.closed_days)


def _apply(
    account: Account,
    facts: Facts,
    decision: Decision,
    *,
    store: TenantStore,
    on: date,
    room: Room | None,
) -> Account | None:
    """Write withdrawals, tasks and archived items; return the account as it now is.

    The same account when there was nothing to write, None when its facts moved meanwhile.
    """
    wave = newly_put_up(decision, facts, on=on)
    for write in writes(facts, decision, on=on):
        method = store.add_action if write.new else store.save_action
        keep = partial(method, account.customer, write.action)
        kept = room.put_up(keep) if room is not None and write.action.id in wave else keep()
        if not kept:
            return None
        account = _with_action(account, write.action)
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
