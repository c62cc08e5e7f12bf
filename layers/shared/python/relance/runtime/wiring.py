"""What each function works with, made on first use and kept while its process lives.

Nothing happens at import: a client is made when a function first asks for it. Only the function
that sends imports what sends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import boto3

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
from relance.runtime import parts, settings
from relance.runtime.secrets import stored_key
from relance.store.queues import SqsJobs
from relance.store.registry import DynamoRegistry

if TYPE_CHECKING:
    from urllib3 import PoolManager

    from relance.app.opt_out_links import OptOutLinks
    from relance.app.print_room import Print
    from relance.contracts.postal_account import MailevaAccount


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
    links: "OptOutLinks"
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
        registry=DynamoRegistry(parts.dynamodb(), told.table),
        jobs=SqsJobs(parts.sqs(), plan_queue=told.plan_queue),
    )


@cache
def plan_tenant() -> PlanTenant:
    """Wire `plan_tenant`."""
    told = settings.load(settings.PlanTenantSettings)
    return PlanTenant(
        store_for=parts.stores(told),
        jobs=parts.every_queue(told),
        most=told.plan_customers,
        clock=parts.clock(told),
    )


@cache
def send_email() -> SendEmail:
    """Wire `send_email`: its SES client makes one attempt a call."""
    from relance.channels.client_config import sending_config
    from relance.channels.ses import SesMailer

    told = settings.load(settings.SendEmailSettings)
    ses = boto3.client("sesv2", config=sending_config())
    return SendEmail(
        store_for=parts.stores(told),
        documents_for=parts.files(told.documents_bucket),
        jobs=SqsJobs(parts.sqs(), email_queue=told.email_queue),
        mailer=SesMailer(ses, told.ses_configuration_set),
        platform_sender=told.platform_sender,
        clock=parts.clock(told),
    )


@cache
def send_sms() -> SendSms:
    """Wire `send_sms`: its SNS client makes one attempt a call."""
    from relance.app.opt_out_links import OptOutLinks
    from relance.channels.client_config import sending_config
    from relance.channels.sns import SnsTexter

    told = settings.load(settings.SendSmsSettings)
    sns = boto3.client("sns", config=sending_config())
    return SendSms(
        store_for=parts.stores(told),
        documents_for=parts.files(told.documents_bucket),
        jobs=SqsJobs(parts.sqs(), sms_queue=told.sms_queue),
        texter=SnsTexter(sns),
        links=OptOutLinks(address=told.opt_out_address, key=stored_key(told.opt_out_secret)),
        clock=parts.clock(told),
    )


@cache
def render_letter() -> RenderLetter:
    """Wire `render_letter`."""
    told = settings.load(settings.RenderLetterSettings)
    return RenderLetter(
        store_for=parts.stores(told),
        documents_for=parts.files(told.documents_bucket),
        jobs=SqsJobs(parts.sqs(), letter_queue=told.letter_queue),
        clock=parts.clock(told),
        vault_for=parts.vaults(told.postal_key),
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
        registry=DynamoRegistry(parts.dynamodb(), told.table),
        store_for=parts.stores(told),
        ledger_files_for=parts.files(told.ledger_bucket),
        documents_for=parts.files(told.documents_bucket),
        jobs=SqsJobs(parts.sqs(), uploads_queue=told.uploads_queue),
        events=EventBridge(boto3.client("events"), told.event_bus),
        clock=parts.clock(told),
        at_once=told.customers_at_once,
    )


@cache
def record_feedback() -> RecordFeedback:
    """Wire `record_feedback`."""
    told = settings.load(settings.RecordFeedbackSettings)
    return RecordFeedback(
        registry=DynamoRegistry(parts.dynamodb(), told.table),
        store_for=parts.stores(told),
        documents_for=parts.files(told.documents_bucket),
        clock=parts.clock(told),
        post_of=_posts(told),
    )


def _posts(told: settings.PostalSettings) -> Callable[[str], Post | None]:
    """Return what tells who posts a tenant's letters, None when it does so itself.

    The client of an account is kept with its token, for as long as the account stays the same.
    """
    from relance.app.postal_account import who_posts

    store_for, vault_for = parts.stores(told), parts.vaults(told.postal_key)

    @lru_cache(maxsize=64)
    def post_for(account: "MailevaAccount") -> Post:
        from relance.channels.postal.maileva import maileva_post
        from relance.channels.postal.maileva_api import reached_at

        api = reached_at(told.postal_api, version=told.postal_version, sandboxed=account.sandbox)
        return maileva_post(account, pool=_postal_pool(), api=api)

    return lambda tenant: who_posts(
        store=store_for(tenant), vault=vault_for(tenant), post_for=post_for
    )


@cache
def _postal_pool() -> "PoolManager":
    from relance.channels.postal.exchange import new_pool

    return new_pool()
