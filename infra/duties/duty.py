"""What a function is told and what it may do, and what all of them are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from infra.constructs import grants
from infra.constructs.mail import Mail
from infra.constructs.storage import Storage
from infra.constructs.work_queue import WorkQueue
from infra.settings import StageSettings

CHANNELS = ("Email", "Sms", "Letter")
# Files of the buckets: all of a tenant's, what was sent, and what else is kept with it.
OF_TENANTS = "tenants/*"
SENT = "tenants/*/documents/*"
PROOFS = "tenants/*/documents/proofs/*"
INVOICES = "tenants/*/invoices/*"
LOGOS = "tenants/*/logo/*"
REFUSED = "tenants/*/imports/*"
UPLOADED = "tenants/*/uploads/*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One function's `environment` (names without the prefix) and grants.

    `with_pdf`: it draws pages. `calls_itself`: what it puts on a queue may come back to it more
    often than Lambda lets it, which would cut that as a runaway loop after 16 times.
    """

    environment: Mapping[str, str]
    may: Sequence[iam.PolicyStatement]
    with_pdf: bool = False
    calls_itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What functions work with; `work` are the queues by name."""

    settings: StageSettings
    storage: Storage
    work: Mapping[str, WorkQueue]
    mail: Mail

    def queue(self, name: str) -> sqs.IQueue:
        """Return one of the queues."""
        return self.work[name].queue

    def facts(self) -> list[iam.PolicyStatement]:
        """Allow to read and write the table by key."""
        table = self.storage.table
        return [grants.read_table(table), grants.write_table(table)]

    def channels_told(self) -> dict[str, str]:
        """Return where messages are put, by channel."""
        return {f"{name.upper()}_QUEUE": self.queue(name).queue_url for name in CHANNELS}

    def enqueue_on_channels(self) -> list[iam.PolicyStatement]:
        """Allow to put messages on every channel's queue, ten at a time."""
        return [
            grants.enqueue_batches(f"Enqueue{name}", self.queue(name), settings=self.settings)
            for name in CHANNELS
        ]
