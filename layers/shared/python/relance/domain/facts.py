"""The facts a decision is taken on: everything known of one customer, and the tenant's rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.carriage import Carriage
from relance.domain.deeds import Answer, Deed
from relance.domain.scenario import Channel, Scenario, StepKey
from relance.domain.values import value
from relance.domain.windows import Windows


class ItemKind(StrEnum):
    """What a receivable entry is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    WRITE_OFF = "write_off"

    is_credit: bool
    """Whether it lowers what the customer owes."""

    def __init__(self, value: str) -> None:
        self.is_credit = value != "invoice"


class ItemStatus(StrEnum):
    """Whether the item is alive in the ledger; all but ACTIVE are excluded (D27)."""

    ACTIVE = "active"
    DRAFT = "draft"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"
    HANDED_OVER = "handed_over"


class PaymentMethod(StrEnum):
    """How the customer pays; only manual payment is chased (C3, D31)."""

    MANUAL = "manual"
    DIRECT_DEBIT = "direct_debit"
    CARD = "card"


class TermsBase(StrEnum):
    """The three shapes of payment terms (D4)."""

    NET = "net"
    NET_THEN_MONTH_END = "net_then_month_end"
    MONTH_END_THEN_NET = "month_end_then_net"


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms: `days` after the issue date, with or without the end of the month (D4)."""

    days: int
    base: TermsBase = TermsBase.NET


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSet:
    """An item's level as it was set, by a person (D36) or on entering the first wave (D13).

    On tenant day `on` the item stands at `level`, whatever was done up to that day; the reminders
    up to it that were never done are done without a date.
    """

    level: int
    on: date
    reason: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that a person changed: its name and values as texts, "" for none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEdit:
    """What a person changed of an item on tenant day `on`, and why."""

    on: date
    author: str
    reason: str
    changes: tuple[FieldChange, ...]


@value(kw_only=True)
class Item:
    """One receivable entry. Amounts are magnitudes in minor units; `kind` gives the side.

    `due` is the ledger's own due date; without one, terms give it (see `calendar.due_date`).
    `settled_on` is the tenant day on which the sync saw it fully matched; `paid_on` the date of
    the payment that brought it to zero, None when no payment was made (credit note only, D34).
    `seen_on` is the tenant day of the sync that first brought it; `first_sync` says that sync was
    the tenant's first (D13, D34). `reopened_on` is the tenant day of the sync that last saw it open
    again after it was settled (D33). `rejected_on` is when its debit was rejected, which makes it
    chaseable again (D31). `due_was` is the ledger's due date before a sync moved it to a later one
    (D37). `not_before` is a date that a person set for its next step (D14). `edits` are what people
    changed of it, oldest first; no decision looks at them.
    """

    id: str
    kind: ItemKind
    number: str
    issued: date
    currency: str
    original: int
    residual: int
    due: date | None = None
    label: str = ""
    status: ItemStatus = ItemStatus.ACTIVE
    method: PaymentMethod = PaymentMethod.MANUAL
    paid_on: date | None = None
    settled_on: date | None = None
    seen_on: date | None = None
    first_sync: bool = False
    reopened_on: date | None = None
    rejected_on: date | None = None
    due_was: date | None = None
    not_before: date | None = None
    level_set: LevelSet | None = None
    edits: tuple[ItemEdit, ...] = ()

    @property
    def balance(self) -> int:
        """What it adds to the account: positive for debts, negative for credits."""
        return -self.residual if self.kind.is_credit else self.residual


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address, line by line as printed; country is ISO 3166 alpha-2."""

    lines: tuple[str, ...]
    postal_code: str = ""
    city: str = ""
    country: str = "FR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Someone at the customer's (C1). `email_blocked` says a hard bounce or complaint marked it.

    `phone_blocked` says that whoever called it reached somebody else (A2).
    """

    id: str
    name: str
    role: str = "accounting"
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    main: bool = False
    email_blocked: bool = False
    phone_blocked: bool = False

    @property
    def usable_email(self) -> str | None:
        """The address mail may go to, if any."""
        return None if self.email_blocked else self.email

    @property
    def usable_phone(self) -> str | None:
        """The number that may be called or texted, if any."""
        return None if self.phone_blocked else self.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """That the person behind a customer is erased, since tenant day `on`, by whom and why (H4).

    Until `done` something of it is still to be erased.
    """

    on: date
    author: str
    reason: str
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A debtor of the tenant. `version` counts every change of any fact about it.

    `incomplete_since` names the import that brought only a part of its account: nothing is sent
    on an account known in part. `terms` override the tenant's (D4). `usual_term`, in days from the
    issue date, is when it is known to pay; it overrides the scenario's (D38). `method` is how the
    items are paid that its ledger brings from now on (D31). `account_manager` names the user or
    group of the tenant's that looks after it (A2). `sector`, `region` and `tags` are the tenant's
    own words to choose customers by (A4); `siren` is its French company number, `vat` its VAT
    number with the country before it. One with an `erasure` is never chased again (D27).
    """

    id: str
    code: str
    name: str
    profile: str = "standard"
    language: str | None = None
    country: str = "FR"
    contacts: tuple[Contact, ...] = ()
    address: Address | None = None
    terms: Terms | None = None
    usual_term: int | None = None
    method: PaymentMethod = PaymentMethod.MANUAL
    incomplete_since: str | None = None
    account_manager: str | None = None
    sector: str | None = None
    region: str | None = None
    tags: tuple[str, ...] = ()
    siren: str | None = None
    vat: str | None = None
    erasure: Erasure | None = None
    version: int = 0

    @property
    def has_email(self) -> bool:
        """Whether it takes the with-e-mail side of a scenario pair (S2)."""
        return any(contact.usable_email for contact in self.contacts)


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


