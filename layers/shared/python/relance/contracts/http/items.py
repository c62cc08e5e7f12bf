"""Receivable entries over HTTP."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from relance.contracts.http.texts import Day, Prose
from relance.contracts.http.values import Body, Money, Patch
from relance.domain.items import Item, ItemEdit, ItemKind, ItemStatus, LevelSet, PaymentMethod

EditReason = Annotated[
    Prose, Field(min_length=1, max_length=500, description="why, for whoever reads it later")
]
Level = Annotated[
    int,
    Field(ge=0, le=5, strict=True, description="number of the last reminder that counts as done"),
]


class LevelSetBody(Body):
    """An item's level as a person, or its entry on the first ledger, set it."""

    level: int
    on: date
    reason: str
    author: str

    @classmethod
    def of(cls, level: LevelSet) -> Self:
        """Build from the domain's value."""
        return cls(level=level.level, on=level.on, reason=level.reason, author=level.author)


class ItemBody(Body):
    """One receivable entry. `due` is the ledger's own; `effective_due` is worked out from terms.

    Amounts are magnitudes; `kind` gives the side. `days_overdue` is 0 until the day after the
    effective due date, and for what is settled.
    """

    id: str
    customer: str
    kind: ItemKind
    number: str
    label: str
    issued: date
    due: date | None
    effective_due: date | None
    days_overdue: int
    status: ItemStatus
    method: PaymentMethod
    original: Money
    paid: Money
    residual: Money
    paid_on: date | None
    settled_on: date | None
    rejected_on: date | None
    not_before: date | None
    level_set: LevelSetBody | None

    @classmethod
    def of(cls, item: Item, *, customer: str, effective_due: date | None, on: date) -> Self:
        """Build from the domain's value, as of tenant day `on`."""
        return cls(**_fields(item, customer, effective_due, on))


class FieldChangeBody(Body):
    """One field that a person changed; empty texts stand for none."""

    field: str
    before: str
    after: str


class ItemEditBody(Body):
    """What a person changed of an item, and why."""

    on: date
    author: str
    reason: str
    changes: tuple[FieldChangeBody, ...]

    @classmethod
    def of(cls, edit: ItemEdit) -> Self:
        """Build from the domain's value."""
        changes = (
            FieldChangeBody(field=each.field, before=each.before, after=each.after)
            for each in edit.changes
        )
        return cls(on=edit.on, author=edit.author, reason=edit.reason, changes=tuple(changes))


class ItemDetail(ItemBody):
    """An entry with what people changed of it, the latest first; `version` is its customer's."""

    edits: tuple[ItemEditBody, ...]
    version: int

    @classmethod
    def whole(
        cls, item: Item, *, customer: str, effective_due: date | None, on: date, version: int
    ) -> Self:
        """Build from the domain's value, as of tenant day `on`."""
        edits = tuple(ItemEditBody.of(each) for each in reversed(item.edits))
        return cls(**_fields(item, customer, effective_due, on), edits=edits, version=version)


class PeoplesStatus(StrEnum):
    """Where a person may put an item; drafts and cancelled ones are the ledger's."""

    ACTIVE = ItemStatus.ACTIVE.value
    WRITTEN_OFF = ItemStatus.WRITTEN_OFF.value
    HANDED_OVER = ItemStatus.HANDED_OVER.value


class ItemPatch(Patch):
    """What a person sets of an item, and why. The ledger does not take it back.

    At `level` the next step is the reminder after it; 0 begins anew. Before `not_before` nothing
    goes. What is not paid by hand is reminded of only when its debit was rejected, `rejected_on`
    that day. What is written off or handed over is left out of everything that is sent.
    """

    clearable: ClassVar[frozenset[str]] = frozenset({"not_before", "rejected_on"})

    reason: EditReason
    level: Level | SkipJsonSchema[None] = None
    status: PeoplesStatus | SkipJsonSchema[None] = None
    method: PaymentMethod | SkipJsonSchema[None] = None
    not_before: Day | None = None
    rejected_on: Day | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set - {"reason"}:
            raise ValueError("name at least one thing to set, beside the reason")
        return self

    def wanted(self) -> dict[str, Any]:
        """Return what is to be set, by the names and in the values of the domain."""
        changes = self.changes()
        del changes["reason"]
        if "status" in changes:
            changes["status"] = ItemStatus(changes["status"].value)
        return changes


def _fields(item: Item, customer: str, effective_due: date | None, on: date) -> dict[str, Any]:
    late = (on - effective_due).days if effective_due and item.residual else 0
    return {
        "id": item.id,
        "customer": customer,
        "kind": item.kind,
        "number": item.number,
        "label": item.label,
        "issued": item.issued,
        "due": item.due,
        "effective_due": effective_due,
        "days_overdue": 0 if item.kind.is_credit else max(late, 0),
        "status": item.status,
        "method": item.method,
        "original": Money.of(item.original, item.currency),
        "paid": Money.of(item.original - item.residual, item.currency),
        "residual": Money.of(item.residual, item.currency),
        "paid_on": item.paid_on,
        "settled_on": item.settled_on,
        "rejected_on": item.rejected_on,
        "not_before": item.not_before,
        "level_set": LevelSetBody.of(item.level_set) if item.level_set else None,
    }
