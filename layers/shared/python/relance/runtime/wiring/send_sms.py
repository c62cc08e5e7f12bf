"""What `send_sms` is told and works with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3

from relance.runtime import parts
from relance.runtime.secrets import stored_key
from relance.runtime.settings import TellingSettings, load
from relance.store.queues import SqsJobs

if TYPE_CHECKING:
    from relance.app.opt_out_links import OptOutLinks
    from relance.app.ports.clock import Clock
    from relance.app.ports.files import Files
    from relance.app.ports.jobs import Jobs
    from relance.app.ports.tenant_store import TenantStore
    from relance.app.ports.texter import Texter


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSmsSettings(TellingSettings):
    """`send_sms`: keeps the text in the documents bucket.

    `opt_out_address` is what links to no more text messages begin with, `opt_out_secret` the name
    of the secret that they are signed with. What its provider does not take goes back on the queue
    it came from.
    """

    documents_bucket: str
    sms_queue: str
    opt_out_address: str
    opt_out_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSms:
    """What `send_sms` works with."""

    store_for: "Callable[[str], TenantStore]"
    documents_for: "Callable[[str], Files]"
    jobs: "Jobs"
    texter: "Texter"
    links: "OptOutLinks"
    clock: "Clock"


@cache
def wired() -> SendSms:
    """Wire `send_sms`: its SNS client makes one attempt a call."""
    from relance.app.opt_out_links import OptOutLinks
    from relance.channels.client_config import sending_config
    from relance.channels.sns import SnsTexter

    told = load(SendSmsSettings)
    sns = boto3.client("sns", config=sending_config())
    return SendSms(
        store_for=parts.stores(told),
        documents_for=parts.files(told.documents_bucket),
        jobs=SqsJobs(parts.sqs(), sms_queue=told.sms_queue),
        texter=SnsTexter(sns),
        links=OptOutLinks(address=told.opt_out_address, key=stored_key(told.opt_out_secret)),
        clock=parts.clock(told),
    )
