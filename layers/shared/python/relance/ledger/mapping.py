"""Column mappings: how a tenant's own CSV says what an open-item list must say."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from relance.domain.items import ItemKind, ItemStatus
from relance.ledger.issues import MappingError
from relance.ledger.ready_mappings import READY as READY
from relance.ledger.records import SEPARATORS
from relance.ledger.values import date_reader

TARGETS = {
    "customer_code": "the customer's account code (the name serves when there is none)",
    "customer_name": "the customer's name",
    "number": "the invoice number",
    "kind": "invoice, credit note or receipt, by the values listed in `kinds`",
    "issued": "the date of issue",
    "due": "the due date",
    "amount": "the amount including tax; a negative one is a credit note",
    "quantity": "of a line: how many (one, when there is no such column)",
    "unit_amount": "of a line: the price of one (serves when there is no amount)",
    "discount": "of a line: the rebate in percent",
    "tax": "of a line: the tax to add",
    "residual": "what is still open",
    "paid": "what was paid (serves when there is no residual)",
    "paid_on": "the date of the last payment",
    "settled": "the day on which it was paid in full: where there is one, nothing is open",
    "payment": "whether it is paid, by the words listed in `payments` (without a residual)",
    "currency": "the currency (ISO 4217 code)",
    "status": "whether it counts, by the values listed in `statuses`",
    "label": "a text shown with the item",
    "email": "the customer's e-mail address, taken when the customer is new",
}
_REQUIRED = ("number", "issued")
# One of each must have a column, and so can't be left out.
_EITHER = (("amount", "unit_amount"), ("customer_code", "customer_name"))
_FIELDS = ("columns", "optional", "rows", "separator", "date_formats", "decimal", "kinds",
           "statuses", "payments", "snapshot", "currency")  # fmt: skip
DAY_FIRST = ("DD/MM/YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "YYYY-MM-DD")
MONTH_FIRST = ("MM/DD/YYYY", "MM.DD.YYYY", "MM-DD-YYYY", "YYYY-MM-DD")
_MOST_SPELLINGS = _MOST_FORMATS = 20
_MOST_WORDS = 100
# In signs, of a column's name or a word; and of a date format.
_LONGEST, _LONGEST_FORMAT = 200, 30
# Values of `kinds` and `statuses` that the file does not list.
ANY_OTHER = "*"


class Rows(StrEnum):
    """How many rows an invoice has."""

    ONE = "one"
    LINES = "lines"  # one row a line: the rows of one number add up
    REPEATED = "repeated"  # one row a line, each with the amounts of the whole invoice


class Payment(StrEnum):
    """What a word about payment says of an item."""

    OPEN = "open"
    SETTLED = "settled"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """A mapping, checked. `columns` are the file's possible headers by target.

    The first of a target's headers that the file has is taken; those `optional` may be missing.
    `separator` None means whichever separates the headers; `decimal` and `date_formats` None what
    the file's own values tell. `snapshot` says that a file lists every open item, so that absence
    means closed. `kinds`, `statuses` and `payments` translate the file's own words, by `folded`
    spelling; `*` stands for all others.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    rows: Rows = Rows.ONE
    separator: str | None = None
    date_formats: tuple[str, ...] | None = None
    decimal: str | None = None
    kinds: Mapping[str, ItemKind] = field(default_factory=dict)
    statuses: Mapping[str, ItemStatus] = field(default_factory=dict)
    payments: Mapping[str, Payment] = field(default_factory=dict)
    snapshot: bool = True
    currency: str | None = None


