"""What a ledger file says, whatever its format."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from relance.domain.items import Item
from relance.ledger.issues import RefusedRow, RowIssue

_FORMATS = {"fec": "FEC", "open_items": "open items"}
_SEPARATORS = {"\t": "tab", "|": "pipe", ";": "semicolon", ",": "comma"}
_DECIMALS = {",": "decimal comma", ".": "decimal point"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAccount:
    """One customer's account as the file has it.

    `items` hold their final residuals, the settled ones included; what only our side knows
    (`seen_on`, `first_sync`, `settled_on`) is left empty. `balances` are signed minor units per
    currency, summed from the rows; the items' balances add up to them exactly. `email` is set
    only when the file has such a column. `unbalanced` are the letters of groups that say they are
    fully matched and don't add up to nothing.
    """

    code: str
    name: str
    items: tuple[Item, ...]
    balances: Mapping[str, int]
    email: str | None = None
    unbalanced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """An account of the file that is no debtor's, left out by rule; its rows and its balances."""

    account: str
    name: str
    rows: int
    balances: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A whole file, read.

    `format` is `fec` or `open_items`; `mapping` the name of the column mapping used. `accounts`
    are by customer code. `read` and `refused` count rows; `issues` list the first refusals.
    `snapshot` says that the file lists every open item, so that absence means closed; `whole`
    that no row was refused and nothing looks cut; `cut` that its end is missing; `correction` that
    it has corrected rows of another file. `doubtful` are the
    codes of customers whose account may be known only in part, some perhaps without an entry in
    `accounts`.

    `separator`, `encoding` and `decimal` (the mark before the decimals, '' when no amount has one)
    are how the file is written, `dates` which of day and month comes first where that can be told;
    none of it makes a ledger another. `header` are its titles;
    `refused_rows` the refused rows as they stand in it, the first ones if there are too many to
    keep (`refused` counts them all). `excluded` are accounts left out because they are no debtors';
    what they hold is in no customer's account.
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
    cut: bool = False
    correction: bool = False
    doubtful: frozenset[str] = field(default_factory=frozenset)
    separator: str = field(default="", compare=False)
    encoding: str = field(default="", compare=False)
    decimal: str = field(default="", compare=False)
    dates: str = field(default="", compare=False)
    header: tuple[str, ...] = field(default=(), compare=False)
    refused_rows: tuple[RefusedRow, ...] = ()
    excluded: tuple[Excluded, ...] = ()

    @property
    def closes_absent(self) -> bool:
        """Whether an item that the file does not have is to be closed."""
        return self.snapshot and self.whole

    @property
    def totals(self) -> dict[str, int]:
        """The file's balance per currency, in minor units: of all accounts and those left out."""
        sums: Counter[str] = Counter()
        for one in self.accounts.values():
            sums.update(one.balances)
        for left_out in self.excluded:
            sums.update(left_out.balances)
        return dict(sums)

    @property
    def read_as(self) -> str:
        """How the file was read, in words: "FEC, tab, UTF-8, decimal comma"."""
        words = (
            _FORMATS.get(self.format, self.format),
            _SEPARATORS.get(self.separator, self.separator),
            self.encoding.upper(),
            _DECIMALS.get(self.decimal, self.decimal),
            self.dates,
        )
        return ", ".join(word for word in words if word)
