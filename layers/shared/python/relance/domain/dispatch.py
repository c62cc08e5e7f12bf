"""Which drafts leave tonight: one contact at a time, through open windows (D6, D14, D18)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from relance.domain.decision import Held, Hold
from relance.domain.grouping import Draft, in_turn, pool_of_action
from relance.domain.plan import Plan, Way
from relance.domain.schedule import DAY
from relance.domain.situation import Situation
from relance.domain.windows import EVERY_DAY


@dataclass(slots=True)
class Dispatch:
    """What leaves and what is held; `waits_until` is when the first waiting reminder may leave."""

    leaving: list[Draft] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    waits_until: date | None = None

    @property
    def reminds(self) -> bool:
        """Whether a reminder leaves by itself tonight."""
        return any(draft.way is Way.MESSAGE for draft in self.leaving)


def dispatch(drafts: Iterable[Draft], situation: Situation, plan: Plan) -> Dispatch:
    """Let reminders leave, those due longest first.

    `drafts` are of all currencies: what leaves in one night is one contact. With a minimum contact
    delay one message a currency leaves, and one that waits for its window makes the others wait.
    """
    done = Dispatch()
    chosen = _one_contact(in_turn(drafts), done, situation, plan)
    shut = [draft for draft in chosen if _is_shut(draft, situation)]
    if not shut:
        for draft in chosen:
            _let_go(draft, done, situation)
        return done
    for draft in shut:
        opens = situation.next_open(draft.step.channel, situation.on)
        done.held += draft.held(Hold.WINDOW_CLOSED, f"it leaves on {opens}", opens)
    together = _share_a_weekday(chosen, situation)
    for draft in chosen:
        if draft in shut:
            continue
        blocker = _blocker(draft, shut, together) if plan.delay else None
        if blocker is None:
            _let_go(draft, done, situation)
            continue
        opens = situation.next_open(blocker.step.channel, situation.on)
        done.held += draft.held(
            Hold.GROUPED_LATER, f"{blocker.step.name} leaves first, on {opens}", opens
        )
    if plan.delay:
        done.waits_until = min(
            situation.next_open(draft.step.channel, situation.on) for draft in shut
        )
    return done


def _let_go(draft: Draft, done: Dispatch, situation: Situation) -> None:
    """Let a draft leave unless the ledger is too old for it to leave by itself (D32)."""
    if draft.way is Way.MESSAGE and situation.is_stale:
        tomorrow = situation.on + DAY
        done.held += draft.held(Hold.STALE_LEDGER, stale_since(situation), tomorrow)
    else:
        done.leaving.append(draft)


def stale_since(situation: Situation) -> str:
    """Say how old the ledger is."""
    return f"the last whole ledger is of {situation.facts.synced_on}"


def _one_contact(
    drafts: Iterable[Draft], done: Dispatch, situation: Situation, plan: Plan
) -> list[Draft]:
    """Leave out messages that must wait for another message of their currency (D18)."""
    chosen: list[Draft] = []
    taken: set[str] = set()
    later = situation.on + max(DAY, plan.delay)
    for draft in drafts:
        if draft.way is not Way.MESSAGE:
            chosen.append(draft)
        elif _left_today(draft, situation, plan):
            done.held += draft.held(Hold.GROUPED_LATER, "a message of today already left", later)
        elif plan.delay and draft.currency in taken:
            done.held += draft.held(Hold.GROUPED_LATER, "a message due longer goes first", later)
        else:
            taken.add(draft.currency)
            chosen.append(draft)
    return chosen


def _left_today(draft: Draft, situation: Situation, plan: Plan) -> bool:
    """Tell whether a reminder of today makes this one wait: any with a contact delay, else the
    same message."""
    left = situation.contacts.left_today.get(draft.currency, ())
    return bool(left) and any(
        action.step.is_reminder
        and (plan.delay > timedelta(0) or pool_of_action(action, plan) == draft.pool)
        for action in left
    )


def _is_shut(draft: Draft, situation: Situation) -> bool:
    """Tell whether it waits for its window."""
    return _waits_for_window(draft) and not situation.is_open(draft.step.channel, situation.on)


def _blocker(draft: Draft, shut: Iterable[Draft], together: bool) -> Draft | None:
    """Return the waiting draft that makes this one wait (D6).

    `together` says that all that is due can leave on one day. Where it can't, the one due longer
    goes first, else each would wait for another for ever.
    """
    if not _waits_for_window(draft):
        return None
    return next((each for each in shut if together or each.order < draft.order), None)


def _share_a_weekday(drafts: Iterable[Draft], situation: Situation) -> bool:
    """Tell whether there is a weekday on which all of these can leave."""
    windows = situation.facts.rules.windows
    days = EVERY_DAY
    for draft in drafts:
        if _waits_for_window(draft):
            days &= windows.weekdays.get(draft.step.channel, EVERY_DAY)
    return bool(days)


def _waits_for_window(draft: Draft) -> bool:
    """Tell whether it needs an open day; what joins, or waits for a person's yes, doesn't."""
    return draft.joins is None and draft.way is not Way.CONFIRM
