"""Parts that several functions are wired with: clients, and what is bound to a tenant.

Nothing happens at import: a client is made when it is first asked for, and kept.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

import boto3

from relance.runtime.clock import StoredClock, SystemClock
from relance.runtime.settings import QueueSettings, Settings, TellingSettings
from relance.runtime.telling import teller
from relance.store.queues import SqsJobs
from relance.store.s3 import S3Files
from relance.store.tenant import DynamoTenantStore
from relance.store.told import ToldStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from relance.app.ports.clock import Clock
    from relance.app.ports.files import Files
    from relance.app.ports.jobs import Jobs
    from relance.app.ports.tenant_store import TenantStore
    from relance.app.ports.vault import Vault
    from relance.channels.postal.vault import Kms

# What the key's encryption context names beside the tenant; grants name it, too.
POSTAL_ACCOUNT = "postal-account"


def queues(told: QueueSettings, *, feedback_queue: str = "", uploads_queue: str = "") -> "Jobs":
    """Return the queues of whoever plans or approves, and those that only the API has."""
    return SqsJobs(
        sqs(),
        plan_queue=told.plan_queue,
        email_queue=told.email_queue,
        sms_queue=told.sms_queue,
        letter_queue=told.letter_queue,
        feedback_queue=feedback_queue,
        uploads_queue=uploads_queue,
    )


def vaults(key: str) -> "Callable[[str], Vault]":
    """Return what makes each tenant's vault; KMS is asked when something is sealed or opened."""

    def vault_for(tenant: str) -> "Vault":
        from relance.channels.postal.vault import KmsVault

        return KmsVault(kms(), key, tenant=tenant, purpose=POSTAL_ACCOUNT)

    return vault_for


def stores(told: Settings) -> "Callable[[str], TenantStore]":
    """Return what makes the store of each tenant, which tells what it wrote where it is to."""
    return lambda tenant: store(dynamodb(), told, tenant)


def store(client: "DynamoDBClient", told: Settings, tenant: str) -> "TenantStore":
    """Return a tenant's store on a client; it tells what it wrote on the bus that is named."""
    bus = told.event_bus if isinstance(told, TellingSettings) else None
    if bus is None:
        return DynamoTenantStore(client, told.table, tenant)
    return ToldStore(client, told.table, tenant, tell=teller(bus))


def files(bucket: str) -> "Callable[[str], Files]":
    """Return what makes each tenant's view of a bucket."""
    return partial(S3Files, s3(), bucket)


def clock(told: Settings) -> "Clock":
    """Return the one clock (D1): the system's, or the local stage's stored one."""
    if told.clock_parameter is None:
        return SystemClock()
    return StoredClock(boto3.client("ssm"), told.clock_parameter)


@cache
def dynamodb() -> "DynamoDBClient":
    """The table's client."""
    return boto3.client("dynamodb")


@cache
def s3() -> "S3Client":
    """The buckets' client."""
    return boto3.client("s3")


@cache
def kms() -> "Kms":
    """The client of the key of postal accounts."""
    client: Kms = boto3.client("kms")
    return client


@cache
def sqs() -> "SQSClient":
    """The queues' client."""
    return boto3.client("sqs")
