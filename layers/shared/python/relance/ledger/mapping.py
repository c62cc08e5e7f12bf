"""Column mappings: how a tenant's own CSV says what an open-item list must say."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relance.domain.facts import ItemKind, ItemStatus
from relance.ledger.issues import MappingError
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
    "residual": "what is still open",
    "paid": "what was paid (serves when there is no residual)",
    "paid_on": "the date of the last payment",
    "currency": "the currency (ISO 4217 code)",
    "status": "whether it counts, by the values listed in `statuses`",
    "label": "a text shown with the item",
    "email": "the customer's e-mail address, taken when the customer is new",
}
_REQUIRED = ("number", "issued", "amount")
_FIELDS = ("columns", "separator", "date_formats", "decimal", "kinds", "statuses", "snapshot",
           "currency")  # fmt: skip
DATE_FORMATS = ("DD/MM/YYYY", "YYYY-MM-DD")
# Values of `kinds` and `statuses` that the file does not list.
ANY_OTHER = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """A mapping, checked. `columns` are the file's headers by target.

    `separator` None means whichever separates the headers; `decimal` None either mark.
    `snapshot` says that a file lists every open item, so that absence means closed. `kinds` and
    `statuses` translate the file's own words, by `folded` spelling; `*` stands for all others.
    """

    name: str
    columns: Mapping[str, str]
    separator: str | None = None
    date_formats: tuple[str, ...] = DATE_FORMATS
    decimal: str | None = None
    kinds: Mapping[str, ItemKind] = field(default_factory=dict)
    statuses: Mapping[str, ItemStatus] = field(default_factory=dict)
    snapshot: bool = True
    currency: str | None = None


READY: Mapping[str, Mapping[str, Any]] = {
    "export-simple": {
        "columns": {
            "number": "Numéro Facture",
            "issued": "Date Émission",
            "due": "Date Échéance",
            "customer_name": "Client",
            "amount": "Montant TTC",
            "status": "Statut",
            "paid": "Montant Payé",
            "residual": "Reste à Payer",
        },
        "separator": ";",
        "date_formats": ["DD/MM/YYYY"],
        "decimal": ",",
        "statuses": {
            "Brouillon": "draft",
            "Annulée": "cancelled",
            "Envoyée": "active",
            "En attente": "active",
            "En retard": "active",
            "Partiellement payée": "active",
            "Payée": "active",
        },
    },
}


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
    return ColumnMapping(
        name=name,
        columns=_columns(data.get("columns")),
        separator=separator,
        date_formats=_date_formats(data.get("date_formats")),
        decimal=decimal,
        kinds=_words(ItemKind, data.get("kinds"), "kinds"),
        statuses=_words(ItemStatus, data.get("statuses"), "statuses"),
        snapshot=snapshot,
        currency=_currency(data.get("currency")),
    )


def _pointer(*path: object) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _columns(data: object) -> dict[str, str]:
    if not isinstance(data, Mapping) or not data:
        raise MappingError("must name a column of the file for each target", pointer="/columns")
    for target, column in data.items():
        pointer = _pointer("columns", target)
        if target not in TARGETS:
            raise MappingError(
                f"'{target}' is no target. Known: {', '.join(TARGETS)}.", pointer=pointer
            )
        if not isinstance(column, str) or not column.strip():
            raise MappingError("must be the name of a column", pointer=pointer)
    for target in _REQUIRED:
        if target not in data:
            raise MappingError(f"{TARGETS[target]} needs a column", pointer=f"/columns/{target}")
    if "customer_code" not in data and "customer_name" not in data:
        raise MappingError(
            "the customer's code or name needs a column", pointer="/columns/customer_code"
        )
    return dict(data)


def _date_formats(data: object) -> tuple[str, ...]:
    if data is None:
        return DATE_FORMATS
    if isinstance(data, str) or not isinstance(data, Sequence) or not data:
        raise MappingError('must be a list like ["DD/MM/YYYY"]', pointer="/date_formats")
    for index, form in enumerate(data):
        try:
            date_reader(str(form))
        except ValueError as error:
            raise MappingError(str(error), pointer=f"/date_formats/{index}") from None
    return tuple(map(str, data))


def _words[T: (ItemKind, ItemStatus)](kind: type[T], data: object, where: str) -> dict[str, T]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise MappingError("must be an object: the file's word → ours", pointer=f"/{where}")
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
