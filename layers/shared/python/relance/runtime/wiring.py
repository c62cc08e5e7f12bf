"""What each function works with, made on first use and kept while its process lives.

Nothing happens at import: a client is made when a function first asks for it. Only the function
that sends imports what sends.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

import boto3

from relance.app.access import Tokens
from relance.app.dependencies import ApiDependencies
from relance.app.idempotency import Answers
from relance.app.limits import Limits
from relance.app.opt_out import OptOutLinks
from relance.app.ports import (
    Clock,
    Events,
    Files,
    Jobs,
    Mailer,
    Post,
    Registry,
    TenantStore,
    Texter,
    Vault,
)
from relance.channels.cognito import CognitoDirectory, CognitoTokens, PoolKeys
from relance.runtime import settings
from relance.runtime.clock import StoredClock, SystemClock
from relance.runtime.secrets import stored_key
from relance.runtime.settings import Settings
from relance.store.access import DynamoAccess, DynamoTenantAccess
from relance.store.confined import ConfinedClients
from relance.store.queues import SqsJobs
from relance.store.registry import DynamoRegistry
from relance.store.requests import DynamoRequests, member_answers, visitor_answers
from relance.store.s3 import S3Files
from relance.store.tenant import DynamoTenantStore

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef
    from urllib3 import PoolManager

    from relance.app.print_room import Print
    from relance.channels.postal.vault import Kms
    from relance.contracts.postal_account import MailevaAccount

# What the key's encryption context names beside the tenant; grants name it, too.
POSTAL_ACCOUNT = "postal-account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """What `planner` works with."""

    registry: Registry
    jobs: Jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTenant:
    """What `plan_tenant` works with; `most` bounds the customers of one part."""

    store_for: Callable[[str], TenantStore]
    jobs: Jobs
    most: int
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEmail:
    """What `send_email` works with."""

    store_for: Callable[[str], TenantStore]
    documents_for: Callable[[str], Files]
    jobs: Jobs
    mailer: Mailer
    platform_sender: str
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSms:
    """What `send_sms` works with."""

    store_for: Callable[[str], TenantStore]
    documents_for: Callable[[str], Files]
    jobs: Jobs
    texter: Texter
    links: OptOutLinks
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderLetter:
    """What `render_letter` works with; `post_of` returns who posts a tenant's letters."""

    store_for: Callable[[str], TenantStore]
    documents_for: Callable[[str], Files]
    jobs: Jobs
    clock: Clock
    vault_for: Callable[[str], Vault]
    post_of: Callable[[str], Post | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLedger:
    """What `sync_ledger` works with; `at_once` customers are in hand at a time."""

    registry: Registry
    store_for: Callable[[str], TenantStore]
    ledger_files_for: Callable[[str], Files]
    documents_for: Callable[[str], Files]
    jobs: Jobs
    events: Events
    clock: Clock
    at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFeedback:
    """What `record_feedback` works with."""

    registry: Registry
    store_for: Callable[[str], TenantStore]
    documents_for: Callable[[str], Files]
    clock: Clock
    post_of: Callable[[str], Post | None]


@cache
def planner() -> Planner:
    """Wire `planner`."""
    told = settings.load(settings.PlannerSettings)
    return Planner(
        registry=DynamoRegistry(_dynamodb(), told.table),
        jobs=SqsJobs(_sqs(), plan_queue=told.plan_queue),
    )


@cache
def plan_tenant() -> PlanTenant:
    """Wire `plan_tenant`."""
    told = settings.load(settings.PlanTenantSettings)
    return PlanTenant(
        store_for=_stores(told),
        jobs=_every_queue(told),
        most=told.plan_customers,
        clock=_clock(told),
    )


@cache
def send_email() -> SendEmail:
    """Wire `send_email`: its SES client makes one attempt a call."""
    from relance.channels.client_config import sending_config
    from relance.channels.ses import SesMailer

    told = settings.load(settings.SendEmailSettings)
    ses = boto3.client("sesv2", config=sending_config())
    return SendEmail(
        store_for=_stores(told),
        documents_for=_files(told.documents_bucket),
        jobs=SqsJobs(_sqs(), email_queue=told.email_queue),
        mailer=SesMailer(ses, told.ses_configuration_set),
        platform_sender=told.platform_sender,
        clock=_clock(told),
    )


@cache
def send_sms() -> SendSms:
    """Wire `send_sms`: its SNS client makes one attempt a call."""
    from relance.channels.client_config import sending_config
    from relance.channels.sns import SnsTexter

    told = settings.load(settings.SendSmsSettings)
    sns = boto3.client("sns", config=sending_config())
    return SendSms(
        store_for=_stores(told),
        documents_for=_files(told.documents_bucket),
        jobs=SqsJobs(_sqs(), sms_queue=told.sms_queue),
        texter=SnsTexter(sns),
        links=OptOutLinks(address=told.opt_out_address, key=stored_key(told.opt_out_secret)),
        clock=_clock(told),
    )


@cache
def render_letter() -> RenderLetter:
    """Wire `render_letter`."""
    told = settings.load(settings.RenderLetterSettings)
    return RenderLetter(
        store_for=_stores(told),
        documents_for=_files(told.documents_bucket),
        jobs=SqsJobs(_sqs(), letter_queue=told.letter_queue),
        clock=_clock(told),
        vault_for=_vaults(told.postal_key),
        post_of=_posts(told),
    )


def printer() -> "Print":
    """Return what puts a day's letters together; its PDF engine is loaded only for that."""
    from relance.channels.postal.print_room import print_batch

    return print_batch


@cache
def sync_ledger() -> SyncLedger:
    """Wire `sync_ledger`."""
    from relance.channels.events import EventBridge

    told = settings.load(settings.SyncLedgerSettings)
    return SyncLedger(
        registry=DynamoRegistry(_dynamodb(), told.table),
        store_for=_stores(told),
        ledger_files_for=_files(told.ledger_bucket),
        documents_for=_files(told.documents_bucket),
        jobs=SqsJobs(_sqs(), uploads_queue=told.uploads_queue),
        events=EventBridge(boto3.client("events"), told.event_bus),
        clock=_clock(told),
        at_once=told.customers_at_once,
    )


@cache
def record_feedback() -> RecordFeedback:
    """Wire `record_feedback`."""
    told = settings.load(settings.RecordFeedbackSettings)
    return RecordFeedback(
        registry=DynamoRegistry(_dynamodb(), told.table),
        store_for=_stores(told),
        documents_for=_files(told.documents_bucket),
        clock=_clock(told),
        post_of=_posts(told),
    )


@cache
def api() -> ApiDependencies:
    """Wire `api`."""
    told = settings.load(settings.ApiSettings)
    confined = _confined(told)
    return ApiDependencies(
        access=DynamoAccess(_dynamodb(), told.table, sign_up_client=confined.for_sign_up),
        access_for=partial(DynamoTenantAccess, _dynamodb(), told.table),
        tokens=_tokens(told),
        directory=CognitoDirectory(_users),
        answers_for=_answers(told, confined),
        counter_for=lambda tenant: DynamoRequests(confined.of(tenant), told.table, tenant),
        limits=Limits(
            {
                "reads": told.reads_a_minute,
                "writes": told.writes_a_minute,
                "heavy": told.heavy_a_minute,
            }
        ),
        store_for=lambda tenant: DynamoTenantStore(confined.of(tenant), told.table, tenant),
        ledger_files_for=_files(told.ledger_bucket),
        documents_for=_files(told.documents_bucket),
        jobs=_every_queue(told),
        clock=_clock(told),
        wall=SystemClock(),
        opt_out_key=partial(stored_key, told.opt_out_secret),
        vault_for=_vaults(told.postal_key),
    )


def _every_queue(told: settings.PlanTenantSettings | settings.ApiSettings) -> Jobs:
    return SqsJobs(
        _sqs(),
        plan_queue=told.plan_queue,
        email_queue=told.email_queue,
        sms_queue=told.sms_queue,
        letter_queue=told.letter_queue,
        feedback_queue=told.feedback_queue if isinstance(told, settings.ApiSettings) else "",
        uploads_queue=told.uploads_queue if isinstance(told, settings.ApiSettings) else "",
    )


def _vaults(key: str) -> Callable[[str], Vault]:
    """Return what makes each tenant's vault; KMS is asked when something is sealed or opened."""

    def vault_for(tenant: str) -> Vault:
        from relance.channels.postal.vault import KmsVault

        return KmsVault(_kms(), key, tenant=tenant, purpose=POSTAL_ACCOUNT)

    return vault_for


def _posts(told: settings.PostalSettings) -> Callable[[str], Post | None]:
    """Return what tells who posts a tenant's letters, None when it does so itself.

    The client of an account is kept with its token, for as long as the account stays the same.
    """
    from relance.app.postal_account import who_posts

    store_for, vault_for = _stores(told), _vaults(told.postal_key)

    @lru_cache(maxsize=64)
    def post_for(account: "MailevaAccount") -> Post:
        from relance.channels.postal.maileva import maileva_post
        from relance.channels.postal.maileva_api import reached_at

        api = reached_at(told.postal_api, version=told.postal_version, sandboxed=account.sandbox)
        return maileva_post(account, pool=_postal_pool(), api=api)

    return lambda tenant: who_posts(
        store=store_for(tenant), vault=vault_for(tenant), post_for=post_for
    )


def _stores(told: Settings) -> Callable[[str], TenantStore]:
    return partial(DynamoTenantStore, _dynamodb(), told.table)


def _files(bucket: str) -> Callable[[str], Files]:
    return partial(S3Files, _s3(), bucket)


def _confined(told: settings.ApiSettings) -> ConfinedClients:
    """Return what makes clients that reach one tenant's records only."""

    def client_for(given: "CredentialsTypeDef") -> "DynamoDBClient":
        return boto3.client(
            "dynamodb",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    return ConfinedClients(
        sts=_sts,
        client_for=client_for,
        role=told.tenant_role,
        table_arn=told.table_arn,
        clock=SystemClock(),
    )


def _answers(
    told: settings.ApiSettings, confined: ConfinedClients
) -> Callable[[str | None, str], Answers]:
    def answers_for(tenant: str | None, subject: str) -> Answers:
        if tenant is None:
            return visitor_answers(_dynamodb(), told.table, subject)
        return member_answers(confined.of(tenant), told.table, tenant, subject)

    return answers_for


def _tokens(told: settings.ApiSettings) -> Tokens:
    """Return what checks the access tokens of the user pool, whose keys are public.

    The local engine's tokens are issued in the name of the real address, and its keys lie here.
    """
    address = told.token_issuer
    if told.stage == "local":
        address = f"{os.environ['AWS_ENDPOINT_URL']}/{address.rpartition('/')[2]}"

    def fetch() -> bytes:
        from relance.channels.jwks import fetch_jwks

        return fetch_jwks(f"{address}/.well-known/jwks.json")

    return CognitoTokens(PoolKeys(fetch), issuer=told.token_issuer, client=told.user_pool_client)


def _clock(told: Settings) -> Clock:
    if told.clock_parameter is None:
        return SystemClock()
    return StoredClock(boto3.client("ssm"), told.clock_parameter)


@cache
def _dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb")


@cache
def _sts() -> "STSClient":
    return boto3.client("sts")


@cache
def _users() -> "CognitoIdentityProviderClient":
    return boto3.client("cognito-idp")


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


@cache
def _kms() -> "Kms":
    client: Kms = boto3.client("kms")
    return client


@cache
def _postal_pool() -> "PoolManager":
    from relance.channels.postal.exchange import new_pool

    return new_pool()


@cache
def _sqs() -> "SQSClient":
    return boto3.client("sqs")
