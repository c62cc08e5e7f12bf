"""What `record_feedback` is told and works with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from relance.runtime import parts
from relance.runtime.settings import load
from relance.runtime.wiring.post import PostalSettings, posts
from relance.store.registry import DynamoRegistry

if TYPE_CHECKING:
    from relance.app.ports.clock import Clock
    from relance.app.ports.files import Files
    from relance.app.ports.post import Post
    from relance.app.ports.registry import Registry
    from relance.app.ports.tenant_store import TenantStore


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFeedbackSettings(PostalSettings):
    """`record_feedback`: keeps the post's proofs in the documents bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFeedback:
    """What `record_feedback` works with."""

    registry: "Registry"
    store_for: "Callable[[str], TenantStore]"
    documents_for: "Callable[[str], Files]"
    clock: "Clock"
    post_of: "Callable[[str], Post | None]"


@cache
def wired() -> RecordFeedback:
    """Wire `record_feedback`."""
    told = load(RecordFeedbackSettings)
    return RecordFeedback(
        registry=DynamoRegistry(parts.dynamodb(), told.table),
        store_for=parts.stores(told),
        documents_for=parts.files(told.documents_bucket),
        clock=parts.clock(told),
        post_of=posts(told),
    )
