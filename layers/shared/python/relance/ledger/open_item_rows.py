"""From one row of an open-item list to what it says of an item."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from relance.domain.items import ItemKind, ItemStatus
from relance.domain.money import minor_digits
from relance.ledger.accounts import MOST_CODE
from relance.ledger.issues import RowRefused
from relance.ledger.mapping import ANY_OTHER, ColumnMapping, Payment, folded, is_currency
from relance.ledger.matching import Movement
from relance.ledger.values import MOST_DIGITS, DateReader, amount, checked, number

_IDENTITY = ("customer_code", "customer_name", "number", "issued")
_NAMES = ("customer_code", "customer_name", "number", "label")
_TOTALS = ("total", "totals", "totaux", "subtotal", "sous-total", "sous total", "grand total")
_NOT_BOOKED = (ItemStatus.DRAFT, ItemStatus.CANCELLED)

# 1,234 may be a thousand or one and a bit; 0,234 can't be a thousand.
_EITHER_WAY = re.compile(r"[^0-9.,]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9.,]*")

type Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What rows are read by: the mapping, and the forms found for its values.

    `tells_open`: the file has a column for what is open.
    """

    mapping: ColumnMapping
    currency: str
    decimal: str | None
    read_date: DateReader
    tells_open: bool


@dataclass(slots=True, kw_only=True)
class Stated:
    """What rows say of one item: signed minor units, `left` what is open of the `total`."""

    number: str
    issued: date
    due: date | None
    currency: str
    kind: ItemKind
    total: int
    left: int
    paid_on: date | None
    status: ItemStatus
    label: str

    def movement(self) -> Movement:
        """Return it as a movement of the customer's account; a negative amount is a credit note."""
        credit = self.total < 0 and self.kind is ItemKind.INVOICE
        return Movement(
            account="",
            kind=ItemKind.CREDIT_NOTE if credit else self.kind,
            amount=abs(self.total),
            currency=self.currency,
            issued=self.issued,
            reference=self.number,
            number=self.number,
            label=self.label,
            due=self.due,
            stated=abs(self.left),
            paid_on=self.paid_on,
            status=self.status,
        )


def is_no_item(row: Row, reading: Reading) -> bool:
    """Tell whether a row is a heading, a sum or a continuation, or of something not booked yet.

    That is a row without customer, number and date; one without dates and amounts that lacks the
    customer or the number; a sum that says so; and a draft or cancelled one that has no number or
    date yet.
    """
    if not any(row[target] for target in _IDENTITY):
        return True
    if not row["issued"] and not row["due"]:
        amounts = (row[target] for target in ("amount", "unit_amount", "residual", "paid"))
        nameless = not (row["number"] and (row["customer_code"] or row["customer_name"]))
        if nameless and not any(amounts):
            return True
        if nameless and any(folded(row[name]).startswith(_TOTALS) for name in _NAMES):
            return True
    return not (row["number"] and row["issued"]) and _is_not_booked(reading, row)


def _is_not_booked(reading: Reading, row: Row) -> bool:
    words = reading.mapping.statuses
    return bool(words) and words.get(folded(row["status"]), words.get(ANY_OTHER)) in _NOT_BOOKED


def code_of(row: Row, mapping: ColumnMapping) -> str:
    """Return the customer's code, its name where it has none; raises RowRefused."""
    code = row["customer_code"] or row["customer_name"]
    if not code or len(code) > MOST_CODE:
        target = "customer_code" if "customer_code" in mapping.columns else "customer_name"
        raise RowRefused(target, f"must have 1 to {MOST_CODE} characters", code)
    return code


def stated(row: Row, reading: Reading) -> Stated:
    """Return what a row says; raises RowRefused that names the target."""
    mapping = reading.mapping
    currency = row["currency"].upper() or reading.currency
    if not is_currency(currency):
        raise RowRefused("currency", "not an ISO 4217 code", currency)
    issued = _day(reading, row, "issued")
    if issued is None:
        raise RowRefused("issued", "is missing")
    kind = _word(mapping.kinds, row, "kind", ItemKind.INVOICE)
    total = _total(reading, row, currency)
    # A payment on account has no number in some exports: its own word names it, or its day.
    credit = kind.is_credit or total < 0
    text = row["number"] or ((row["kind"] or issued.isoformat()) if credit else "")
    if not text:
        raise RowRefused("number", "is missing")
    settled = _day(reading, row, "settled")
    left = 0 if settled else _left(reading, row, total, currency)
    return Stated(
        number=text,
        issued=issued,
        due=_day(reading, row, "due"),
        currency=currency,
        kind=kind,
        total=total,
        left=left if total > 0 else -left,
        paid_on=_day(reading, row, "paid_on") or settled,
        status=_word(mapping.statuses, row, "status", ItemStatus.ACTIVE),
        label=row["label"],
    )


