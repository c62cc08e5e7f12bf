"""A debtor with invoices, and the message a step would send it."""

from collections.abc import Sequence
from datetime import date

from relance.domain.actions import Send
from relance.domain.blocks import Dispute
from relance.domain.customer import Address, Contact, Customer
from relance.domain.decision import DueAction
from relance.domain.facts import Facts
from relance.domain.items import Item, ItemKind
from relance.domain.scenario import Anchor, Channel, Step, StepKey
from relance.domain.tenant_rules import TenantRules
from relance.messages.context import MessageContext, Sender, build_context

TODAY = date(2025, 3, 9)
ANNE = Contact(id="anne", name="Anne Martin", email="anne.martin@example.fr", main=True)
DEBTOR = Customer(
    id="411DUPONT",
    code="411DUPONT",
    name="Établissements Dupont & Fils",
    contacts=(ANNE,),
    address=Address(lines=("Bâtiment C", "12 rue de l’Église"), postal_code="44000", city="NANTES"),
)
SENDER = Sender(
    name="Menuiserie Lefèvre SAS",
    email="compta@lefevre.example.com",
    display_name="Menuiserie Lefèvre",
    signature="Claire Lefèvre\nService comptabilité",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPPXXX",
    address=("8 quai de la Fosse", "44100 Nantes"),
    phone="02 40 00 00 00",
)
STEP_OF = {
    "pre_due": StepKey.PRE_DUE,
    "reminder_1": StepKey.R1,
    "reminder_2": StepKey.R2,
    "reminder_3": StepKey.R3,
    "reminder_4": StepKey.R4,
    "reminder_5": StepKey.R5,
    "formal_notice": StepKey.R5,
    "thank_you": StepKey.THANK_YOU,
}


def invoice(number: str, residual: int | None = None, **more: object) -> Item:
    """Return an invoice of 1 234.56 issued on 1 January 2025, due at the end of the month."""
    fields: dict[str, object] = {
        "kind": ItemKind.INVOICE,
        "issued": date(2025, 1, 1),
        "due": date(2025, 1, 31),
        "currency": "EUR",
        "original": 123_456,
    }
    fields |= more
    fields.setdefault("residual", fields["original"] if residual is None else residual)
    return Item(id=f"411DUPONT-{number}", number=number, **fields)  # type: ignore[arg-type]


def credit(number: str, amount: int, kind: ItemKind = ItemKind.CREDIT_NOTE) -> Item:
    """Return an open credit note, or a receipt nobody allocated."""
    return invoice(number, kind=kind, original=amount, due=None)


def dispute(item: Item, amount: int | None = None) -> Dispute:
    """Return a running dispute of an invoice, or of a part of it."""
    return Dispute(
        id=f"{item.id}-d", item=item.id, opened=date(2025, 2, 1), reason="x", amount=amount
    )


def settled(number: str) -> Item:
    """Return an invoice paid on 20 February 2025."""
    return invoice(number, 0, paid_on=date(2025, 2, 20))


def message(
    *items: Item,
    step: StepKey = StepKey.R1,
    language: str = "fr",
    net: int | None = None,
    customer: Customer = DEBTOR,
    sender: Sender = SENDER,
    contact: Contact | None = ANNE,
    rules: TenantRules | None = None,
    sends: Sequence[Item] | None = None,
    disputes: tuple[Dispute, ...] = (),
    legal: bool = False,
    on: date = TODAY,
) -> MessageContext:
    """Return the context of the message that lists `items`; credits among them are netted.

    One with `legal` prints what the law adds for paying late.
    """
    listed = [item for item in items if not item.kind.is_credit]
    credits_ = [item for item in items if item.kind.is_credit]
    action = DueAction(
        id="411DUPONT-0123456789abcdef",
        currency=items[0].currency,
        step=Step(
            key=step,
            name="Relance",
            anchor=Anchor.DUE_DATE,
            offset_days=8,
            channel=Channel.EMAIL,
            template="reminder_1",
            legal_amounts=legal,
        ),
        sends=tuple(Send(item.id, step) for item in (listed if sends is None else sends)),
        listed=tuple(item.id for item in listed),
        credits=tuple(item.id for item in credits_),
        net=sum(item.balance for item in items) if net is None else net,
    )
    facts = Facts(
        customer=customer,
        items=items,
        actions=(),
        scenario=None,
        rules=rules or TenantRules(),
        disputes=disputes,
    )
    return build_context(
        action, facts=facts, sender=sender, contact=contact, language=language, on=on
    )


def example(template: str, *, language: str = "fr", count: int = 1) -> MessageContext:
    """Return a message that suits the named template, with `count` invoices."""
    make = settled if template == "thank_you" else invoice
    items = [make(f"FA-2025-{number:04}") for number in range(1, count + 1)]
    return message(*items, step=STEP_OF[template], language=language)
