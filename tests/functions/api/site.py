"""Two companies that use the API, and their people."""

import base64
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from functions.api.app import build_app
from relance.app.customers import create_customer
from relance.app.dependencies import ApiDependencies
from relance.app.limits import Limits
from relance.app.ports.accounts import Account
from relance.app.tenants import add_member, create_tenant
from relance.contracts.http.customers import ContactWrite, CustomerCreate
from relance.domain.actions import Action, ActionState, Send
from relance.domain.customer import Customer
from relance.domain.identifiers import derived_id
from relance.domain.items import Item, ItemKind
from relance.domain.scenario import Channel, StepKey
from tests.fakes.access import MemoryAccess, NamesAsTokens
from tests.fakes.memory.clock import FixedClock
from tests.fakes.memory.files import MemoryFiles
from tests.fakes.memory.jobs import MemoryJobs
from tests.fakes.memory.registry import MemoryRegistry
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.memory.vault import MemoryVault
from tests.fakes.requests import MemoryAnswers, MemoryRequests

DAY = date(2025, 3, 9)
OPT_OUT_KEY = b"the key of links, of the tests' own"


@dataclass(frozen=True)
class Answer:
    """What the API answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        """The JSON body."""
        return json.loads(self.text)

    @property
    def pointers(self) -> list[str]:
        """The fields that a problem names."""
        return [error.get("pointer") for error in self.body["errors"]]


def _text(raw: str | bytes) -> str:
    return base64.b64encode(raw).decode() if isinstance(raw, bytes) else raw


class Site:
    """The API on memory. `atelier` has an admin anna, a collector carl and a viewer vera."""

    def __init__(self) -> None:
        self.registry = MemoryRegistry()
        self.clock = FixedClock(datetime(2025, 3, 9, 9, 30, tzinfo=UTC))
        self.wall = FixedClock(datetime(2025, 3, 9, 9, 30, tzinfo=UTC))
        self.access = MemoryAccess(self.registry)
        self.people = NamesAsTokens()
        self.answers = defaultdict[tuple[str | None, str], MemoryAnswers](MemoryAnswers)
        self.counters = defaultdict[str, MemoryRequests](MemoryRequests)
        self.limits = Limits({"reads": 10**6, "writes": 10**6, "heavy": 10**6})
        self.jobs = MemoryJobs()
        self.called_back: list[str] = []
        for tenant, admin in (("atelier", "anna"), ("rival", "rita")):
            create_tenant(
                tenant=tenant,
                name=tenant.capitalize(),
                subject=admin,
                email=f"{admin}@example.com",
                registry=self.registry,
                store_for=self.registry.store_for,
            )
        add_member(tenant="atelier", subject="carl", role="collector", registry=self.registry)
        add_member(tenant="atelier", subject="vera", role="viewer", registry=self.registry)
        self.app = build_app(self.dependencies)

    def dependencies(self) -> ApiDependencies:
        """What the app works with."""
        return ApiDependencies(
            access=self.access,
            access_for=self.access.bound,
            tokens=self.people,
            directory=self.people,
            wall=self.wall,
            answers_for=lambda tenant, subject: self.answers[tenant, subject],
            counter_for=lambda tenant: self.counters[tenant],
            limits=self.limits,
            store_for=self.registry.store_for,
            store_for_callbacks=self.store_for_callbacks,
            ledger_files_for=MemoryFiles,
            documents_for=MemoryFiles,
            jobs=self.jobs,
            clock=self.clock,
            opt_out_key=lambda: OPT_OUT_KEY,
            vault_for=MemoryVault,
        )

    def store_for_callbacks(self, tenant: str) -> MemoryStore:
        """The store of whom a callback names, which is noted."""
        self.called_back.append(tenant)
        return self.registry.store_for(tenant)

    def store(self, tenant: str = "atelier") -> MemoryStore:
        """One company's store."""
        return self.registry.store_for(tenant)

    def account(self, customer: str) -> Account:
        """A customer of the atelier."""
        account = self.store().account(customer)
        assert account is not None
        return account

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        user: str | None = "anna",
        if_match: str | None = None,
        raw: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
        authorization: str | None = None,
        **query: Any,
    ) -> Answer:
        """Send one request as `user`, whose token is that name; None for nobody.

        `authorization` is sent instead, where given. Bytes go in base64, as on AWS.
        """
        given = {"content-type": content_type} | ({"if-match": if_match} if if_match else {})
        signed_in = authorization or (f"Bearer {user}" if user else None)
        given |= ({"authorization": signed_in} if signed_in else {}) | (headers or {})
        event = {
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": urlencode(query),
            "queryStringParameters": {name: str(value) for name, value in query.items()},
            "headers": given,
            "requestContext": {
                "stage": "$default",
                "requestId": "request-1",
                "http": {"method": method, "path": path},
            },
            "body": _text(raw) if raw is not None else None if body is None else json.dumps(body),
            "isBase64Encoded": isinstance(raw, bytes),
        }
        result = self.app(event, None)
        return Answer(result["statusCode"], result["headers"], result["body"] or "")

    def add_customer(
        self, code: str = "C1", *, tenant: str = "atelier", email: str | None = "m@example.com"
    ) -> Customer:
        """Give a company a customer with one contact."""
        contact = ContactWrite(name="Martin Duval", email=email, main=True)
        body = CustomerCreate(code=code, name=f"Société {code}", contacts=(contact,))
        return create_customer(body, store=self.store(tenant))

    def add_item(
        self,
        customer: str,
        number: str,
        *,
        tenant: str = "atelier",
        due: date | None = date(2025, 3, 1),
        amount: int = 120_000,
        kind: ItemKind = ItemKind.INVOICE,
    ) -> Item:
        """Let a sync bring an item; `amount` in cents."""
        item = Item(
            id=derived_id(customer, number),
            kind=kind,
            number=number,
            issued=date(2025, 2, 1),
            due=due,
            currency="EUR",
            original=amount,
            residual=amount,
        )
        account = self.store(tenant).account(customer)
        assert account is not None
        self.store(tenant).apply_sync(account.customer, put=[item], import_id="test")
        return item

    def add_action(
        self,
        item: Item,
        *,
        customer: str,
        tenant: str = "atelier",
        channel: Channel = Channel.CALL,
        state: ActionState = ActionState.OPEN,
        document: str | None = None,
    ) -> Action:
        """Put an action of step R2 on an item, begun today."""
        action = Action(
            id=derived_id(customer, item.id, channel),
            currency="EUR",
            step=StepKey.R2,
            step_name="Premier appel",
            channel=channel,
            state=state,
            sends=(Send(item.id, StepKey.R2),),
            day=DAY,
            scenario="standard-with-email",
            scenario_version=1,
            document=document,
        )
        account = self.store(tenant).account(customer)
        assert account is not None
        assert self.store(tenant).add_action(account.customer, action)
        return action
