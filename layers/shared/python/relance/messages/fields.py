"""The fields that tenants' own templates may name: their types, and what they are (M1).

Types are those of the context itself, so that a field that is not there is found when a template is
saved and not on the night it is first used.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from relance.messages.context import MessageContext
from relance.messages.logo import Logo

# What the layouts need and no words can use.
_HIDDEN = {("", "transfer_code")}


@dataclass(frozen=True, slots=True)
class Loop:
    """Where a loop is: `index` counts from 1."""

    index: int
    first: bool
    last: bool
    length: int


@dataclass(frozen=True, slots=True)
class FieldNote:
    """A field as it is told to those who write templates; `[]` in its path stands for a list."""

    path: str
    kind: Literal["text", "number", "yes_or_no", "list", "group"]
    meaning: str


def fields_of(kind: Any) -> Mapping[str, Any]:
    """Return the fields of a group and their types; empty for what is no group."""
    return _fields_of(kind) if isinstance(kind, type) and is_dataclass(kind) else {}


def element_of(kind: Any) -> Any | None:
    """Return the type of a list's elements, None for what is no list."""
    return get_args(kind)[0] if get_origin(kind) is tuple else None


@cache
def field_notes() -> tuple[FieldNote, ...]:
    """Return every field that a template may name, in the order of the context."""
    return tuple(_notes("", MessageContext))


@cache
def _fields_of(kind: type) -> Mapping[str, Any]:
    group = "" if kind is MessageContext else kind.__name__
    return {
        name: _plain(each)
        for name, each in get_type_hints(kind).items()
        if (group, name) not in _HIDDEN and Logo not in (each, *get_args(each))
    }


def _plain(kind: Any) -> Any:
    """Return a type without its None, and a choice of texts as text."""
    if get_origin(kind) is Literal:
        return str
    if get_origin(kind) in (Union, types.UnionType):
        return next(each for each in get_args(kind) if each is not type(None))
    return kind


def _notes(within: str, kind: Any) -> Iterator[FieldNote]:
    for name, each in fields_of(kind).items():
        path = f"{within}{name}"
        element = element_of(each)
        listed = f"{path}[]"
        yield FieldNote(path, _kind(each), MEANINGS[path])
        if element is not None and fields_of(element):
            yield from _notes(f"{listed}.", element)
        elif fields_of(each):
            yield from _notes(f"{path}.", each)


def _kind(kind: Any) -> Any:
    if element_of(kind) is not None:
        return "list"
    return {str: "text", int: "number", bool: "yes_or_no"}.get(kind, "group")


MEANINGS: Mapping[str, str] = {
    "language": "the language of the message, as fr or en",
    "kind": "pre_due, reminder or thank_you",
    "tone": "the step's tone: courteous, neutral, firm or formal_notice",
    "formal_notice": "whether the step is a formal notice",
    "today": "the day of the message, in words",
    "currency": "the currency of all its amounts",
    "sender": "your company",
    "sender.name": "your company's name",
    "sender.email": "where answers go",
    "sender.display_name": "the name that messages are signed with",
    "sender.signature": "the lines of the signature",
    "sender.iban": "your IBAN, in groups of four",
    "sender.bic": "your BIC",
    "sender.address": "the lines of your address",
    "sender.phone": "your telephone number",
    "sender.footer": "the lines at the foot of letters",
    "customer": "who is reminded",
    "customer.name": "the customer's name",
    "customer.code": "the customer's account",
    "customer.address": "the lines of its postal address, below the name",
    "contact": "the person written to",
    "contact.name": "the person's name; empty when nobody is greeted by name",
    "invoices": "the invoices that the message lists, oldest due first; never empty",
    "invoices[].number": "the invoice's number",
    "invoices[].label": "what the ledger says it is for",
    "invoices[].issued": "the day it was issued, in words",
    "invoices[].due": "the day it is due, in words; empty when there is none",
    "invoices[].original": "its amount",
    "invoices[].paid": "what was paid of it",
    "invoices[].disputed": "what is disputed of it; empty when nothing is",
    "invoices[].remaining": "what is to be paid of it, less what is disputed",
    "invoices[].part_paid": "whether a part of it was paid",
    "invoices[].days_late": "days since its due day; 0 when it is not late",
    "invoices[].advances": "whether the message is about it, and does not only list it",
    "invoices[].paid_on": "the day it was paid, in words; empty until then",
    "credits": "open credit notes and payments that are not allocated",
    "credits[].number": "its number",
    "credits[].is_receipt": "whether it is a payment",
    "credits[].issued": "its day, in words",
    "credits[].amount": "its amount, with a minus sign",
    "many": "whether there are several invoices",
    "disputes": "whether anything of the invoices is disputed",
    "total": "what is to be paid of the invoices listed; in a thank-you, what they came to",
    "payable": "the total less open credits: what to ask for",
    "net": "the net of the account",
    "states_net": "whether the net says something that the total does not",
    "most_days_late": "days since the oldest due day; 0 when nothing is late",
    "legal": "what the law adds; nothing unless the step prints it, so use it inside an if",
    "legal.as_of": "the day it was worked out for, in words",
    "legal.invoices": "the late invoices that bear interest",
    "legal.invoices[].number": "the invoice's number",
    "legal.invoices[].lines": "its calculation, a line for each rate",
    "legal.invoices[].lines[].first": "the first day",
    "legal.invoices[].lines[].last": "the last day",
    "legal.invoices[].lines[].days": "how many days",
    "legal.invoices[].lines[].base": "the amount that bears interest",
    "legal.invoices[].lines[].rate": "the rate of a year",
    "legal.invoices[].lines[].amount": "the interest of these days",
    "legal.invoices[].interest": "the interest of the invoice",
    "legal.count": "how many invoices are late",
    "legal.interest": "the interest of all invoices; empty when none can be charged",
    "legal.indemnity_each": "the indemnity for one invoice",
    "legal.indemnity": "the indemnity for all late invoices",
    "legal.added": "interest and indemnity together; empty in other currencies than the euro",
    "legal.whole": "these and the sum asked for; empty in other currencies than the euro",
    "legal.unknown": "semesters without a known rate, for which nothing is charged",
    "payment_link": "the address to pay online; empty when you have set none",
    "with_statement": "whether a statement of the account is attached to the e-mail",
    "attached": "the numbers of the invoices attached to the e-mail",
}