def _total(reading: Reading, row: Row, currency: str) -> int:
    total = _amount(reading, row, "amount", currency)
    if total is None and row["unit_amount"]:
        total = _line(reading, row, currency)
    if total is None:
        spelt: Sequence[str] = ("amount", "unit_amount")
        raise RowRefused(next(one for one in spelt if one in reading.mapping.columns), "is missing")
    return total


def _line(reading: Reading, row: Row, currency: str) -> int:
    """Return what a line comes to: so many, less the rebate, with the tax."""
    quantity = _number(reading, row, "quantity", Decimal(1))
    rebate = _number(reading, row, "discount", Decimal(0))
    if not 0 <= rebate <= 100:
        raise RowRefused("discount", "must be from 0 to 100 percent", row["discount"])
    net = quantity * _number(reading, row, "unit_amount", Decimal(0)) * (100 - rebate) / 100
    cent = Decimal(1).scaleb(-minor_digits(currency))
    tax = _amount(reading, row, "tax", currency) or 0
    try:
        if abs(net) < 10**MOST_DIGITS:  # what is larger can't even be rounded
            net = net.quantize(cent, ROUND_HALF_UP)
        return checked(int(net.scaleb(minor_digits(currency))) + tax, currency)
    except ValueError as error:
        raise RowRefused("unit_amount", str(error), row["unit_amount"]) from None


def _left(reading: Reading, row: Row, total: int, currency: str) -> int:
    """Return what is open of a row, a magnitude: the residual, else amount less paid."""
    residual, column = _amount(reading, row, "residual", currency), "residual"
    if residual is None:
        paid, column = _amount(reading, row, "paid", currency), "paid"
        if paid is None:
            return _by_word(reading, row, abs(total))
        residual = total - (abs(paid) if total > 0 else -abs(paid))
    # Some exports give a credit note's residual without its sign.
    if abs(residual) > abs(total) or (total > 0 > residual):
        raise RowRefused(column, "more than the amount, or on the other side", row[column])
    return abs(residual)


def _by_word(reading: Reading, row: Row, total: int) -> int:
    told = bool(reading.mapping.payments) and bool(row["payment"])
    if total and reading.tells_open and not told and not _is_not_booked(reading, row):
        # Some exports leave what is paid empty, others what is open in full.
        raise RowRefused("residual", "is empty: it can't be told what is open")
    payment = _word(reading.mapping.payments, row, "payment", Payment.OPEN)
    if payment is Payment.PART:
        reason = "partly paid, and no column says how much is open"
        raise RowRefused("payment", reason, row["payment"])
    return 0 if payment is Payment.SETTLED else total


def _amount(reading: Reading, row: Row, target: str, currency: str) -> int | None:
    text = row[target]
    if not text:
        return None
    # Most amounts end in two decimals behind the mark: then it need not be looked for.
    mark = None if text[-3:-2] == reading.decimal else reading.decimal
    if reading.decimal is None and minor_digits(currency) < 3 and _EITHER_WAY.fullmatch(text):
        raise RowRefused(target, "may be a thousand or have decimals: say `decimal`", text)
    try:
        return amount(text, currency, decimal=mark)
    except ValueError as error:
        raise RowRefused(target, str(error), row[target]) from None


def _number(reading: Reading, row: Row, target: str, otherwise: Decimal) -> Decimal:
    if not row[target]:
        return otherwise
    if reading.decimal is None and _EITHER_WAY.fullmatch(row[target]):
        raise RowRefused(target, "may be a thousand or have decimals: say `decimal`", row[target])
    try:
        return number(row[target].removesuffix("%"), decimal=reading.decimal)
    except ValueError:
        raise RowRefused(target, "not a number", row[target]) from None


def _day(reading: Reading, row: Row, target: str) -> date | None:
    if not row[target]:
        return None
    try:
        return reading.read_date(row[target])
    except ValueError as error:
        raise RowRefused(target, str(error), row[target]) from None


def _word[T](words: Mapping[str, T], row: Row, target: str, otherwise: T) -> T:
    """Translate a word of the file; without a list of words, or a word, take `otherwise`."""
    if not words or not row[target]:
        return otherwise
    found = words.get(folded(row[target]), words.get(ANY_OTHER))
    if found is None:
        raise RowRefused(target, f"not among {', '.join(words)}", row[target])
    return found
