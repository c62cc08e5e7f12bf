"""Send one message once: decide again, prepare, reserve, hand over, confirm (D32, D39).

The order is what makes it safe. All that can fail without a message leaving comes before the
reservation, and between the reservation and the provider there is nothing. Whatever happens after
the reservation leaves a trace that the next decision sees.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Protocol

from relance.app.errors import NotAcceptedError, RefusedError, ThrottledError
from relance.app.facts import facts_of
from relance.app.handing_over import give_back, hand_over, in_doubt, tried_out, waiting_again
from relance.app.plan_customer import is_abandoned
from relance.app.ports.accounts import Account
from relance.app.ports.files import Files
from relance.app.ports.post import Post
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.app.posting import Posting, follow_up, post_letter
from relance.app.schedule import reschedule
from relance.app.verdict import MOST_TRIES as MOST_TRIES
from relance.app.verdict import Verdict as Verdict
from relance.contracts.jobs import SendJob
from relance.domain.actions import Action, ActionState
from relance.domain.approval import (
    approved_due,
    awaits_yes,
    is_approved,
    is_changed,
    unapproved,
)
from relance.domain.carrying_out import begun
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.letter_news import LETTERS, is_carried
from relance.domain.planning import decide
from relance.domain.scenario import Channel

# How often the facts may move between deciding and reserving before the queue tries again later.
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A message ready to leave: the exact bytes kept as evidence, and how to hand them over.

    `document` is the key in the documents bucket. `deliver` returns the provider's reference or
    raises NotAcceptedError or InDoubtError; a letter has a `posting` in its place, or neither when
    a person takes it to the post. `remark` is what the action's history is to tell: what was left
    out.
    """

    document: str
    content_type: str
    body: bytes
    deliver: Callable[[], str] | None
    remark: str | None = None
    posting: Posting | None = None


class Prepare(Protocol):
    """Render a due action for its channel; raise RefusedError when it can't be sent at all.

    NotAcceptedError, when it can't be told now how it is to leave.
    """

    def __call__(
        self, due: DueAction, *, facts: Facts, tenant: Tenant, on: date, now: datetime
    ) -> Prepared: ...


def nobody() -> Post | None:
    """The `post` of a channel that the post does not carry."""
    return None


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
    post: Callable[[], Post | None] = nobody,
) -> Verdict:
    """Carry out a job if the same decision still stands on tenant day `today`.

    `hour` is the time of that day: what comes while its channel is closed waits until it opens
    (D6). `now` is the real instant. What is due on the job's channel now is what leaves, whatever
    the job was made for: a part payment renders again, an item paid meanwhile is left out. A letter
    that another worker left with the post is followed up there (`post`). Raises
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
        post=post,
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
    post: Callable[[], Post | None]

    def make(self, job: SendJob) -> Verdict | None:
        """Decide on the facts as they are and act; None when they moved meanwhile."""
        account = self.store.account(job.customer)
        if account is None:
            return Verdict.OBSOLETE
        own = next((each for each in account.actions if each.id == job.action), None)
        if own is not None and not awaits_yes(own):
            return self._taken_up(own, job, account)
        tenant, facts = self._read(account)
        waiting = _waiting_for_yes(job.action, account)
        due = _due(job, waiting, facts, on=self.today)
        if due is not None:
            opening = self._opening(due, facts)
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
        except NotAcceptedError as error:
            reason = self._why_failed(error)
            failed = replace(action, state=ActionState.FAILED, reason=reason)
            if write(account.customer, failed):
                return self._ended(Verdict.REFUSED, account)
            return None
        action = _kept(action, ready, self.files)
        if not write(account.customer, action):
            return None
        return self._ended(self._hand_over(action, ready, was=waiting), account)

    def _hand_over(self, action: Action, ready: Prepared, *, was: Action | None) -> Verdict:
        if ready.posting is not None:
            return post_letter(
                action,
                ready.posting,
                was=was,
                store=self.store,
                today=self.today,
                last=self.last,
            )
        if ready.deliver is None:
            return Verdict.KEPT
        return hand_over(
            action, ready.deliver, was=was, store=self.store, today=self.today, last=self.last
        )

    def _why_failed(self, error: NotAcceptedError) -> str:
        """Return why a message that could not be prepared has failed; raise if it may succeed."""
        if isinstance(error, RefusedError):
            return str(error)
        if not self.last or isinstance(error, ThrottledError):
            raise error
        return tried_out(error)

    def _taken_up(self, own: Action, job: SendJob, account: Account) -> Verdict | None:
        """Return how the job's own action stands that was taken up before.

        The reservation of another worker is left alone while that worker may still live. Then it is
        in doubt, unless it is a letter's: one that was never named never left, and of any other the
        post is asked. None when it was given back, to be decided anew.
        """
        if own.state is not ActionState.RESERVED or not is_abandoned(own, now=self.now):
            return Verdict.DUPLICATE
        if own.channel not in LETTERS:
            return in_doubt(
                own, "delivered again with no word from the first worker", store=self.store
            )
        if not is_carried(own):
            give_back(own, was=waiting_again(own), store=self.store)
            return None
        verdict = follow_up(
            own,
            post=self.post(),
            still_stands=lambda: self._still_stands(own, job, account),
            store=self.store,
            today=self.today,
            now=self.now,
        )
        return self._ended(verdict, account) if verdict else None

    def _still_stands(self, own: Action, job: SendJob, account: Account) -> bool:
        """Tell whether the same letter, to the byte, would leave now (D32)."""
        was = waiting_again(own)
        others = tuple(each for each in account.actions if each.id != own.id)
        actions = (*others, was) if was else others
        tenant, facts = self._read(replace(account, actions=actions))
        due = _due(job, was, facts, on=self.today)
        if due is None or due.id != own.id or self._opening(due, facts) is not None:
            return False
        try:
            ready = self.prepare(due, facts=facts, tenant=tenant, on=self.today, now=self.now)
        except RefusedError:
            return False
        return ready.document == own.document

    def _read(self, account: Account) -> tuple[Tenant, Facts]:
        tenant = self.store.tenant()  # before the scenarios: these are never older
        scenarios = self.store.scenarios()
        return tenant, facts_of(account, tenant=tenant, scenarios=scenarios, on=self.today)

    def _opening(self, due: DueAction, facts: Facts) -> tuple[date, time] | None:
        """Return when the channel opens, None while it is open (D6)."""
        return facts.rules.windows.opening(
            due.step.channel, self.today, self.hour, closed=facts.closed_days
        )

    def _wait(self, account: Account, tenant: Tenant, day: date, hour: time) -> Verdict | None:
        """Have the customer looked at again when the channel opens (D6).

        A later day is left to that day's night, which waits for the channel's hours as well.
        """
        rules, at = tenant.rules_version, hour if day == self.today else None
        if self.store.set_next_date(account.customer, day, rules=rules, hour=at):
            return Verdict.WAITS
        return None

    def _ended(self, verdict: Verdict, account: Account) -> Verdict:
        if verdict is Verdict.UNHEARD:
            return verdict  # its facts changed: the hourly run finds it by that
        reschedule(account.customer.id, store=self.store, on=self.today)
        return verdict


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
    by_hand = ready.deliver is None and ready.posting is None
    return replace(action, state=ActionState.TO_POST) if by_hand else action
