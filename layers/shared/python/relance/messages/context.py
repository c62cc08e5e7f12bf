"""The values that templates may use, made from facts: plain, cleaned, already in the language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from relance.domain.blocking import disputed_amounts
from relance.domain.calendar import due_date
from relance.domain.customer import Contact, Customer
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.items import Item
from relance.domain.scenario import StepKey
from relance.messages.envelope import envelope_lines
from relance.messages.epc_qr import epc_payload, remittance
from relance.messages.legal import LegalFields, legal_fields
from relance.messages.lines import CreditLine, InvoiceLine, Paper
from relance.messages.logo import Logo
from relance.messages.payment_link import payment_link
from relance.messages.text import lines_of, one_line

Kind = Literal["pre_due", "reminder", "thank_you"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """How a tenant presents itself. `signature` and `footer` may have several lines.

    `footer` is what stands small below a letter: form, capital, registration. `payment_link` is the
    pattern of the address to pay online at.
    """

    name: str
    email: str
    display_name: str = ""
    signature: str = ""
    iban: str = ""
    bic: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    footer: str = ""
    logo: Logo | None = None
    payment_link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFields:
    """The tenant, as templates see it; `iban` in groups of four."""

    name: str
    email: str
    display_name: str
    signature: tuple[str, ...]
    iban: str
    bic: str
    address: tuple[str, ...]
    phone: str
    footer: tuple[str, ...]
    logo: Logo | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFields:
    """The debtor, as templates see it; `address` are the lines under its name on an envelope."""

    name: str
    code: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFields:
    """The person greeted; `name` is empty when nobody is greeted by name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContext:
    """All that a template may name, of one customer and one currency (D20).

    `many` tells the plural. `total` is what remains on the listed invoices (what they came to, in
    a thank-you), `payable` that less open credits, `net` the account's net (D22), to be stated
    when `states_net`. `disputes` tells that something of the invoices is disputed. `legal` is what
    the law adds for paying late, None in a message that does not say so (M7). `attached` are the
    numbers of invoices that go with an e-mail, `with_statement` says that the account's statement
    does. No level number is here (M8).
    """

    language: str
    kind: Kind
    tone: str
    formal_notice: bool
    today: str
    currency: str
    sender: SenderFields
    customer: CustomerFields
    contact: ContactFields
    invoices: tuple[InvoiceLine, ...]
    credits: tuple[CreditLine, ...]
    many: bool
    disputes: bool
    total: str
    payable: str
    net: str
    states_net: bool
    most_days_late: int
    legal: LegalFields | None = None
    transfer_code: str = ""
    payment_link: str = ""
    attached: tuple[str, ...] = ()
    with_statement: bool = False


def build_context(
    action: DueAction,
    *,
    facts: Facts,
    sender: Sender,
    contact: Contact | None,
    language: str,
    on: date,
) -> MessageContext:
    """Return what the message of `action` may say on tenant day `on`.

    `action` was decided on `facts`; `contact` is the person greeted by name, None for nobody;
    `language` is one of `language.supported_languages()`.
    """
    kind = _kind(action.step.key)
    items = {item.id: item for item in facts.items}
    listed = [items[each] for each in action.listed]
    asks = kind != "thank_you"
    disputed = disputed_amounts(facts, on=on) if asks else {}
    paper = Paper(language=language, currency=action.currency, disputed=disputed)
    advancing = {send.item for send in action.sends}
    total = sum(paper.asked(item) if asks else item.original for item in listed)
    lines = tuple(
        paper.invoice(item, due=_due(item, facts), advances=item.id in advancing, on=on)
        for item in listed
    )
    payable = min(total, action.net) if action.credits else total
    asked = payable if asks else 0
    numbers = [line.number for line in lines]
    return MessageContext(
        language=language,
        kind=kind,
        tone=action.step.tone.value,
        formal_notice=action.step.formal_notice,
        today=paper.day(on),
        currency=action.currency,
        sender=_sender_fields(sender),
        customer=_customer_fields(facts.customer, home=facts.rules.country),
        contact=ContactFields(name=one_line(contact.name, most=100) if contact else ""),
        invoices=lines,
        credits=tuple(paper.credit(items[each]) for each in action.credits),
        many=len(lines) > 1,
        disputes=any(line.disputed for line in lines),
        total=paper.money(total),
        payable=paper.money(payable),
        net=paper.money(action.net),
        states_net=_states_net(action, kind=kind, total=total),
        most_days_late=max((line.days_late for line in lines), default=0),
        legal=_legal(action, listed, facts=facts, payable=payable, paper=paper, on=on),
        transfer_code=epc_payload(
            name=sender.name,
            iban=sender.iban,
            bic=sender.bic,
            amount=asked,
            currency=action.currency,
            remittance=remittance(facts.customer.code, numbers),
        ),
        payment_link=payment_link(
            sender.payment_link,
            amount=asked,
            currency=action.currency,
            customer=facts.customer.code,
            invoices=numbers,
        ),
    )


def _legal(
    action: DueAction,
    listed: Sequence[Item],
    *,
    facts: Facts,
    payable: int,
    paper: Paper,
    on: date,
) -> LegalFields | None:
    """Return what the law adds, for a step that asks for it (M7)."""
    if not (action.step.legal_amounts or action.step.formal_notice):
        return None
    return legal_fields(
        listed,
        facts=facts,
        currency=paper.currency,
        payable=payable,
        language=paper.language,
        on=on,
    )


def _kind(step: StepKey) -> Kind:
    if step is StepKey.PRE_DUE:
        return "pre_due"
    return "thank_you" if step is StepKey.THANK_YOU else "reminder"


def _states_net(action: DueAction, *, kind: Kind, total: int) -> bool:
    """Whether the account's net says something that the total does not (D22).

    A thank-you asks for nothing; a notice before the due date shows no credits (D23), so it
    names the account only when something is owed on it.
    """
    if kind == "reminder":
        return bool(action.credits) or action.net != total
    return kind == "pre_due" and action.net > 0 and action.net != total


def _due(item: Item, facts: Facts) -> date | None:
    found = due_date(item, facts.customer.terms or facts.rules.terms)
    return found[0] if found else None


def _sender_fields(sender: Sender) -> SenderFields:
    name = one_line(sender.name, most=100)
    display_name = one_line(sender.display_name, most=100) or name
    iban = "".join(one_line(sender.iban).split())
    return SenderFields(
        name=name,
        email=one_line(sender.email),
        display_name=display_name,
        signature=lines_of(sender.signature) or tuple(dict.fromkeys((display_name, name))),
        iban=" ".join(iban[start : start + 4] for start in range(0, len(iban), 4)),
        bic=one_line(sender.bic),
        address=tuple(line for each in sender.address if (line := one_line(each))),
        phone=one_line(sender.phone),
        footer=lines_of(sender.footer, most=3),
        logo=sender.logo,
    )


def _customer_fields(customer: Customer, *, home: str) -> CustomerFields:
    return CustomerFields(
        name=one_line(customer.name, most=200),
        code=one_line(customer.code, most=100),
        address=envelope_lines(customer, home=home),
    )
