"""A whole stage on moto: what the stack makes, and what a test looks at afterwards."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic
from typing import Any

import boto3
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import RawMessage
from moto.sesv2.models import sesv2_backends
from moto.sns.models import sns_backends

from functions.plan_tenant.handler import lambda_handler as plan_tenant
from relance.app.access import Scope
from relance.app.ports.tenant import Tenant
from relance.app.program_keys import make_key
from relance.app.schedule import reschedule
from relance.app.sync import add_default_scenarios
from relance.channels.postal.vault import KmsVault
from relance.contracts.events import SOURCE, AnyEvent, Event
from relance.contracts.http.access import ProgramKeyCreate
from relance.contracts.jobs import SendJob
from relance.domain.actions import Action
from relance.domain.customer import Address, Contact, Customer
from relance.domain.identifiers import customer_id
from relance.domain.scenario import Channel, StepKey
from relance.runtime.clock import SystemClock
from relance.runtime.parts import POSTAL_ACCOUNT
from relance.store.access import DynamoTenantAccess
from relance.store.registry import DynamoRegistry
from relance.store.tenant import DynamoTenantStore
from tests.fakes.table import create_table
from tests.fakes.world import invoice
from tests.functions.workers.events import REGION, FakeLambdaContext, sqs_batch

TABLE = "relance-test"
LEDGERS = "relance-test-ledgers"
DOCUMENTS = "relance-test-documents"
CONFIGURATION_SET = "relance-test"
OPT_OUT_SECRET = "relance-test-opt-out"
OPT_OUT_ADDRESS = "https://r.example.com/v1/o"
CLOCK = "/relance/test/clock"
SENDER = "relance@mail.example.com"
TENANT = "atelier"
# A Monday on which nothing is closed; what was due eight days before gets its first reminder.
NIGHT = date(2025, 3, 10)
DUE = date(2025, 3, 2)
QUEUES = ("plan", "email", "sms", "letter", "feedback", "uploads", "heard")
BUS = "relance-test"


@dataclass(frozen=True)
class Person:
    """Whom the debtor's messages go to: nothing of it may ever be logged."""

    name: str = "Martine Quéméneur"
    email: str = "martine.quemeneur@example.com"
    phone: str = "+33612345678"
    street: str = "17 venelle des Goémons"
    company: str = "Conserverie Le Treut"

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.name, "Quéméneur", self.email, self.phone, self.street, self.company)


DEBTOR = Person()


