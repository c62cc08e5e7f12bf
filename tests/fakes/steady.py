"""A tenant in the middle of its year, on DynamoDB: most customers wait, a few are due tonight.

One customer of each kind is written and dated by the store itself; the others are copies of its
records under ids of their own, put as they are: a hundred thousand transactions would take hours on
an emulator that copies its table for each.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING, Any

from relance.app.outgoing_email import prepare_email
from relance.app.plan import Part, plan_part
from relance.app.ports.tenant import Tenant
from relance.app.schedule import reschedule
from relance.app.sending import Verdict, send_once
from relance.app.sync import add_default_scenarios
from relance.contracts.jobs import PlanPart, SendJob
from relance.domain.actions import Action, ActionState, Send
from relance.domain.customer import Address, Contact, Customer
from relance.domain.identifiers import derived_id
from relance.domain.scenario import Channel, StepKey
from relance.store.keys import customer as customer_key
from relance.store.registry import DynamoRegistry
from relance.store.tenant import DynamoTenantStore
from tests.fakes.memory.clock import FixedClock
from tests.fakes.memory.files import MemoryFiles
from tests.fakes.memory.jobs import MemoryJobs
from tests.fakes.world import CountingMailer, invoice, raise_it

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

TONIGHT = date(2025, 3, 11)
AT = datetime(2025, 3, 11, 1, tzinfo=UTC)
CUSTOMERS_A_PART = 100  # as deployed
_BATCH = 25  # records of one BatchWriteItem
_STANDARD = {StepKey.PRE_DUE: (-8, Channel.EMAIL), StepKey.R1: (8, Channel.EMAIL)}


class Kind(Enum):
    """What a customer has to expect of the Standard scenario tonight."""

    NOTICE = "an e-mail before the due date"
    REMINDER = "a first reminder by e-mail"
    CALL = "a call, opened as a task"
    WAITING = "nothing: its invoices fall due in summer"


# Days from tonight to the due date that make a customer of this kind, and what it had already.
_DUE_IN = {Kind.NOTICE: 8, Kind.REMINDER: -8, Kind.CALL: -16, Kind.WAITING: 100}
_HAD: dict[Kind, tuple[StepKey, ...]] = {
    Kind.REMINDER: (StepKey.PRE_DUE,),
    Kind.CALL: (StepKey.PRE_DUE, StepKey.R1),
}


@dataclass(slots=True)
class Night:
    """What a planned night came to."""

    customers: int
    jobs: list[SendJob]
    opened: int

    @property
    def planned(self) -> int:
        """How many actions it planned: messages to be sent and tasks opened."""
        return len(self.jobs) + self.opened


class SteadyTenant:
    """One tenant whose customers are copies of a few."""

    def __init__(self, client: "DynamoDBClient", table: str, tenant: str = "atelier") -> None:
        self._client = client
        self._table = table
        self._tenant = tenant
        self._mailer = CountingMailer()
        DynamoRegistry(client, table).add_tenant(
            Tenant(id=tenant, name="Atelier Bréhat", sender_email="compta@atelier.example.com")
        )
        self.store = DynamoTenantStore(client, table, tenant)
        add_default_scenarios(self.store)
        self.store.mark_applied(self.store.tenant().rules_version)
        self._next = 0

    def add(self, kind: Kind, customers: int, *, items: int = 5, waiting: int = 0) -> None:
        """Add customers of a kind, each with `items` open invoices and `waiting` due in summer."""
        if not customers:
            return
        codes = [f"411{self._next + number:07}" for number in range(customers)]
        self._next += customers
        model = self._written(codes[0], kind, items, waiting)
        copies = (json.loads(model.replace(codes[0], code)) for code in codes[1:])
        self._put(record for records in copies for record in records)

    def plan(self, *, most: int = CUSTOMERS_A_PART) -> Night:
        """Plan tonight as the planning worker does, `most` customers a part, to the end."""
        jobs = MemoryJobs()
        jobs.plan(PlanPart(tenant=self._tenant, at=AT))
        parts: list[Part] = []
        while jobs.parts:
            message = jobs.parts.pop(0)
            assert isinstance(message, PlanPart)
            parts.append(
                plan_part(
                    message,
                    store=self.store,
                    jobs=jobs,
                    most=most,
                    clock=FixedClock(AT),
                    now=AT,
                    in_time=lambda: True,
                    failed=raise_it,
                )
            )
        return Night(
            customers=sum(part.customers for part in parts),
            jobs=jobs.jobs,
            opened=sum(part.opened for part in parts),
        )

    def send(self, jobs: Iterable[SendJob]) -> None:
        """Send planned e-mails as their worker does."""
        files = MemoryFiles(self._tenant)
        prepare = partial(
            prepare_email,
            mailer=self._mailer,
            platform_sender="relance@relance.example",
            templates=self.store.template,
            files=files,
        )
        for job in jobs:
            verdict = send_once(
                job,
                store=self.store,
                files=files,
                prepare=prepare,
                today=TONIGHT,
                hour=AT.time(),
                now=AT,
            )
            assert verdict is Verdict.SENT

    def _written(self, code: str, kind: Kind, items: int, waiting: int) -> str:
        """Let the store write one customer; return its records as JSON."""
        due = TONIGHT + timedelta(days=_DUE_IN[kind])
        stored = self.store.save_customer(_customer(code))
        invoices = [invoice(code, f"FA-{nth:04}", due=due) for nth in range(items)]
        summer = TONIGHT + timedelta(days=_DUE_IN[Kind.WAITING])
        later = [invoice(code, f"FB-{nth:04}", due=summer) for nth in range(waiting)]
        stored = self.store.apply_sync(stored, put=(*invoices, *later), import_id="i")
        for step in _HAD.get(kind, ()):
            action = _done(code, step, due, [each.id for each in invoices])
            assert self.store.add_action(stored, action)
            stored = replace(stored, version=stored.version + 1)
        reschedule(code, store=self.store, on=TONIGHT - timedelta(days=1))
        account = self.store.account(code)
        assert account is not None
        assert account.next_date is not None
        assert (account.next_date == TONIGHT) == (kind is not Kind.WAITING)
        return json.dumps(self._records(code))

    def _records(self, code: str) -> Sequence[Any]:
        key = customer_key(self._tenant, code)
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": key.pk}},
        )
        assert "LastEvaluatedKey" not in answer
        return answer["Items"]

    def _put(self, records: Iterable[Any]) -> None:
        for batch in batched(records, _BATCH, strict=False):
            writes: list[Any] = [{"PutRequest": {"Item": record}} for record in batch]
            answer = self._client.batch_write_item(RequestItems={self._table: writes})
            assert not answer["UnprocessedItems"]


def _customer(code: str) -> Customer:
    contact = Contact(
        id="c1",
        name="Martin Duval",
        email=f"compta.{code}@example.com",
        phone="+33298000000",
        main=True,
    )
    return Customer(
        id=code,
        code=code,
        name=f"Société {code}",
        contacts=(contact,),
        address=Address(lines=("1 rue du Port",), postal_code="29200", city="Brest"),
    )


def _done(code: str, step: StepKey, due: date, items: Iterable[str]) -> Action:
    """Return the message that was sent for a step of Standard, on its day."""
    offset, channel = _STANDARD[step]
    day = due + timedelta(days=offset)
    return Action(
        id=derived_id(code, "done", step.value),
        currency="EUR",
        step=step,
        step_name="Première relance",
        channel=channel,
        state=ActionState.SENT,
        sends=tuple(Send(each, step) for each in items),
        day=day,
        completed_on=day,
        scenario="standard-with-email",
        scenario_version=1,
        reference="0100018f5c3a7b2e-0d6c4f3a-5b1e-4d7a-9f2c-3e8b6a1d4c5f-000000",
        document=f"tenants/atelier/documents/0123456789abcdef/{code}-0123456789abcdef.eml",
    )
