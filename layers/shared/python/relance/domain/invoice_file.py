"""What became of an invoice's PDF that was sent by its number (M3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class InvoiceFileState(StrEnum):
    """Where a file stands. Only one that waits is looked at again, after each ledger."""

    LINKED = "linked"
    WAITING = "waiting"  # no live invoice has its number yet
    AMBIGUOUS = "ambiguous"  # several customers' invoices have it, or several numbers look like it
    REFUSED = "refused"  # it is no PDF, or too large


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFile:
    """A file by the number in its name; another of that number takes its place.

    `id` is the number as it is compared, `name` as it was sent. `key` and `version` say where it
    lies in the ledger bucket, `arrived_at` (aware) when it came. `items` are the invoices it goes
    with, or could; `reason` says why it goes with none.
    """

    id: str
    name: str
    key: str
    version: str | None
    arrived_at: datetime
    state: InvoiceFileState
    items: tuple[str, ...] = ()
    reason: str = ""
