"""The deployed local stage: its outputs, AWS clients and HTTP API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import httpx

from relance.cli import engine
from relance.cli.clients import client_options
from relance.cli.deploy import deployed
from relance.cli.errors import CommandError
from relance.cli.instance import Instance
from relance.store.registry import DynamoRegistry
from relance.store.tenant import DynamoTenantStore

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

NOT_UP = "The local stage is not up. Type: make run"
# Each queue's worker, in the direction in which work flows.
WORKERS = {
    "Uploads": "sync_ledger",
    "Plan": "plan_tenant",
    "Email": "send_email",
    "Sms": "send_sms",
    "Letter": "render_letter",
    "Feedback": "record_feedback",
}
WORK_QUEUES = tuple(WORKERS)
_HTTP_SECONDS = 60


# Without slots: cached_property keeps the clients in the instance's dictionary.
@dataclass(frozen=True, kw_only=True)
class LocalStack:
    """A stack on a running local AWS, as deployed: `outputs` are the stack's."""

    instance: Instance
    outputs: Mapping[str, str]

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """The table's client."""
        return boto3.client("dynamodb", **client_options(self.instance))

    @cached_property
    def s3(self) -> "S3Client":
        """The buckets' client."""
        return boto3.client("s3", **client_options(self.instance))

    @cached_property
    def sqs(self) -> "SQSClient":
        """The queues' client."""
        return boto3.client("sqs", **client_options(self.instance))

    @cached_property
    def ssm(self) -> "SSMClient":
        """The client of the stored clock."""
        return boto3.client("ssm", **client_options(self.instance))

    @cached_property
    def ses(self) -> "SESV2Client":
        """The client of sending identities."""
        return boto3.client("sesv2", **client_options(self.instance))

    @cached_property
    def functions(self) -> "LambdaClient":
        """The client that invokes functions."""
        return boto3.client("lambda", **client_options(self.instance))

    @cached_property
    def users(self) -> "CognitoIdentityProviderClient":
        """The client of the user pool."""
        return boto3.client("cognito-idp", **client_options(self.instance))

    @property
    def api_address(self) -> str:
        """The API's address as curl and browsers take it, without a final slash."""
        return self.output("ApiUrl").rstrip("/")

    def output(self, name: str) -> str:
        """Return an output of the stack; CommandError when it has none of that name."""
        try:
            return self.outputs[name]
        except KeyError:
            raise CommandError(
                f"The deployed stack has no output {name}. Type: make run, to deploy it again"
            ) from None

    def queue(self, name: str, *, dead_letters: bool = False) -> str:
        """Return the address of a queue (Plan, Email, …) or of its dead-letter queue."""
        return self.output(f"{name}{'DeadLetter' if dead_letters else ''}QueueUrl")

    def http(self, *, token: str | None = None) -> httpx.Client:
        """Return a client of the HTTP API, signed in when a token is given.

        Not every resolver knows names under `.localhost`, so it calls the loopback address and
        names the API in the Host header.
        """
        headers = {"Host": urlsplit(self.api_address).netloc}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return httpx.Client(
            base_url=self.instance.endpoint,
            headers=headers,
            timeout=_HTTP_SECONDS,
            trust_env=False,
        )

    def waits_for_the_day(self, day: date) -> bool:
        """Tell whether a customer is to be looked at again in the course of `day`."""
        table = self.output("TableName")
        tenants = DynamoRegistry(self.dynamodb, table).tenant_ids()
        return any(
            DynamoTenantStore(self.dynamodb, table, tenant)
            .customers_due_at(day, time.max, limit=1)
            .entries
            for tenant in tenants
        )

    def waiting(self, name: str, *, dead_letters: bool = False) -> int:
        """Return how many messages a queue holds: waiting, delayed or being worked on.

        What the uploads' queue holds back for later, minutes or hours, is no work of now.
        """
        attributes = self.sqs.get_queue_attributes(
            QueueUrl=self.queue(name, dead_letters=dead_letters), AttributeNames=["All"]
        )["Attributes"]
        counts = {
            key: int(count)
            for key, count in attributes.items()
            if key.startswith("ApproximateNumber")
        }
        if name.casefold() == "uploads":
            counts.pop("ApproximateNumberOfMessagesDelayed", None)
        return sum(counts.values())


def running_stack(instance: Instance) -> LocalStack:
    """Return the deployed stack of an instance; CommandError when it isn't up."""
    last = deployed(instance)
    if last is None or not engine.is_up(instance):
        raise CommandError(NOT_UP)
    return LocalStack(instance=instance, outputs=last.outputs)
