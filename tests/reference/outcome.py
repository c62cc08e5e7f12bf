"""What a decision comes to, stripped of names and wording, so that two of them can be compared."""

from dataclasses import dataclass
from datetime import date

from relance.domain.decision import Decision, DueAction, Hold
from relance.domain.scenario import StepKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message or task of the night: what it is, which items advance, what it shows."""

    currency: str
    step: StepKey
    advancing: frozenset[tuple[str, StepKey]]
    listed: frozenset[str]
    credits: frozenset[str]
    net: int
    confirm: bool
    joins: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything decided of one customer on one day.

    `held` are items with the hold; `dates` say when those may go whose reminder has a date (D14),
    which the engine must name too; `withdrawn` are actions with the items taken off and whether
    they end.
    """

    messages: frozenset[Message]
    held: frozenset[tuple[str, Hold]]
    dates: frozenset[tuple[str, date | None]]
    settled: frozenset[str]
    withdrawn: frozenset[tuple[str, frozenset[str], bool]]
    follow_ups: frozenset[tuple[str, StepKey, frozenset[str], str | None]] = frozenset()


def named(hold: Hold) -> Hold:
    """Return the hold by which it is compared: grouping and windows share a place (D45)."""
    return Hold.GROUPED_LATER if hold is Hold.WINDOW_CLOSED else hold


def outcome_of(decision: Decision, *, dated: frozenset[str]) -> Outcome:
    """Return what the engine's decision comes to, with the dates of the items `dated`."""
    return Outcome(
        messages=frozenset(map(_message, decision.due)),
        held=frozenset((held.item, named(held.hold)) for held in decision.held),
        dates=frozenset((held.item, held.until) for held in decision.held if held.item in dated),
        settled=frozenset(decision.settled),
        withdrawn=frozenset(
            (each.action, frozenset(each.items), each.whole) for each in decision.withdrawals
        ),
        follow_ups=frozenset(
            (task.currency, task.step.key, frozenset(send.item for send in task.sends), task.joins)
            for task in decision.follow_ups
        ),
    )


def _message(due: DueAction) -> Message:
    return Message(
        currency=due.currency,
        step=due.step.key,
        advancing=frozenset((send.item, send.step) for send in due.sends),
        listed=frozenset(due.listed),
        credits=frozenset(due.credits),
        net=due.net,
        confirm=due.confirm,
        joins=due.joins,
    )
