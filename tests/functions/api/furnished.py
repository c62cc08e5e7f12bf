"""A company in which every example of the OpenAPI document can be carried out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from relance.app.access import Invitation, ProgramKey
from relance.app.import_report import ImportReport
from relance.domain.actions import Action, ActionState, Send
from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.carriage import Carriage, PostalState
from relance.domain.customer import Contact, Customer
from relance.domain.items import Item
from relance.domain.scenario import Channel, StepKey
from tests.functions.api.described import DescribedSite
from tests.functions.api.site import DAY

_NOW = datetime(2025, 3, 9, 9, tzinfo=UTC)
_MAPPING = {
    "columns": {"customer_name": "Client", "number": "Pièce", "issued": "Date", "amount": "TTC"}
}
_WORDS = {"name": "Friendly", "wordings": {"fr": {"subject": "Compte", "opening": "Bonjour."}}}


class Furnished(DescribedSite):
    """The atelier with one of everything, under the names that the examples use."""

    def __init__(self) -> None:
        super().__init__()
        self._settings()
        self._access()
        self._kervadec()
        self._waiting()
        report = ImportReport(
            id="20250309T090000-0a1b2c3d4e5f",
            state="held",
            key="tenants/atelier/books.txt",
            started_at=_NOW,
            ended_at=_NOW,
            refused_file="tenants/atelier/documents/refused.csv",
        )
        self.store().save_import(report)

    def _settings(self) -> None:
        for method, path, body in (
            ("POST", "/v1/scenarios", {"profile": "standard", "preset": "standard"}),
            ("POST", "/v1/profiles", {"name": "Export"}),
            ("POST", "/v1/templates", {"id": "friendly", "plan": _WORDS}),
            ("POST", "/v1/groups", {"id": "recovery", "name": "Recouvrement"}),
            ("PUT", "/v1/mappings/mine", {"mapping": _MAPPING}),
            ("POST", "/v1/opt-outs", {"number": "+33612345678"}),
            ("POST", "/v1/letters/batches", {"on": str(DAY)}),
            ("PUT", "/v1/postal-account", {"account": {"provider": "print_room"}}),
        ):
            answer = self.call(method, path, body)
            assert answer.status < 300, (path, answer.text)

    def _access(self) -> None:
        access = self.access.bound("atelier")
        access.add_key(
            ProgramKey(
                id="nightly",
                tenant="atelier",
                name="Nightly upload",
                scopes=("import",),
                digest="none",
                created_by="anna@example.com",
                created_at=_NOW,
                expires_at=_NOW + timedelta(days=365),
            )
        )
        access.save_invitation(
            Invitation(
                id="3educgq9sis8",
                tenant="atelier",
                email="paul@example.com",
                role="collector",
                digest="34c26e154bab5ff544f29f8747a691d0fedd3b8a51655f27d0f585b1b2753970",
                invited_by="anna@example.com",
                invited_at=_NOW,
                expires_at=_NOW + timedelta(days=7),
                vouched_by="anna",
            )
        )

    def _kervadec(self) -> None:
        """A customer with a contact, an invoice, a call to make, and one of each block."""
        contact = Contact(
            id="yann",
            name="Yann Kervadec",
            email="yann@kervadec.example.com",
            phone="+33199001234",
            main=True,
        )
        customer, item = self._owing("411KERVADEC", "FA-1001", due=date(2025, 3, 1))
        named = replace(
            self.account(customer.id).customer, name="Menuiserie Kervadec", contacts=(contact,)
        )
        self.store().save_customer(named)
        self.add_action(item, customer=customer.id)
        for block in (
            Stop(id="411KERVADEC-stop1", since=DAY, reason="talks with their director"),
            Dispute(id="411KERVADEC-dispute1", item=item.id, opened=DAY, reason="broken"),
            Promise(
                id="411KERVADEC-promise1",
                items=(item.id,),
                currency="EUR",
                amount=50_000,
                due=date(2025, 3, 12),
                made_on=DAY,
                open_when_made=120_000,
            ),
        ):
            self.store().save_block(self.account(customer.id).customer, block)

    def _waiting(self) -> None:
        """One customer each whose message waits for a yes, a stamp, a word, another try."""
        customer, item = self._owing("411LEGOFF", "FA-2001", due=DAY - timedelta(days=8))
        action = self.add_action(
            item, customer=customer.id, channel=Channel.EMAIL, state=ActionState.TO_CONFIRM
        )
        self._change(action, step=StepKey.R1, sends=(Send(item.id, StepKey.R1),))
        for code, number, channel, state in (
            ("411MADEC", "FA-3001", Channel.LETTER, ActionState.TO_POST),
            ("411PENNEC", "FA-4001", Channel.EMAIL, ActionState.IN_DOUBT),
            ("411RIOU", "FA-5001", Channel.EMAIL, ActionState.FAILED),
        ):
            customer, item = self._owing(code, number, due=date(2025, 3, 1))
            action = self.add_action(item, customer=customer.id, channel=channel, state=state)
            if channel is Channel.LETTER:
                self._change(action, carriage=Carriage(state=PostalState.ACCEPTED, on=DAY))

    def _owing(self, code: str, number: str, *, due: date) -> tuple[Customer, Item]:
        customer = self.add_customer(code)
        return customer, self.add_item(customer.id, number, due=due)

    def _change(self, action: Action, **changes: object) -> None:
        changed = replace(action, **changes)  # type: ignore[arg-type] # fields by their names
        assert self.store().replace_action(changed, was=action)
