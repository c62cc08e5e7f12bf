"""What `sync_ledger` is told and works with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3

from relance.runtime import parts
from relance.runtime.settings import Settings, load
from relance.store.queues import SqsJobs
from relance.store.registry import DynamoRegistry

if TYPE_CHECKING:
    from relance.app.ports.clock import Clock
    from relance.app.ports.events import Events
    from relance.app.ports.files import Files
    from relance.app.ports.jobs import Jobs
    from relance.app.ports.registry import Registry
    from relance.app.ports.tenant_store import TenantStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLedgerSettings(Settings):
    """`sync_ledger`: reads the ledger bucket, keeps refused rows in the documents bucket.

    A file whose turn has not come, or whose time ran out, goes back on the queue it came from.
    What became of it is told on the bus. `customers_at_once` are read and written side by side.
    """

    ledger_bucket: str
    documents_bucket: str
    uploads_queue: str
    event_bus: str
    customers_at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLedger:
    """What `sync_ledger` works with; `at_once` customers are in hand at a time."""

    registry: "Registry"
    store_for: "Callable[[str], TenantStore]"
    ledger_files_for: "Callable[[str], Files]"
    documents_for: "Callable[[str], Files]"
    jobs: "Jobs"
    events: "Events"
    clock: "Clock"
    at_once: int


@cache
def wired() -> SyncLedger:
    """Wire `sync_ledger`."""
    from relance.channels.events import EventBridge

    told = load(SyncLedgerSettings)
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
