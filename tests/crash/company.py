"""A stage on the failing cloud: companies with debtors, queues as the stack makes them, a clock."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
import time_machine

from relance.app.ports.tenant import Tenant
from relance.app.schedule import reschedule
from relance.app.sync import add_default_scenarios
from relance.channels.postal.vault import KmsVault
from relance.contracts.postal_account import dump
from relance.domain.customer import Address, Contact, Customer
from relance.domain.scenario import Channel, StepKey
from relance.runtime.parts import POSTAL_ACCOUNT
from relance.store.registry import DynamoRegistry
from relance.store.tenant import DynamoTenantStore
from tests.adapters.postal.samples import account
from tests.crash.cloud import PATIENCE, Cloud, running_cloud
from tests.crash.harm import Way
from tests.crash.lanes import access_key
from tests.fakes.table import create_table
from tests.fakes.world import invoice

REGION = "eu-west-3"
TABLE = "relance-test"
DOCUMENTS = "relance-test-documents"
SECRET = "relance-test-opt-out"
# A Monday on which nothing is closed, within the hours of text messages; what was due eight days
# before gets its first reminder.
START = datetime(2025, 3, 10, 9, tzinfo=UTC)
DUE = START.date() - timedelta(days=8)
# As the stack has it: seconds until a message that was not deleted is shown again, and how often it
# is shown before it goes to the dead letters.
VISIBLE_AGAIN = {"plan": 720, "email": 180, "sms": 180, "letter": 360}
RECEIVED_AT_MOST = 5


@dataclass(frozen=True)
class Message:
    """A message as a queue handed it out."""

    queue: str
    body: str
    receipt: str


class Clock:
    """The one clock, which stands between moves: queues live in this process, workers are told."""

    def __init__(self) -> None:
        self._traveller = time_machine.travel(START, tick=False)

    def start(self) -> None:
        self._traveller.start()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def move_to(self, when: datetime) -> None:
        """Move forward."""
        if when < self.now():
            raise ValueError("time goes forward only")
        self._traveller.stop()
        self._traveller = time_machine.travel(when, tick=False)
        self.start()

    def stop(self) -> None:
        self._traveller.stop()


class Stage:
    """Table, bucket, queues and clock."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.clock = Clock()
        self._session = boto3.Session(
            region_name=REGION, aws_access_key_id="TEST", aws_secret_access_key="test"
        )
        self._dynamodb = self._client("dynamodb")
        self._s3 = self._client("s3")
        self.sqs = self._client("sqs")
        create_table(self._dynamodb, TABLE)
        place: Any = {"LocationConstraint": REGION}
        self._s3.create_bucket(Bucket=DOCUMENTS, CreateBucketConfiguration=place)
        self._key = self._client("kms").create_key()["KeyMetadata"]["KeyId"]
        self._client("secretsmanager").create_secret(Name=SECRET, SecretString="made up " * 8)
        self.queues = {name: self._make_queue(name) for name in VISIBLE_AGAIN}

    def environment(self, lane: int) -> Mapping[str, str]:
        """Return what worker number `lane` is told; its calls can fail, one attempt each."""
        return {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": access_key(lane),
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": self.cloud.address,
            "AWS_ENDPOINT_URL_SESV2": self.cloud.ses.address,
            "AWS_MAX_ATTEMPTS": "1",
            "PATIENCE": str(PATIENCE),
            "RELANCE_STAGE": "test",
            "RELANCE_TABLE": TABLE,
            "RELANCE_DOCUMENTS_BUCKET": DOCUMENTS,
            "RELANCE_SES_CONFIGURATION_SET": "relance-test",
            "RELANCE_PLATFORM_SENDER": "relance@mail.example.com",
            "RELANCE_PLAN_CUSTOMERS": "100",
            "RELANCE_OPT_OUT_ADDRESS": "https://opt-out.example.com",
            "RELANCE_OPT_OUT_SECRET": SECRET,
            "RELANCE_POSTAL_KEY": self._key,
            "RELANCE_POSTAL_API": self.cloud.maileva.address,
            "RELANCE_POSTAL_VERSION": "v2",
            **{f"RELANCE_{name.upper()}_QUEUE": url for name, url in self.queues.items()},
        }

    def store(self, tenant: str) -> DynamoTenantStore:
        return DynamoTenantStore(self._dynamodb, TABLE, tenant)

    def sign_up(self, tenant: str, way: Way) -> None:
        """Give a company its record and scenarios whose first reminder goes this way."""
        DynamoRegistry(self._dynamodb, TABLE).add_tenant(
            Tenant(id=tenant, name="Atelier Bréhat", sender_email="compta@atelier.example.com")
        )
        store = self.store(tenant)
        add_default_scenarios(store)
        current = next(each for each in store.scenarios() if each.with_email)
        steps = tuple(
            replace(step, channel=Channel(way.channel)) if step.key is StepKey.R1 else step
            for step in current.steps
        )
        store.add_scenario_version(replace(current, version=current.version + 1, steps=steps))
        store.mark_applied(store.tenant().rules_version)  # nobody was there before them
        if way is Way.POST:
            kms = self._client("kms")
            vault = KmsVault(kms, self._key, tenant=tenant, purpose=POSTAL_ACCOUNT)
            store.save_postal_account(vault.seal(dump(account())), version=0)

    def add_debtor(self, tenant: str, number: int) -> str:
        """Store customer `number`, that owes one invoice since DUE; return its id."""
        store = self.store(tenant)
        customer = store.save_customer(
            Customer(
                id=f"C{number}",
                code=f"C{number}",
                name=f"Conserverie {number}",
                contacts=(
                    Contact(
                        id="c1",
                        name="Martine Duval",
                        email=address(number),
                        phone=phone(number),
                        main=True,
                    ),
                ),
                address=Address(lines=("17 rue du Port",), postal_code="29200", city="Brest"),
            )
        )
        item = invoice(customer.id, f"FA-{number}", due=DUE)
        store.apply_sync(customer, put=[item], import_id="test")
        reschedule(customer.id, store=store, on=DUE)
        return customer.id

    def shown(self, queue: str) -> list[Message]:
        """Take all messages that a queue shows now, each for as long as its visibility lasts."""
        found: list[Message] = []
        while messages := self.some_shown(queue, most=10):
            found += messages
        return found

    def some_shown(self, queue: str, *, most: int) -> list[Message]:
        """Take some of the messages that a queue shows now, 10 at most."""
        answer = self.sqs.receive_message(
            QueueUrl=self.queues[queue], MaxNumberOfMessages=most, WaitTimeSeconds=0
        )
        found = answer.get("Messages", [])
        return [Message(queue, each["Body"], each["ReceiptHandle"]) for each in found]

    def done(self, message: Message) -> None:
        """Delete a message, as Lambda does when its function succeeded."""
        self.sqs.delete_message(QueueUrl=self.queues[message.queue], ReceiptHandle=message.receipt)

    def dead_letters(self) -> int:
        return sum(self._count(f"{url}-dead") for url in self.queues.values())

    def document(self, key: str) -> bytes:
        """Return a kept document."""
        kept: bytes = self._s3.get_object(Bucket=DOCUMENTS, Key=key)["Body"].read()
        return kept

    def _client(self, service: Any) -> Any:
        door = self.cloud.door
        address = door.address if service == "sqs" else f"http://{door.upstream}"
        return self._session.client(service, endpoint_url=address)

    def wake_the_proxy(self) -> None:
        """Ask once for each service: the proxy reads what describes it, which takes seconds."""
        through = partial(self._session.client, endpoint_url=self.cloud.address)
        through("dynamodb").list_tables()
        through("s3").list_buckets()
        through("sqs").list_queues()
        through("sns").list_topics()
        through("secretsmanager").list_secrets()
        through("kms").list_keys()

    def _make_queue(self, name: str) -> str:
        dead: str = self.sqs.create_queue(QueueName=f"relance-{name}-dead")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        redrive = {
            "deadLetterTargetArn": arn["Attributes"]["QueueArn"],
            "maxReceiveCount": RECEIVED_AT_MOST,
        }
        made: str = self.sqs.create_queue(
            QueueName=f"relance-{name}",
            Attributes={
                "VisibilityTimeout": str(VISIBLE_AGAIN[name]),
                "RedrivePolicy": json.dumps(redrive),
            },
        )["QueueUrl"]
        return made

    def _count(self, url: str) -> int:
        names: Any = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(told[name]) for name in names)


def address(number: int) -> str:
    """Return the e-mail address of customer `number`."""
    return f"c{number}@example.com"


def phone(number: int) -> str:
    """Return the mobile number of customer `number`."""
    return f"+3361{number:07d}"


@contextmanager
def running_stage() -> Iterator[Stage]:
    """Run a stage for the length of a test."""
    with running_cloud() as cloud:
        stage = Stage(cloud)
        stage.wake_the_proxy()
        stage.clock.start()
        try:
            yield stage
        finally:
            stage.clock.stop()
