"""Small facts to store."""

from datetime import UTC, date, datetime
from typing import Any

from relance.app.import_report import ImportReport
from relance.app.ports.tenant import Tenant
from relance.domain.actions import Action, ActionState, Send
from relance.domain.customer import Contact, Customer
from relance.domain.identifiers import customer_id, derived_id
from relance.domain.items import Item, ItemKind
from relance.domain.scenario import Anchor, Channel, Scenario, Step, StepKey


def tenant(identifier: str = "atelier") -> Tenant:
    return Tenant(id=identifier, name="Atelier Morvan", sender_email="compta@example.fr")


def customer(code: str = "411DUPONT", **changes: Any) -> Customer:
    contact = Contact(id="c1", name="Anne Dupont", email="anne@example.fr")
    fields: dict[str, Any] = {"name": "Dupont SARL", "contacts": (contact,), **changes}
    return Customer(id=customer_id(code), code=code, **fields)


def item(owner: str = "411DUPONT", number: str = "F1", **changes: Any) -> Item:
    fields: dict[str, Any] = {
        "kind": ItemKind.INVOICE,
        "issued": date(2025, 2, 1),
        "due": date(2025, 3, 1),
        "currency": "EUR",
        "original": 120_00,
        "residual": 120_00,
        **changes,
    }
    return Item(id=item_id(owner, number), number=number, **fields)


def item_id(owner: str, number: str) -> str:
    return derived_id(customer_id(owner), "item", number)


def action(owner: str = "411DUPONT", name: str = "a1", *numbers: str, **changes: Any) -> Action:
    sends = tuple(Send(item_id(owner, number), StepKey.R1) for number in numbers or ("F1",))
    fields: dict[str, Any] = {
        "step": StepKey.R1,
        "step_name": "Première relance",
        "channel": Channel.EMAIL,
        "state": ActionState.RESERVED,
        "day": date(2025, 3, 9),
        **changes,
    }
    identifier = derived_id(customer_id(owner), "action", name)
    return Action(id=identifier, currency="EUR", sends=sends, **fields)


def scenario(identifier: str = "standard", version: int = 1, **changes: Any) -> Scenario:
    step = Step(
        key=StepKey.R1,
        name="Première relance",
        anchor=Anchor.DUE_DATE,
        offset_days=8,
        channel=Channel.EMAIL,
        template="reminder_1",
    )
    fields: dict[str, Any] = {"name": "Standard", "profile": "standard", "with_email": True}
    return Scenario(id=identifier, version=version, steps=(step,), **(fields | changes))


def report(identifier: str = "i1", minute: int = 0, **changes: Any) -> ImportReport:
    started = datetime(2025, 3, 9, 1, minute, tzinfo=UTC)
    fields: dict[str, Any] = {"state": "running", "key": "tenants/atelier/f.txt", **changes}
    return ImportReport(id=identifier, started_at=started, **fields)