class Stage:
    """Table, buckets, queues, mail and text messages of one stage, made empty."""

    def __init__(self) -> None:
        self._dynamodb = boto3.client("dynamodb")
        self._s3 = boto3.client("s3")
        self._sqs = boto3.client("sqs")
        self._ssm = boto3.client("ssm")
        create_table(self._dynamodb, TABLE)
        for bucket in (LEDGERS, DOCUMENTS):
            place: Any = {"LocationConstraint": REGION}
            self._s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        self._s3.put_bucket_versioning(
            Bucket=LEDGERS, VersioningConfiguration={"Status": "Enabled"}
        )
        self._queues = {
            name: self._sqs.create_queue(QueueName=f"relance-test-{name}")["QueueUrl"]
            for name in QUEUES
        }
        boto3.client("secretsmanager").create_secret(Name=OPT_OUT_SECRET, SecretString="s" * 64)
        self._postal_key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.postal_api = "http://localhost:9"  # where nobody is
        self._open_bus()
        ses = boto3.client("sesv2")
        ses.create_email_identity(EmailIdentity="mail.example.com")
        ses.create_configuration_set(ConfigurationSetName=CONFIGURATION_SET)
        self.registry = DynamoRegistry(self._dynamodb, TABLE)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the stack tells the functions, all of them together."""
        return {
            "RELANCE_STAGE": "test",
            "RELANCE_TABLE": TABLE,
            "RELANCE_LEDGER_BUCKET": LEDGERS,
            "RELANCE_DOCUMENTS_BUCKET": DOCUMENTS,
            "RELANCE_SES_CONFIGURATION_SET": CONFIGURATION_SET,
            "RELANCE_PLATFORM_SENDER": SENDER,
            "RELANCE_OPT_OUT_SECRET": OPT_OUT_SECRET,
            "RELANCE_OPT_OUT_ADDRESS": OPT_OUT_ADDRESS,
            "RELANCE_PLAN_CUSTOMERS": "3",
            "RELANCE_POSTAL_KEY": self._postal_key,
            "RELANCE_POSTAL_API": self.postal_api,
            "RELANCE_POSTAL_VERSION": "v2",
            "RELANCE_TOKEN_ISSUER": "https://users.example.com/pool",
            "RELANCE_USER_POOL_CLIENT": "client",
            "RELANCE_TENANT_ROLE": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/relance-test-tenant",
            "RELANCE_TABLE_ARN": f"arn:aws:dynamodb:{REGION}:{DEFAULT_ACCOUNT_ID}:table/{TABLE}",
            **{f"RELANCE_{each}_A_MINUTE": "1000" for each in ("READS", "WRITES", "HEAVY")},
            "RELANCE_CLOCK_PARAMETER": CLOCK,
            "RELANCE_EVENT_BUS": BUS,
            "RELANCE_CUSTOMERS_AT_ONCE": "1",  # moto can't do two things at once
            **{f"RELANCE_{name.upper()}_QUEUE": url for name, url in self._queues.items()},
        }

    def program_key(self, *scopes: Scope, tenant: str = TENANT) -> str:
        """Give a company's program a key for the API."""
        body = ProgramKeyCreate(name="test", scopes=frozenset(scopes))
        access = DynamoTenantAccess(self._dynamodb, TABLE, tenant)
        _, key = make_key(body, by="test", access=access, clock=SystemClock(), tenant=tenant)
        return key

    def _open_bus(self) -> None:
        """Make the bus, and a queue for all that is on it."""
        events = boto3.client("events")
        events.create_event_bus(Name=BUS)
        pattern = json.dumps({"source": [SOURCE]})
        events.put_rule(Name="all", EventBusName=BUS, EventPattern=pattern)
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._queues["heard"], AttributeNames=["QueueArn"]
        )
        arn = attributes["Attributes"]["QueueArn"]
        events.put_targets(Rule="all", EventBusName=BUS, Targets=[{"Id": "heard", "Arn": arn}])

    def heard(self) -> list[Event]:
        """Take what others heard on the bus."""
        told = [json.loads(body) for body in self.waiting("heard")]
        assert all(each["detail-type"] == each["detail"]["type"] for each in told)
        return [AnyEvent.model_validate(each["detail"]).root for each in told]

    def vault(self, tenant: str = TENANT) -> KmsVault:
        """Return the vault of a tenant's account for letters."""
        client = boto3.client("kms")
        return KmsVault(client, self._postal_key, tenant=tenant, purpose=POSTAL_ACCOUNT)

    def set_clock(self, text: str) -> None:
        """Store the instant that handlers take their day from."""
        self._ssm.put_parameter(Name=CLOCK, Value=text, Type="String", Overwrite=True)

    def sign_up(self, tenant: str = TENANT) -> DynamoTenantStore:
        """Give a company its record and the Standard scenarios."""
        self.registry.add_tenant(
            Tenant(id=tenant, name="Atelier Bréhat", sender_email="compta@atelier.example.com")
        )
        store = self.store(tenant)
        add_default_scenarios(store)
        store.mark_applied(store.tenant().rules_version)  # nobody was there before them
        return store

    def store(self, tenant: str = TENANT) -> DynamoTenantStore:
        return DynamoTenantStore(self._dynamodb, TABLE, tenant)

    def add_debtor(
        self, code: str = "C1", *, email: str | None = DEBTOR.email, tenant: str = TENANT
    ) -> Customer:
        """Store a customer that owes one invoice since DUE."""
        store = self.store(tenant)
        contact = Contact(id="c1", name=DEBTOR.name, email=email, phone=DEBTOR.phone, main=True)
        customer = store.save_customer(
            Customer(
                id=customer_id(code),
                code=code,
                name=DEBTOR.company,
                contacts=(contact,),
                address=Address(lines=(DEBTOR.street,), postal_code="29200", city="Brest"),
            )
        )
        item = invoice(customer.id, f"FA-{code}", due=DUE)
        stored = store.apply_sync(customer, put=[item], import_id="test")
        reschedule(customer.id, store=store, on=DUE)
        return stored

    def send_reminders_by(self, channel: Channel) -> None:
        """Change the first reminder of customers with an e-mail address to another channel."""
        store = self.store()
        current = next(each for each in store.scenarios() if each.with_email)
        steps = tuple(
            replace(step, channel=channel) if step.key is StepKey.R1 else step
            for step in current.steps
        )
        store.add_scenario_version(replace(current, version=current.version + 1, steps=steps))

    def history(self, customer: str = "C1", *, tenant: str = TENANT) -> tuple[Action, ...]:
        return self.store(tenant).history(customer, limit=100).entries

    def waiting(self, queue: str) -> list[str]:
        """Take the bodies of all messages that a queue shows now or within three seconds."""
        url, found, until = self._queues[queue], list[str](), monotonic() + 3
        while True:
            more = self.put_back(queue) and monotonic() < until
            messages = self._sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0
            ).get("Messages", [])
            for message in messages:
                found.append(message["Body"])
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if not messages and not more:
                return found

    def put_back(self, queue: str) -> int:
        """Return how many messages a queue will show only later."""
        told = self._sqs.get_queue_attributes(
            QueueUrl=self._queues[queue], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
        )
        return int(told["Attributes"]["ApproximateNumberOfMessagesDelayed"])

    def upload(self, key: str, content: bytes) -> str:
        """Put a file in the ledger bucket and return its version."""
        return self._s3.put_object(Bucket=LEDGERS, Key=key, Body=content)["VersionId"]

    def documents(self) -> dict[str, bytes]:
        """Return all kept documents by key."""
        listed = self._s3.list_objects_v2(Bucket=DOCUMENTS).get("Contents", [])
        return {
            each["Key"]: self._s3.get_object(Bucket=DOCUMENTS, Key=each["Key"])["Body"].read()
            for each in listed
        }

    def spoil_document(self, key: str, content: bytes | None) -> None:
        """Put other bytes in the place of a document, or none at all."""
        if content is None:
            self._s3.delete_object(Bucket=DOCUMENTS, Key=key)
        else:
            self._s3.put_object(Bucket=DOCUMENTS, Key=key, Body=content)

    def mails(self) -> list[RawMessage]:
        """Return the messages that SES took."""
        backend = sesv2_backends[DEFAULT_ACCOUNT_ID][REGION].core_backend
        return [each for each in backend.sent_messages if isinstance(each, RawMessage)]

    def texts(self) -> list[tuple[str, str]]:
        """Return number and text of the messages that SNS took."""
        messages = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages
        return [(each[0], each[1]) for each in messages.values()]


def due_job(stage: Stage, queue: str = "email", *, customer: str = "C1") -> str:
    """Plan the night by its handler and return the job that it put on `queue`."""
    part = {"v": 1, "tenant": TENANT, "at": f"{NIGHT}T01:00:00Z", "after": None}
    plan_tenant(sqs_batch(json.dumps(part)), FakeLambdaContext())
    jobs = stage.waiting(queue)
    return next(job for job in jobs if SendJob.model_validate_json(job).customer == customer)
