"""What a ledger file says, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from relance.domain.facts import Item
from relance.ledger.issues import RowIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAccount:
    """One customer's account as the file has it.

    `items` hold their final residuals, the settled ones included; what only our side knows
    (`seen_on`, `first_sync`, `settled_on`) is left empty. `balances` are signed minor units per
    currency, summed from the rows; the items' balances add up to them exactly. `email` is set
    only when the file has such a column.
    """

    code: str
    name: str
    items: tuple[Item, ...]
    balances: Mapping[str, int]
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A whole file, read.

    `format` is `fec` or `open_items`; `mapping` the name of the column mapping used. `accounts`
    are by customer code. `read` and `refused` count rows; `issues` list the first refusals.
    `snapshot` says that the file lists every open item, so that absence means closed; `whole`
    that no row was refused and nothing looks cut. `doubtful` are the codes of customers whose
    account may be known only in part, some perhaps without an entry in `accounts`.
    """

    format: str
    accounts: Mapping[str, LedgerAccount]
    read: int
    refused: int
    mapping: str | None = None
    issues: tuple[RowIssue, ...] = ()
    warnings: tuple[str, ...] = ()
    snapshot: bool = True
    whole: bool = True
    doubtful: frozenset[str] = field(default_factory=frozenset)

    @property
    def closes_absent(self) -> bool:
        """Whether an item that the file does not have is to be closed."""
        return self.snapshot and self.whole
