"""What a newly read account changes in the stored one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from relance.domain.facts import Customer, Item
from relance.ledger.ledger import LedgerAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The customer as it is to be stored, and the items to put: only those that change.

    `created`, `changed` and `closed` are the ids of the items put; `closed` gives each its reason
    (`settled`: fully matched in the file; `absent`: a full snapshot no longer has it).
    `unchanged` counts the others of the account. `touches` says whether anything is to be
    stored at all.
    """

    customer: Customer
    put: tuple[Item, ...]
    created: tuple[str, ...]
    changed: tuple[str, ...]
    closed: Mapping[str, str]
    unchanged: int
    touches: bool


def unseen(account: LedgerAccount, items: Iterable[Item], *, on: date) -> tuple[str, ...]:
    """Return ids that the file has and the live items don't, worth looking up in the archive.

    These are open items (an archived one reopens, D33) and those paid recently (an archived one
    was thanked already, D34). Not needed for a customer that is not stored yet.
    """
    raise NotImplementedError


def reconcile(
    customer: Customer | None,
    items: Iterable[Item],
    account: LedgerAccount | None,
    *,
    on: date,
    import_id: str,
    first_sync: bool,
    closes_absent: bool,
    whole: bool,
    doubtful: bool,
    archived: Mapping[str, Item] | None = None,
) -> Reconciliation:
    """Compare one customer's stored account with the file's.

    `customer` and its live `items` are None and () for a new one; `account` is None when the file
    does not have the customer (not both None). `archived` are the archived items among `unseen`.
    `on` is the tenant day of the sync. `doubtful` marks the customer incomplete by `import_id`;
    a whole file that has it (or closes what is absent) clears the mark.
    """
    raise NotImplementedError
