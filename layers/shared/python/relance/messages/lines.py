"""The lines of a message: invoices and credits, written in one language and currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from relance.domain.items import Item, ItemKind
from relance.messages.figures import write_day, write_money
from relance.messages.text import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One invoice. `days_late` is 0 up to the due day (D3); `advances`: not only for information.

    `paid` is what has been taken off the original amount (D21), `paid_on` empty until settled.
    `disputed` is not asked for and so not in `remaining` (D29); empty when nothing is.
    """

    number: str
    label: str
    issued: str
    due: str
    original: str
    paid: str
    disputed: str
    remaining: str
    part_paid: bool
    days_late: int
    advances: bool
    paid_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """An open credit note or unallocated receipt; `amount` carries its minus sign (D22)."""

    number: str
    is_receipt: bool
    issued: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Writes the lines of a message; `disputed` are minor units by item id (D29)."""

    language: str
    currency: str
    disputed: Mapping[str, int]

    def asked(self, item: Item) -> int:
        """Return what is to be paid of an item: what is open and not disputed (D29)."""
        return item.residual - self.disputed.get(item.id, 0)

    def day(self, day: date | None) -> str:
        """Write a day, nothing for none."""
        return write_day(day, self.language) if day else ""

    def money(self, minor: int) -> str:
        """Write an amount of minor units."""
        return write_money(minor, self.currency, self.language)

    def invoice(self, item: Item, *, due: date | None, advances: bool, on: date) -> InvoiceLine:
        """Return an invoice's line as of tenant day `on`; `due` is its effective due date."""
        return InvoiceLine(
            number=one_line(item.number, most=60),
            label=one_line(item.label, most=120),
            issued=self.day(item.issued),
            due=self.day(due),
            original=self.money(item.original),
            paid=self.money(item.original - item.residual),
            disputed=self.money(self.disputed[item.id]) if item.id in self.disputed else "",
            remaining=self.money(self.asked(item)),
            part_paid=0 < item.residual < item.original,
            days_late=max((on - due).days, 0) if due and item.residual else 0,
            advances=advances,
            paid_on=self.day(item.paid_on),
        )

    def credit(self, item: Item) -> CreditLine:
        """Return the line of an open credit."""
        return CreditLine(
            number=one_line(item.number, most=60),
            is_receipt=item.kind is ItemKind.RECEIPT,
            issued=self.day(item.issued),
            amount=self.money(-item.residual),
        )
