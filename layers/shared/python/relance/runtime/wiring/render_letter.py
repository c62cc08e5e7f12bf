"""What `render_letter` is told and works with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from relance.runtime import parts
from relance.runtime.settings import load
from relance.runtime.wiring.post import PostalSettings, posts
from relance.store.queues import SqsJobs

if TYPE_CHECKING:
    from relance.app.ports.clock import Clock
    from relance.app.ports.files import Files
    from relance.app.ports.jobs import Jobs
    from relance.app.ports.post import Post
    from relance.app.ports.tenant_store import TenantStore
    from relance.app.ports.vault import Vault
    from relance.app.print_room import Print


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderLetterSettings(PostalSettings):
    """`render_letter`: keeps the PDF in the documents bucket, and has it posted.

    What its provider does not take goes back on the queue it came from.
    """

    letter_queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderLetter:
    """What `render_letter` works with; `post_of` returns who posts a tenant's letters."""

    store_for: "Callable[[str], TenantStore]"
    documents_for: "Callable[[str], Files]"
    jobs: "Jobs"
    clock: "Clock"
    vault_for: "Callable[[str], Vault]"
    post_of: "Callable[[str], Post | None]"


@cache
def wired() -> RenderLetter:
    """Wire `render_letter`."""
    told = load(RenderLetterSettings)
    return RenderLetter(
        store_for=parts.stores(told),
        documents_for=parts.files(told.documents_bucket),
        jobs=SqsJobs(parts.sqs(), letter_queue=told.letter_queue),
        clock=parts.clock(told),
        vault_for=parts.vaults(told.postal_key),
        post_of=posts(told),
    )


def printer() -> "Print":
    """Return what puts a day's letters together; its PDF engine is loaded only for that."""
    from relance.channels.postal.print_room import print_batch

    return print_batch