def folded(text: str) -> str:
    """Return a header or word in the spelling that is compared: case, accents, spaces ignored."""
    plain = unicodedata.normalize("NFKD", text.strip().lstrip("*"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def find_mapping(name: str, saved: Mapping[str, Mapping[str, Any]]) -> ColumnMapping:
    """Return the tenant's mapping of this name, else the ready one; MappingError when neither."""
    data = saved.get(name, READY.get(name))
    if data is None:
        known = ", ".join(sorted({*saved, *READY}))
        raise MappingError(f"There is no column mapping '{name}'. Known: {known}.")
    return parse_mapping(name, data)


def parse_mapping(name: str, data: Mapping[str, Any]) -> ColumnMapping:
    """Check a mapping as stored or sent: the fields of `ColumnMapping`, all but `columns` optional.

    Raises MappingError whose pointer names the wrong field.
    """
    for key in data:
        if key not in _FIELDS:
            raise MappingError(
                f"'{key}' is no field of a mapping. Known: {', '.join(_FIELDS)}.",
                pointer=_pointer(key),
            )
    separator = data.get("separator")
    if separator is not None and separator not in SEPARATORS:
        raise MappingError("must be a tab or one of | ; ,", pointer="/separator")
    decimal = data.get("decimal")
    if decimal not in (None, ".", ","):
        raise MappingError("must be '.' or ','", pointer="/decimal")
    snapshot = data.get("snapshot", True)
    if not isinstance(snapshot, bool):
        raise MappingError("must be true or false", pointer="/snapshot")
    rows = data.get("rows", Rows.ONE.value)
    if rows not in [one.value for one in Rows]:
        raise MappingError(f"must be one of {', '.join(Rows)}", pointer="/rows")
    columns = _columns(data.get("columns"))
    return ColumnMapping(
        name=name,
        columns=columns,
        optional=_optional(data.get("optional"), columns),
        rows=Rows(rows),
        separator=separator,
        date_formats=_date_formats(data.get("date_formats")),
        decimal=decimal,
        kinds=_words(ItemKind, data.get("kinds"), "kinds"),
        statuses=_words(ItemStatus, data.get("statuses"), "statuses"),
        payments=_words(Payment, data.get("payments"), "payments"),
        snapshot=snapshot,
        currency=_currency(data.get("currency")),
    )


def _pointer(*path: object) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _columns(data: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(data, Mapping) or not data:
        raise MappingError("must name a column of the file for each target", pointer="/columns")
    columns = {}
    for target, spellings in data.items():
        pointer = _pointer("columns", target)
        if target not in TARGETS:
            raise MappingError(
                f"'{target}' is no target. Known: {', '.join(TARGETS)}.", pointer=pointer
            )
        columns[target] = _spellings(spellings, pointer)
    for target in _REQUIRED:
        if target not in columns:
            raise MappingError(f"{TARGETS[target]} needs a column", pointer=f"/columns/{target}")
    for either, other in _EITHER:
        if either not in columns and other not in columns:
            raise MappingError(f"{either} or {other} needs a column", pointer=f"/columns/{either}")
    return columns


def _spellings(data: object, pointer: str) -> tuple[str, ...]:
    """Return the headers of a column, given as one text or as a list of those it may have."""
    names = [data] if isinstance(data, str) else data
    if not isinstance(names, Sequence) or not 1 <= len(names) <= _MOST_SPELLINGS:
        raise MappingError("must be the name of a column, or a list of names", pointer=pointer)
    if not all(isinstance(one, str) and one.strip() and len(one) <= _LONGEST for one in names):
        message = f"must be the name of a column, of at most {_LONGEST} characters"
        raise MappingError(message, pointer=pointer)
    return tuple(names)


def _optional(data: object, columns: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    if data is None:
        return frozenset()
    if isinstance(data, str) or not isinstance(data, Sequence) or len(data) > len(TARGETS):
        raise MappingError('must be a list like ["residual"]', pointer="/optional")
    for index, target in enumerate(data):
        if not isinstance(target, str) or target not in columns:
            raise MappingError(
                f"{target!r} is no target of `columns`", pointer=f"/optional/{index}"
            )
        others = {one for pair in _EITHER if target in pair for one in pair} - {target}
        left = [other for other in others if other in columns and other not in data]
        if target in _REQUIRED or (others and not left):
            raise MappingError("can't be done without", pointer=f"/optional/{index}")
    return frozenset(data)


def _date_formats(data: object) -> tuple[str, ...] | None:
    if data is None:
        return None
    if isinstance(data, str) or not isinstance(data, Sequence) or not data:
        raise MappingError('must be a list like ["DD/MM/YYYY"]', pointer="/date_formats")
    if len(data) > _MOST_FORMATS:
        raise MappingError(f"can be at most {_MOST_FORMATS}", pointer="/date_formats")
    for index, form in enumerate(data):
        try:
            if not isinstance(form, str) or len(form) > _LONGEST_FORMAT:
                raise ValueError(f"must be a date format of at most {_LONGEST_FORMAT} characters")
            date_reader(form)
        except ValueError as error:
            raise MappingError(str(error), pointer=f"/date_formats/{index}") from None
    return tuple(data)


def _words[T: (ItemKind, ItemStatus, Payment)](
    kind: type[T], data: object, where: str
) -> dict[str, T]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise MappingError("must be an object: the file's word → ours", pointer=f"/{where}")
    if len(data) > _MOST_WORDS or any(len(str(word)) > _LONGEST for word in data):
        message = f"can be at most {_MOST_WORDS} words of at most {_LONGEST} characters"
        raise MappingError(message, pointer=f"/{where}")
    words = {}
    for word, ours in data.items():
        if ours not in [one.value for one in kind]:
            known = ", ".join(one.value for one in kind)
            raise MappingError(f"must be one of {known}", pointer=_pointer(where, word))
        words[word if word == ANY_OTHER else folded(str(word))] = kind(ours)
    return words


def _currency(data: object) -> str | None:
    if data is None:
        return None
    if not isinstance(data, str) or not is_currency(data):
        raise MappingError("must be an ISO 4217 code like EUR", pointer="/currency")
    return data


def is_currency(code: str) -> bool:
    """Tell whether this has the form of a currency code."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()
