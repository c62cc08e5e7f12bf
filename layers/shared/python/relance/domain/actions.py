"""Reminders, notices, calls, letters: what was done, is waiting or is to be done."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

from relance.domain.carriage import Carriage
from relance.domain.deeds import Answer, Deed
from relance.domain.scenario import Channel, StepKey
from relance.domain.values import value

_RANKS = {
    "open": 0,
    "to_confirm": 0,
    "reserved": 1,
    "in_doubt": 2,
    "to_post": 3,
    "sent": 4,
    "done": 5,
    "skipped": 5,
    "delivered": 6,
    "bounced": 7,
    "complained": 8,
    "failed": 9,
    "cancelled": 9,
}
_COMPLETING = ("sent", "done", "skipped", "delivered", "complained")
_PENDING = ("open", "to_confirm", "reserved", "in_doubt", "to_post", "failed")


class ActionState(StrEnum):
    """Where an action stands. `rank` makes states move forward only."""

    OPEN = "open"  # a call, task or other waits for someone
    TO_CONFIRM = "to_confirm"  # a message waits for someone's yes
    RESERVED = "reserved"  # about to be handed to the provider, or handed and unheard of
    IN_DOUBT = "in_doubt"  # it can't be known whether the provider took it
    TO_POST = "to_post"  # the letter is printed by hand and not yet posted
    SENT = "sent"  # the provider took it
    DONE = "done"  # a person did it, or posted it
    SKIPPED = "skipped"  # a person passed over it
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    CANCELLED = "cancelled"

    rank: int
    """Later states have higher ranks."""
    completes: bool
    """Whether the step counts as completed (D11)."""
    pending: bool
    """Whether it is still under way and so holds its items."""

    def __init__(self, value: str) -> None:
        self.rank = _RANKS[value]
        self.completes = value in _COMPLETING
        self.pending = value in _PENDING


@value(order=True)
class Send:
    """One logical send (D39): this item, at this step, in this cycle of reopenings and repeats."""

    item: str
    step: StepKey
    cycle: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A past, present or waiting action of one customer and currency (A1).

    `step`, `step_name`, `channel` are those of its highest step; `sends` are the items' own steps;
    `day` is the run's tenant day; `completed_on` the tenant day of completion (D11);
    `reserved_at` the instant a worker took it. `deadline` is the day up to which its text gives the
    debtor time to pay (D14). `approved_on` is the tenant day of a person's yes to a message to
    confirm, `approved_as` names what it said then (D17, D32). `responsible` are named as in
    `people`; `account_manager` is who looked after the customer when it was opened. It is late
    after `late_days` working days, None for the tenant's (D17). `put_off_until` is the day for
    which a person put it off; it is cancelled then, and its steps come back. `deeds` are what
    people did about it, oldest first, `answers` what the debtor said (A2). `carriage` is what the
    post said of a letter that it carries (A3); `reference` is then the sending's id.
    """

    id: str
    currency: str
    step: StepKey
    step_name: str
    channel: Channel
    state: ActionState
    sends: tuple[Send, ...]
    day: date
    scenario: str = ""
    scenario_version: int = 0
    completed_on: date | None = None
    reserved_at: datetime | None = None
    responsible: tuple[str, ...] = ()
    reference: str | None = None
    result: str | None = None
    note: str | None = None
    author: str | None = None
    reason: str | None = None
    document: str | None = None
    deadline: date | None = None
    approved_on: date | None = None
    approved_as: str | None = None
    account_manager: str | None = None
    late_days: int | None = None
    put_off_until: date | None = None
    answers: tuple[Answer, ...] = ()
    deeds: tuple[Deed, ...] = ()
    carriage: Carriage | None = None


in_order = attrgetter("day", "id")
"""The key that sorts actions by their run, and those of one run always the same way."""
