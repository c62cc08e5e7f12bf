"""Send one message once: decide again, prepare, reserve, hand over, confirm (D32, D39).

The order is what makes it safe. All that can fail without a message leaving comes before the
reservation, and between the reservation and the provider there is nothing. Whatever happens after
the reservation leaves a trace that the next decision sees.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
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
    THROTTLED = "throttled"  # put back on the queue, not counted as a try
    TO_TRY_AGAIN = "to_try_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A message ready to leave: the exact bytes kept as evidence, and how to hand them over.

    `document` is the key in the documents bucket. `deliver` returns the provider's reference or
    raises NotAcceptedError or InDoubtError; None when a person takes it to the post.
    """

    document: str
    content_type: str
    body: bytes
    deliver: Callable[[], str] | None


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
    now: datetime,
    last: bool = False,
) -> Verdict:
    """Carry out a job if the same decision still stands on tenant day `today`.

    `now` is the real instant. What is due on the job's channel now is what leaves, whatever the
    job was made for: a part payment renders again, an item paid meanwhile is left out. Raises
    NotAcceptedError when the provider certainly did not take it and a later try may succeed; on the
    `last` try that is ThrottledError alone, and anything else has failed for good (D40).
    """
    for _ in range(_TRIES):
        account = store.account(job.customer)
        if account is None:
            return Verdict.OBSOLETE
        if verdict := _already(job.action, account, store=store, now=now):
            return verdict
        tenant, scenarios = store.tenant(), store.scenarios()
        facts = facts_of(account, tenant=tenant, scenarios=scenarios, on=today)
        waiting = _waiting_for_yes(job.action, account)
        due = _due(job, waiting, facts, on=today)
        if due is None:
            if waiting is not None and not _left_alone(waiting, account, facts, store=store):
                continue
            reschedule(job.customer, store=store, on=today)
            return Verdict.OBSOLETE
        action = begun(due, facts, on=today, was=waiting)
        action = replace(action, state=ActionState.RESERVED, reserved_at=now)
        write = store.add_action if waiting is None else store.save_action
        try:
            ready = prepare(due, facts=facts, tenant=tenant, on=today, now=now)
        except RefusedError as error:
            failed = replace(action, state=ActionState.FAILED, reason=str(error))
            if write(account.customer, failed):
                reschedule(job.customer, store=store, on=today)
                return Verdict.REFUSED
            continue
        action = _kept(action, ready, files)
        if write(account.customer, action):
            verdict = _hand_over(
                action, ready.deliver, was=waiting, store=store, today=today, last=last
            )
            reschedule(job.customer, store=store, on=today)
            return verdict
    raise ThrottledError(f"the facts of {job.customer} do not stand still")


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
    action = replace(action, document=ready.document)
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