@dataclass(frozen=True, slots=True)
class Entry:
    """On the first sync, an item overdue for at least `days` enters at reminder `level` (D13)."""

    days: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRules:
    """What a tenant has set that decisions depend on.

    `tolerances` are minor units per currency; a currency without one uses `default_tolerance`
    (D20). `late_task_days` are working days (D17); `windows` say on which weekdays channels are
    open (D6). A pause ends by itself on `resume_on`, if set (C9). A ledger older than
    `freshness_days` makes automatic messages wait; None for no limit (D32). `entries` say at which
    level items of the first sync begin, R1 for all without any; `first_wave_cap` is how many of
    their messages are newly put up for confirmation a day (D13). `automatic` is False when the
    operator lets no message leave without a person's yes (C10).
    """

    timezone: str = "Europe/Paris"
    country: str = "FR"
    language: str = "fr"
    terms: Terms | None = None
    tolerances: Mapping[str, int] = field(default_factory=dict)
    default_tolerance: int = 0
    paused: bool = False
    resume_on: date | None = None
    late_task_days: int = 5
    windows: Windows = field(default_factory=Windows)
    freshness_days: int | None = None
    entries: tuple[Entry, ...] = ()
    first_wave_cap: int = 50
    automatic: bool = True

    def is_paused(self, on: date) -> bool:
        """Tell whether everything rests on tenant day `on` (C9)."""
        return self.paused and (self.resume_on is None or on < self.resume_on)

    def tolerance(self, currency: str) -> int:
        """The amount below which nothing is sent in this currency, in minor units (D25)."""
        return self.tolerances.get(currency, self.default_tolerance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a decision about one customer looks at.

    `items` are the open ones and those settled whose thank-you is not yet decided; `actions` are
    those that concern them. `scenario` is the one that applies now, None when there is none;
    `closed_days` are public holidays, as dates, in the tenant's or the debtor's country (D6).
    `synced_on` is the tenant day of the last whole ledger (D32), None when it doesn't matter.
    `wave_room` is how many messages of the first wave may still be put up for this customer
    tonight, None for any number (D13).
    """

    customer: Customer
    items: tuple[Item, ...]
    actions: tuple[Action, ...]
    scenario: Scenario | None
    rules: TenantRules
    closed_days: frozenset[date] = frozenset()
    stops: tuple[Stop, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    promises: tuple[Promise, ...] = ()
    synced_on: date | None = None
    wave_room: int | None = None
