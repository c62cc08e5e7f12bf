"""What a scenario is: up to seven steps and how they follow each other (S2, S3, D10)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Channel(StrEnum):
    """How a step reaches someone (S4)."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    REGISTERED_LETTER = "registered_letter"
    CALL = "call"
    TASK = "task"
    OTHER = "other"

    is_message: bool
    """Whether the product itself can send it; calls, tasks and other are done by people."""

    def __init__(self, value: str) -> None:
        self.is_message = value not in ("call", "task", "other")


class StepKey(StrEnum):
    """The seven places a scenario has; campaigns and follow-ups are no part of one."""

    PRE_DUE = "pre_due"
    R1 = "r1"
    R2 = "r2"
    R3 = "r3"
    R4 = "r4"
    R5 = "r5"
    THANK_YOU = "thank_you"
    CAMPAIGN = "campaign"
    MATCHING = "matching"
    PLAN_FINISHED = "plan_finished"

    level: int
    """The level a completed reminder gives (1–5); 0 for everything else."""
    is_reminder: bool
    """Whether it is one of R1–R5."""
    is_follow_up: bool
    """Whether it is a task beside the plan, which holds and completes nothing (D15, D22)."""
    is_beside_the_plan: bool
    """Whether it holds and completes nothing of a plan: a follow-up or campaign (D44)."""

    def __init__(self, value: str) -> None:
        # Told once a member, not at each of the many times a decision asks.
        self.is_reminder = value in ("r1", "r2", "r3", "r4", "r5")
        self.level = int(value[1]) if self.is_reminder else 0
        self.is_follow_up = value in ("matching", "plan_finished")
        self.is_beside_the_plan = self.is_follow_up or value == "campaign"


REMINDERS = (StepKey.R1, StepKey.R2, StepKey.R3, StepKey.R4, StepKey.R5)


class Anchor(StrEnum):
    """What a step's offset counts from (D10)."""

    DUE_DATE = "due_date"
    ISSUE_DATE = "issue_date"
    PREVIOUS_REMINDER = "previous_reminder"
    NAMED_REMINDER = "named_reminder"
    PAYMENT_DATE = "payment_date"


class Tone(StrEnum):
    """How a message speaks, from courteous to firm."""

    COURTEOUS = "courteous"
    NEUTRAL = "neutral"
    FIRM = "firm"
    FORMAL_NOTICE = "formal_notice"


class Grouping(StrEnum):
    """How the items of one customer share messages (D18)."""

    CUSTOMER = "customer"
    LEVEL = "level"
    ACCOUNT = "account"
    REFERENCE_ITEM = "reference_item"


class Attachments(StrEnum):
    """Which invoices go with a message (M3)."""

    NONE = "none"
    LEVEL = "level"
    OVERDUE = "overdue"
    ALL = "all"


class Interval(StrEnum):
    """What a repeat's interval counts (D15)."""

    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Repeat:
    """How the last active reminder repeats (D15): `count` more times, `every` so many units."""

    count: int
    every: int
    unit: Interval = Interval.DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a scenario.

    `offset_days` counts tenant days from the anchor (negative for the pre-due notice only);
    `anchor_step` is set for `Anchor.NAMED_REMINDER` only. A message names a `template`; a call,
    task or other carries a `script`, which may name the fields that messages may; other carries a
    free `label` (S4). `questions` are asked with the script, their answers kept (A2). What waits
    for a person is late after `late_days` working days, None for the tenant's (D17). `repeat` is
    for the last active reminder only (D15). A message with `deadline_days` asks for payment within
    so many days of its run, and the next step waits for that deadline to pass (D14). A reminder
    with `legal_amounts`, and every formal notice, prints interest and indemnity (D26). An e-mail
    goes to contacts by `roles`, in copy to those of `cc_roles` and to the addresses `cc`,
    and carries a `statement` of the account where that is asked for (M3).
    """

    key: StepKey
    name: str
    anchor: Anchor
    offset_days: int
    channel: Channel
    active: bool = True
    automatic: bool = True
    anchor_step: StepKey | None = None
    end_of_month: bool = False
    template: str | None = None
    script: str | None = None
    label: str | None = None
    tone: Tone = Tone.COURTEOUS
    formal_notice: bool = False
    responsible: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("accounting",)
    attachments: Attachments = Attachments.NONE
    repeat: Repeat | None = None
    deadline_days: int | None = None
    legal_amounts: bool = False
    questions: tuple[str, ...] = ()
    late_days: int | None = None
    cc_roles: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    statement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One side of a profile's pair (S2): `with_email` tells which.

    `version` is immutable once stored (D35). `min_contact_delay` is in tenant days (D14).
    `minimums` holds the smallest net, in minor units per currency, worth a reminder; above that of
    `ceilings` a message must be confirmed (D25). `usual_term` is in days from the issue date, for
    customers without one of their own (D38).
    """

    id: str
    name: str
    profile: str
    with_email: bool
    version: int
    steps: tuple[Step, ...]
    min_contact_delay: int = 0
    grouping: Grouping = Grouping.CUSTOMER
    minimums: Mapping[str, int] = field(default_factory=dict)
    ceilings: Mapping[str, int] = field(default_factory=dict)
    usual_term: int | None = None

    def step(self, key: StepKey) -> Step | None:
        """Return the active step at this place, None when it is off or absent."""
        return next((step for step in self.steps if step.key is key and step.active), None)

    @property
    def reminders(self) -> tuple[Step, ...]:
        """The active reminders, R1 first."""
        return tuple(step for key in REMINDERS if (step := self.step(key)))
