"""Send one message once: decide again, prepare, reserve, hand over, confirm (D32, D39).

The order is what makes it safe. All that can fail without a message leaving comes before the
reservation, and between the reservation and the provider there is nothing. Whatever happens after
the reservation leaves a trace that the next decision sees.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol

from relance.app.errors import InDoubtError, NotAcceptedError, RefusedError, ThrottledError
from relance.app.facts import facts_of
from relance.app.plan_customer import LEASE
from relance.app.ports import Account, Files, Tenant, TenantStore
from relance.app.schedule import reschedule
from relance.contracts.jobs import SendJob
from relance.domain.approval import (
    approved_due,
    awaits_yes,
    is_approved,
    is_changed,
    unapproved,
)
from relance.domain.carrying_out import begun
from relance.domain.decision import DueAction
from relance.domain.facts import Action, ActionState, Facts
from relance.domain.identifiers import owner
from relance.domain.planning import decide
from relance.domain.scenario import Channel

# What the provider does not take is tried so often, then a person must act (D40).
MOST_TRIES = 3
# How often the facts may move between deciding and reserving before the queue tries again later.
_TRIES = 5


class Verdict(StrEnum):
    """How a job ended."""

    SENT = "sent"
    KEPT = "kept"  # the letter is ready to be posted by hand
    DUPLICATE = "duplicate"
    OBSOLETE = "obsolete"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    WAITS = "waits"  # for its channel to open
    THROTTLED = "throttled"  # put back on the queue, not counted as a try
    TO_TRY_AGAIN = "to_try_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A message ready to leave: the exact bytes kept as evidence, and how to hand them over.

    `document` is the key in the documents bucket. `deliver` returns the provider's reference or
    raises NotAcceptedError or InDoubtError; None when a person takes it to the post. `remark` is
    what the action's history is to tell: what was left out.
    """

    document: str
    content_type: str
    body: bytes
    deliver: Callable[[], str] | None
    remark: str | None = None


class Prepare(Protocol):
    """Render a due action for its channel; raise RefusedError when it can't be sent at all."""

    def __call__(
        self, due: DueAction, *, facts: Facts, tenant: Tenant, on: date, now: datetime
    ) -> Prepared: ...


def send_once(
    job: SendJob,
    *,
    store: TenantStore,
    files: Files,
    prepare: Prepare,
    today: date,
    hour: time,
    now: datetime,
    last: bool = False,
) -> Verdict:
    """Carry out a job if the same decision still stands on tenant day `today`.

    `hour` is the time of that day: what comes while its channel is closed waits until it opens
    (D6). `now` is the real instant. What is due on the job's channel now is what leaves, whatever
    the job was made for: a part payment renders again, an item paid meanwhile is left out. Raises
    NotAcceptedError when the provider certainly did not take it and a later try may succeed; on the
    `last` try that is ThrottledError alone, and anything else has failed for good (D40).
    """
    attempt = _Attempt(
        store=store,
        files=files,
        prepare=prepare,
        today=today,
        hour=hour,
        now=now,
        last=last,
    )
    for _ in range(_TRIES):
        if verdict := attempt.make(job):
            return verdict
    raise ThrottledError(f"the facts of {job.customer} do not stand still")


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """What carrying out a job works with."""

    store: TenantStore
    files: Files
    prepare: Prepare
    today: date
    hour: time
    now: datetime
    last: bool

    def make(self, job: SendJob) -> Verdict | None:
        """Decide on the facts as they are and act; None when they moved meanwhile."""
        account = self.store.account(job.customer)
        if account is None:
            return Verdict.OBSOLETE
        if verdict := _already(job.action, account, store=self.store, now=self.now):
            return verdict
        tenant = self.store.tenant()  # before the scenarios: these are never older
        facts = facts_of(account, tenant=tenant, scenarios=self.store.scenarios(), on=self.today)
        waiting = _waiting_for_yes(job.action, account)
        due = _due(job, waiting, facts, on=self.today)
        if due is not None:
            opening = facts.rules.windows.opening(
                due.step.channel, self.today, self.hour, closed=facts.closed_days
            )
            if opening is not None:
                return self._wait(account, tenant, *opening)
            return self._leave(due, account, tenant, facts, waiting)
        if waiting is not None and not _left_alone(waiting, account, facts, store=self.store):
            return None
        return self._ended(Verdict.OBSOLETE, account)

    def _leave(
        self,
        due: DueAction,
        account: Account,
        tenant: Tenant,
        facts: Facts,
        waiting: Action | None,
    ) -> Verdict | None:
        """Prepare, keep, reserve and hand over."""
        action = begun(due, facts, on=self.today, was=waiting)
        action = replace(action, state=ActionState.RESERVED, reserved_at=self.now)
        write = self.store.add_action if waiting is None else self.store.save_action
        try:
            ready = self.prepare(due, facts=facts, tenant=tenant, on=self.today, now=self.now)
        except RefusedError as error:
            failed = replace(action, state=ActionState.FAILED, reason=str(error))
            if write(account.customer, failed):
                return self._ended(Verdict.REFUSED, account)
            return None
        action = _kept(action, ready, self.files)
        if not write(account.customer, action):
            return None
        verdict = _hand_over(
            action,
            ready.deliver,
            was=waiting,
            store=self.store,
            today=self.today,
            last=self.last,
        )
        return self._ended(verdict, account)

    def _wait(self, account: Account, tenant: Tenant, day: date, hour: time) -> Verdict | None:
        """Have the customer looked at again when the channel opens (D6).

        A later day is left to that day's night, which waits for the channel's hours as well.
        """
        rules, at = tenant.rules_version, hour if day == self.today else None
        if self.store.set_next_date(account.customer, day, rules=rules, hour=at):
            return Verdict.WAITS
        return None

    def _ended(self, verdict: Verdict, account: Account) -> Verdict:
        reschedule(account.customer.id, store=self.store, on=self.today)
        return verdict


