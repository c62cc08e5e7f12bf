"""What a customer owes or is owed, entry by entry, and what people changed of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relance.domain.values import value


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
