"""What the law adds for paying late, with its calculation, as templates print it (M7, D26)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from relance.domain.blocking import disputed_amounts
from relance.domain.calendar import due_date
from relance.domain.facts import Facts
from relance.domain.interest import LateInvoice, Line, Residual, late_invoice
from relance.domain.items import Item, ItemStatus
from relance.domain.rates import INDEMNITY, INDEMNITY_CURRENCY
from relance.messages.figures import write_day, write_money, write_rate
from relance.messages.text import one_line

# Whose law the rates are; sellers elsewhere charge by theirs.
_COUNTRY = "FR"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestLine:
    """Days of one semester, both inclusive, charged on `base` at `rate` a year.

    Each `amount` is rounded by itself: lines may differ from their invoice's interest by a cent.
    """

    first: str
    last: str
    days: int
    base: str
    rate: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateInvoiceFields:
    """One late invoice: its calculation and its interest, rounded once."""

    number: str
    lines: tuple[InterestLine, ...]
    interest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFields:
    """What is owed by law on day `as_of`, beside the invoices themselves.

    `interest` is empty when none can be charged. `indemnity` is that of all `count` late invoices,
    always in euros. `added` is both together, `whole` these and what the message asks for; both are
    empty in another currency than the euro, where nothing is added up. `unknown` names semesters
    without a known rate: for them nothing is charged.
    """

    as_of: str
    invoices: tuple[LateInvoiceFields, ...]
    count: int
    interest: str
    indemnity_each: str
    indemnity: str
    added: str
    whole: str
    unknown: tuple[str, ...]


def legal_fields(
    listed: Sequence[Item],
    *,
    facts: Facts,
    currency: str,
    payable: int,
    language: str,
    on: date,
) -> LegalFields | None:
    """Return what the law adds to these items, all of `currency`, on tenant day `on`.

    `payable` is what the message asks for, in minor units. None when the tenant's country has
    other rates than ours, or none of the items is late.
    """
    if facts.rules.country != _COUNTRY:
        return None
    late = [(item, found) for item, found in _late(listed, facts, on) if found.indemnity]
    if not late:
        return None
    interest = sum(found.interest.total for _, found in late)
    added = interest + INDEMNITY * len(late)
    adds_up = currency == INDEMNITY_CURRENCY
    semesters = sorted({each for _, found in late for each in found.interest.unknown})

    def money(minor: int, of: str = currency) -> str:
        return write_money(minor, of, language)

    return LegalFields(
        as_of=write_day(on, language),
        invoices=tuple(
            LateInvoiceFields(
                number=one_line(item.number, most=60),
                lines=tuple(_line(each, currency, language) for each in found.interest.lines),
                interest=money(found.interest.total),
            )
            for item, found in late
            if found.interest.lines
        ),
        count=len(late),
        interest=money(interest) if interest else "",
        indemnity_each=money(INDEMNITY, INDEMNITY_CURRENCY),
        indemnity=money(INDEMNITY * len(late), INDEMNITY_CURRENCY),
        added=money(added) if adds_up else "",
        whole=money(payable + added) if adds_up else "",
        unknown=tuple(str(each) for each in semesters),
    )


def _late(listed: Sequence[Item], facts: Facts, on: date) -> list[tuple[Item, LateInvoice]]:
    """Return what each item owes for being late, by the legal due date (D38)."""
    terms = facts.customer.terms or facts.rules.terms
    dated = [(item, found[0]) for item in listed if (found := due_date(item, terms))]
    bases = _bases([item for item, _ in dated], facts, on)
    return [
        (
            item,
            late_invoice(
                [Residual(date.min, bases[item.id])], currency=item.currency, due=due, until=on
            ),
        )
        for item, due in dated
    ]


def _bases(items: Sequence[Item], facts: Facts, on: date) -> Mapping[str, int]:
    """Return the amounts that bear interest: never more than was open on any day.

    That is what is open today, less what is disputed of it, less the account's open credits, the
    oldest item's first: it is not known since when each was paid or credited.
    """
    disputed = disputed_amounts(facts, on=on)
    currencies = {item.currency for item in items}
    credits_ = sum(
        item.residual
        for item in facts.items
        if item.kind.is_credit and item.status is ItemStatus.ACTIVE and item.currency in currencies
    )
    found = {}
    for item in items:
        asked = max(0, item.residual - disputed.get(item.id, 0))
        covered = min(asked, credits_)
        credits_ -= covered
        found[item.id] = asked - covered
    return found


def _line(line: Line, currency: str, language: str) -> InterestLine:
    return InterestLine(
        first=write_day(line.first, language),
        last=write_day(line.last, language),
        days=line.days,
        base=write_money(line.base, currency, language),
        rate=write_rate(line.percent, language),
        amount=write_money(line.shown, currency, language),
    )
