"""What the rows of an FEC add up to: accounting entries, and the lines of customers' accounts.

Most of a million rows are nobody's account: of these only a number an entry is kept.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from relance.ledger.values import clean

type EntryName = str | tuple[str, str]
"""An entry's number within its journal; its date and reference where it has none."""

type Journal = dict[EntryName, int]
"""What is known of each entry: its balance in minor units times 256, plus its marks.

One that balances is a small number, of which Python keeps one copy for all.
"""

type Line = tuple[str, EntryName, int, date, date | None, str, str, str, str]
"""A row of a customer's account, before its entry is known whole: journal, entry, signed amount,
date of issue, due date, reference, number, label, letter."""

# What an entry touches, and what makes its balance prove nothing: a row of it was refused, or has
# a field too many.
SALE, MONEY, CAPITAL, LOSS, UNSURE, WIDE = (1 << bit for bit in range(6))
MARKS = 8
_ALL_MARKS = (1 << MARKS) - 1

# Bad debts, discounts and rounding: they settle a debt without a payment.
_LOSSES = ("65", "66", "67", "758", "768", "778")
_TOUCHES = {"1": CAPITAL, "5": MONEY, "7": SALE}


def touches(account: str) -> int:
    """Return the mark of the entries that touch this general account."""
    return LOSS if account.startswith(_LOSSES) else _TOUCHES.get(account[:1], 0)


def add(journal: Journal, entry: EntryName, signed: int, marks: int) -> None:
    """Book a row: debit less credit in minor units, and what it makes known of its entry."""
    journal[entry] = (journal.get(entry, 0) + (signed << MARKS)) | marks


def balance_of(state: int) -> int:
    """Return an entry's debit less credit."""
    return state >> MARKS


def marks_of(state: int) -> int:
    """Return what is known of an entry."""
    return state & _ALL_MARKS


@dataclass(slots=True)
class CustomerAccount:
    """One general and auxiliary account of a customer: its lines, and the names rows give it."""

    general: str
    auxiliary: str
    code: str
    lines: list[Line] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The account within which letters match."""
        return f"{self.general}/{self.auxiliary}"

    @property
    def balance(self) -> int:
        """Debit less credit of its lines."""
        return sum(signed for _, _, signed, *_ in self.lines)

    @property
    def collective(self) -> bool:
        """Whether it looks like an account of many customers whose auxiliary account is missing."""
        number = self.code
        return not self.auxiliary and number.endswith("00") and len(number.rstrip("0")) <= 4


class _Journals(dict[str, Journal]):
    """Journals as a file spells them, padded or not."""

    def __missing__(self, spelling: str) -> Journal:
        name = spelling.strip()
        found = self[spelling] = {} if name == spelling else self[name]
        return found


class Books:
    """Everything that was booked. Names may come padded; each is trimmed once, when it is new."""

    def __init__(self) -> None:
        self.journals = _Journals()
        self._accounts: dict[str, dict[str, CustomerAccount]] = {}

    def journal(self, spelling: str) -> Journal:
        """Return the journal of this name."""
        return self.journals[spelling]

    def auxiliaries(self, general: str) -> dict[str, CustomerAccount]:
        """Return the accounts under a customers' general account, by their auxiliary one."""
        return self._accounts.setdefault(general.strip(), {})

    def account(self, general: str, auxiliary: str) -> CustomerAccount:
        """Return a customer's account, made when it is new."""
        under, trimmed = self.auxiliaries(general), auxiliary.strip()
        found = under.get(trimmed)
        if found is None:
            number = general.strip()
            found = CustomerAccount(number, trimmed, clean(trimmed) or clean(number))
            under[trimmed] = found
        if auxiliary != trimmed:
            under[auxiliary] = found
        return found

    def customers(self) -> dict[str, list[CustomerAccount]]:
        """Return the accounts by the code of their customer."""
        found: dict[str, dict[int, CustomerAccount]] = {}
        for under in self._accounts.values():
            for one in under.values():
                found.setdefault(one.code, {})[id(one)] = one
        return {code: list(accounts.values()) for code, accounts in found.items()}

    def entries(self) -> Iterator[tuple[str, EntryName, int]]:
        """Yield each entry with its journal and what is known of it."""
        for spelling, journal in self.journals.items():
            if spelling == spelling.strip():
                for entry, state in journal.items():
                    yield spelling, entry, state
