"""The statement of a customer's account in one currency, which an e-mail may carry (M3)."""

from dataclasses import dataclass, fields
from datetime import date

from relance.domain.aging import Aged, aged_balance
from relance.domain.blocking import disputed_amounts
from relance.domain.calendar import due_date
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemStatus
from relance.messages.context import MessageContext
from relance.messages.lines import Paper
from relance.messages.pdf import letter_pdf
from relance.messages.render import render_layout, words_of
from relance.messages.text import one_line

# What is owed no more by this account, whatever the books still say of it (D27).
_LEFT_OUT = (
    ItemStatus.DRAFT,
    ItemStatus.CANCELLED,
    ItemStatus.WRITTEN_OFF,
    ItemStatus.HANDED_OVER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One open entry. `remaining` carries a minus sign for credits; `disputed` is part of it (D29).

    `kind` is `invoice`, `credit_note` or `receipt`; `days_late` is 0 for what is not overdue.
    """

    kind: str
    number: str
    issued: str
    due: str
    days_late: int
    original: str
    remaining: str
    disputed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All open entries of one currency, oldest first; `ages` are the sums by days overdue (D46)."""

    lines: tuple[StatementLine, ...]
    ages: tuple[tuple[str, str], ...]
    balance: str


def statement(facts: Facts, *, currency: str, language: str, on: date) -> Statement:
    """Return the statement on tenant day `on`: everything open, disputed amounts included (D29).

    Days overdue count from the legal due date, as in the aged balance (D38, D46).
    """
    terms = facts.customer.terms or facts.rules.terms
    items = [
        item
        for item in facts.items
        if item.currency == currency and item.residual > 0 and item.status not in _LEFT_OUT
    ]
    paper = Paper(language=language, currency=currency, disputed=disputed_amounts(facts, on=on))

    def due_of(item: Item) -> date | None:
        found = None if item.kind.is_credit else due_date(item, terms)
        return found[0] if found else None

    aged = aged_balance(items, terms=terms, on=on).get(currency, Aged())
    return Statement(
        lines=tuple(
            _line(item, due_of(item), paper, on)
            for item in sorted(items, key=lambda each: (each.issued, each.number, each.id))
        ),
        ages=tuple((each.name, paper.money(getattr(aged, each.name))) for each in fields(aged)),
        balance=paper.money(aged.total),
    )


def make_statement(account: Statement, *, context: MessageContext) -> bytes:
    """Return the statement's PDF, addressed as the message of `context` is; raises UnusableLetter.

    Identical input gives identical bytes.
    """
    amounts = [account.balance, *(line.original for line in account.lines)]
    html = render_layout(
        "layout/statement.html.j2",
        context=context,
        account=account,
        widest=max(map(len, amounts)),
    )
    return letter_pdf(html)


def file_name(context: MessageContext) -> str:
    """Return what the attached statement is called."""
    title = words_of(context).statement
    return f"{title} {one_line(context.customer.code, most=60)}.pdf"


def _line(item: Item, due: date | None, paper: Paper, on: date) -> StatementLine:
    sign = -1 if item.kind.is_credit else 1
    disputed = paper.disputed.get(item.id, 0)
    return StatementLine(
        kind=item.kind.value,
        number=one_line(item.number, most=60),
        issued=paper.day(item.issued),
        due=paper.day(due),
        days_late=max((on - due).days, 0) if due else 0,
        original=paper.money(sign * item.original),
        remaining=paper.money(item.balance),
        disputed=paper.money(disputed) if disputed else "",
    )
