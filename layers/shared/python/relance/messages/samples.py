"""Made-up messages that a template is tried with before it is saved (M1)."""

from collections.abc import Iterator
from datetime import date

from relance.domain.actions import Send
from relance.domain.customer import Address, Contact, Customer
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemKind
from relance.domain.scenario import Anchor, Channel, Step, StepKey
from relance.domain.tenant_rules import TenantRules
from relance.messages.context import MessageContext, Sender, build_context

_TODAY = date(2025, 3, 9)
_CUSTOMER = Customer(
    id="C1",
    code="C1",
    name="Example",
    address=Address(lines=("1 rue de l’Exemple",), postal_code="75001", city="Paris"),
)
_CONTACT = Contact(id="c1", name="Camille Exemple", email="camille@example.com")
_FULL = Sender(
    name="Example",
    email="accounts@example.com",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPPXXX",
    address=("2 rue de l’Exemple", "75001 Paris"),
    phone="01 99 00 12 34",
    payment_link="https://pay.example.com/{customer}",
)
_BARE = Sender(name="Example", email="")


def samples(language: str) -> Iterator[MessageContext]:
    """Return messages in which every field has something in it, and others in which few have."""
    one = _item("F-1")
    several = (one, _item("F-2", residual=50_000), _item("AV-1", kind=ItemKind.CREDIT_NOTE))
    yield _message(several, StepKey.R3, language, sender=_FULL, contact=_CONTACT, legal=True)
    yield _message((one,), StepKey.R1, language, sender=_BARE, contact=None, legal=False)
    yield _message((one,), StepKey.PRE_DUE, language, sender=_FULL, contact=None, legal=False)
    paid = _item("F-3", residual=0, paid_on=date(2025, 3, 1))
    yield _message((paid,), StepKey.THANK_YOU, language, sender=_BARE, contact=None, legal=False)


def _message(
    items: tuple[Item, ...],
    key: StepKey,
    language: str,
    *,
    sender: Sender,
    contact: Contact | None,
    legal: bool,
) -> MessageContext:
    listed = [item for item in items if not item.kind.is_credit]
    step = Step(
        key=key,
        name="sample",
        anchor=Anchor.DUE_DATE,
        offset_days=8,
        channel=Channel.EMAIL,
        legal_amounts=legal,
    )
    due = DueAction(
        id="C1-sample",
        currency="EUR",
        step=step,
        sends=tuple(Send(item.id, key) for item in listed),
        listed=tuple(item.id for item in listed),
        credits=tuple(item.id for item in items if item.kind.is_credit),
        net=sum(item.balance for item in items),
    )
    facts = Facts(customer=_CUSTOMER, items=items, actions=(), scenario=None, rules=TenantRules())
    return build_context(
        due, facts=facts, sender=sender, contact=contact, language=language, on=_TODAY
    )


def _item(
    number: str,
    *,
    residual: int = 123_456,
    kind: ItemKind = ItemKind.INVOICE,
    paid_on: date | None = None,
) -> Item:
    return Item(
        id=f"C1-{number}",
        kind=kind,
        number=number,
        label="Example",
        issued=date(2025, 1, 1),
        due=date(2025, 1, 31),
        currency="EUR",
        original=123_456,
        residual=residual,
        paid_on=paid_on,
    )
