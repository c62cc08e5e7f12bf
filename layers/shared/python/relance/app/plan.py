"""The night of one tenant, a bounded part at a time.

First come all customers that are due. What they would newly put up for the first wave waits until
the last of them is planned; then the day's room goes to the oldest debts of all (D13).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from relance.app.facts import local_time, sending_waits_since, today
from relance.app.plan_customer import plan_customer
from relance.app.ports.clock import Clock
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant_store import TenantStore
from relance.app.wave import Room
from relance.contracts.jobs import LookAgain, PlanPart, SendJob
from relance.domain.schedule import DAY

# One read of the due index; the rest of the part's bound is read with the next.
_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How a part of a night went, in counts; `more` says that a continuation was handed on.

    Nothing was planned of a night that is `stale` (older than the last whole one) or `early` (its
    day has not come). `waits_since` is the day since which nothing is sent by itself, for want of
    a fresh ledger; told by a night's first part only (D32).
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
    waits_since: date | None = None


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
    first = part.after is None and not part.wave
    wall = local_time(tenant, clock.now())
    run = Run(
        store=store,
        jobs=jobs,
        most=most,
        now=now,
        hour=wall.time() if wall.date() == day else None,
        in_time=in_time,
        failed=failed,
        done=Part(day=day, waits_since=sending_waits_since(tenant, day) if first else None),
    )
    rest = None if part.wave else _plan_due(part, run)
    if rest is None:
        wave = part if part.wave else part.model_copy(update={"wave": True, "after": None})
        rest = _put_up_wave(wave, run, cap=tenant.rules.first_wave_cap)
    if rest is not None:
        jobs.plan(rest, behind=run.done.jobs)
        return replace(run.done, more=True)
    store.mark_planned(day)
    if tenant.rules_applied < tenant.rules_version:
        jobs.plan(LookAgain(tenant=tenant.id, rules=tenant.rules_version, night=part.at))
    return run.done


@dataclass(slots=True, kw_only=True)
class Run:
    """What a part works with and how far it is.

    `hour` is the time of the tenant's day, None when the day planned is over. `waiting` are the
    customers that it found waiting for room in the first wave, each behind its oldest due date: the
    index may not show them yet.
    """

    store: TenantStore
    jobs: Jobs
    most: int
    now: datetime
    hour: time | None
    in_time: Callable[[], bool]
    failed: Callable[[str, Exception], None]
    done: Part
    waiting: set[tuple[date, str]] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether the part's bounds are reached; never before it planned anybody."""
        return bool(self.done.customers) and (
            self.done.customers >= self.most or not self.in_time()
        )

    @property
    def page(self) -> int:
        """How many customers to read at once."""
        return max(1, min(_PAGE, self.most - self.done.customers))


def _plan_due(part: PlanPart, run: Run) -> PlanPart | None:
    """Plan the customers that are due, those of the first wave's without room; return the rest."""
    after, first = part.after, True
    while first or after is not None:
        if run.is_over:
            return part.model_copy(update={"after": after})
        page = run.store.due_customers(run.done.day, limit=run.page, after=after)
        plan_page(page.entries, run, room=None)
        after, first = page.next, False
    return None


def _put_up_wave(part: PlanPart, run: Run, *, cap: int) -> PlanPart | None:
    """Give the day's room to those that wait for it, oldest due first; return the rest (D13)."""
    day, after, first = run.done.day, part.after, True
    room = Room(store=run.store, day=day, most=cap)
    try:
        while first or after is not None:
            page = run.store.waiting_customers(day + DAY, limit=run.page, after=after)
            last = page.entries[-1] if page.next is not None else None
            unseen = {each for each in run.waiting if last is None or each <= last}
            run.waiting -= unseen
            entries = sorted({*page.entries, *unseen})
            if entries and run.is_over:
                return part.model_copy(update={"after": after})
            plan_page([customer for _, customer in entries], run, room=room)
            if room.full:
                break
            after, first = page.next, False
    finally:
        room.give_back()
    return None


def plan_page(customers: Sequence[str], run: Run, *, room: Room | None) -> None:
    """Plan these customers and put their jobs on the queues; stop when a room turns out full."""
    if not customers:
        return
    store, done = run.store, run.done
    tenant = store.tenant()  # before the scenarios: these are never older than its version
    scenarios = store.scenarios()
    to_send: list[SendJob] = []
    for customer in customers:
        if room is not None and room.full:
            break
        done = replace(done, customers=done.customers + 1)
        try:
            outcome = plan_customer(
                customer,
                store=store,
                tenant=tenant,
                scenarios=scenarios,
                on=done.day,
                now=run.now,
                hour=run.hour,
                room=room,
            )
        except Exception as error:  # one bad customer never stops the others
            run.failed(customer, error)
            done = replace(done, failed=(*done.failed, customer))
            continue
        to_send.extend(outcome.jobs)
        if room is None and outcome.waits_since is not None:
            run.waiting.add((outcome.waits_since, customer))
        done = replace(
            done, opened=done.opened + outcome.opened, withdrawn=done.withdrawn + outcome.withdrawn
        )
    run.jobs.send(to_send, behind=run.done.jobs)
    run.done = replace(done, jobs=done.jobs + len(to_send))
