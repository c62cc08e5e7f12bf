"""What `send_email` is told and works with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3

from relance.runtime import parts
from relance.runtime.settings import TellingSettings, load
from relance.store.queues import SqsJobs

if TYPE_CHECKING:
    from relance.app.ports.clock import Clock
    from relance.app.ports.files import Files
    from relance.app.ports.jobs import Jobs
    from relance.app.ports.mail import Mailer
    from relance.app.ports.tenant_store import TenantStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEmailSettings(TellingSettings):
    """`send_email`: the platform's sender serves tenants without an identity of their own (M2).

    What its provider does not take goes back on the queue it came from.
    """

    documents_bucket: str
    email_queue: str
    ses_configuration_set: str
    platform_sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEmail:
    """What `send_email` works with."""

    store_for: "Callable[[str], TenantStore]"
    documents_for: "Callable[[str], Files]"
    jobs: "Jobs"
    mailer: "Mailer"
    platform_sender: str
    clock: "Clock"


@cache
def wired() -> SendEmail:
    """Wire `send_email`: its SES client makes one attempt a call."""
    from relance.channels.client_config import sending_config
    from relance.channels.ses import SesMailer

    told = load(SendEmailSettings)
    ses = boto3.client("sesv2", config=sending_config())
    return SendEmail(
        store_for=parts.stores(told),
        documents_for=parts.files(told.documents_bucket),
        jobs=SqsJobs(parts.sqs(), email_queue=told.email_queue),
        mailer=SesMailer(ses, told.ses_configuration_set),
        platform_sender=told.platform_sender,
        clock=parts.clock(told),
    )