def _already(wanted: str, account: Account, *, store: TenantStore, now: datetime) -> Verdict | None:
    """Return how the job's own action stands if it was taken up before, None if not.

    A reservation of another worker is left alone while that worker may still live, then in doubt.
    """
    action = next((each for each in account.actions if each.id == wanted), None)
    if action is None or awaits_yes(action):
        return None
    if action.state is ActionState.RESERVED and (
        action.reserved_at is None or now - action.reserved_at > LEASE
    ):
        store.advance_action(
            replace(
                action,
                state=ActionState.IN_DOUBT,
                reason="delivered again with no word from the first worker",
            )
        )
        return Verdict.IN_DOUBT
    return Verdict.DUPLICATE


def _waiting_for_yes(wanted: str, account: Account) -> Action | None:
    """Return the job's own action if it is put up for confirmation."""
    return next((each for each in account.actions if each.id == wanted and awaits_yes(each)), None)


def _due(job: SendJob, waiting: Action | None, facts: Facts, *, on: date) -> DueAction | None:
    """Return what is to leave for this job; of one that waits for a yes, what was approved."""
    if waiting is None:
        # What the first wave would newly put up goes with no message of tonight (D13).
        return _still_due(job, decide(replace(facts, wave_room=0), on=on).due)
    return approved_due(waiting, facts, on=on)


def _left_alone(waiting: Action, account: Account, facts: Facts, *, store: TenantStore) -> bool:
    """Take the approval off what changed since (D32); False when the facts moved meanwhile.

    What only has to wait keeps its approval (D17): a later night tries again.
    """
    if not is_approved(waiting) or not is_changed(waiting, facts):
        return True
    return store.save_action(account.customer, unapproved(waiting))


def _still_due(job: SendJob, due: tuple[DueAction, ...]) -> DueAction | None:
    """Return what is to leave by the job's channel: the job's own action first."""
    candidates = [
        each
        for each in due
        if each.leaves_by_itself and _worker(each.step.channel) is _worker(job.channel)
    ]
    own = (each for each in candidates if each.id == job.action)
    return next(own, None) or next(iter(candidates), None)


def _worker(channel: Channel) -> Channel:
    """Plain and registered letters are made by the same worker."""
    return Channel.LETTER if channel is Channel.REGISTERED_LETTER else channel


def _kept(action: Action, ready: Prepared, files: Files) -> Action:
    """Keep the exact bytes; return the action with them, to be posted if a person takes it."""
    files.put(ready.document, ready.body, content_type=ready.content_type)
    action = replace(action, document=ready.document, reason=ready.remark)
    return replace(action, state=ActionState.TO_POST) if ready.deliver is None else action


def _hand_over(
    action: Action,
    deliver: Callable[[], str] | None,
    *,
    was: Action | None,
    store: TenantStore,
    today: date,
    last: bool,
) -> Verdict:
    """Give the reserved message to its provider and keep what came of it.

    `was` is what it was while it waited for a yes: that, approved, when it certainly did not leave.
    What the provider did not take on the `last` try has failed, unless it only asked to wait.
    """
    if deliver is None:
        return Verdict.KEPT
    try:
        reference = deliver()
    except RefusedError as error:
        store.advance_action(replace(action, state=ActionState.FAILED, reason=str(error)))
        return Verdict.REFUSED
    except NotAcceptedError as error:
        if last and not isinstance(error, ThrottledError):
            reason = f"not taken by its provider, tried {MOST_TRIES} times: {error}"
            store.advance_action(replace(action, state=ActionState.FAILED, reason=reason))
            return Verdict.REFUSED
        if was is None:
            store.release_action(action)
        else:
            _put_back(was, action, store=store)
        raise
    except InDoubtError as error:
        store.advance_action(replace(action, state=ActionState.IN_DOUBT, reason=str(error)))
        return Verdict.IN_DOUBT
    store.advance_action(
        replace(action, state=ActionState.SENT, completed_on=today, reference=reference)
    )
    return Verdict.SENT


def _put_back(was: Action, action: Action, *, store: TenantStore) -> None:
    """Let an approved message that certainly did not leave wait again, still approved.

    Should the facts never stand still, the reservation stays and is put in doubt later.
    """
    for _ in range(_TRIES):
        account = store.account(owner(action.id))
        if account is None or action not in account.actions:  # somebody settled it meanwhile
            return
        if store.save_action(account.customer, was):
            return
