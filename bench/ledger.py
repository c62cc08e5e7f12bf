"""How fast a large FEC is read, checked, matched and compared with what is stored.

    python -m bench.ledger [--lines N] [--profile]

A made-up ledger of a million lines is written to a temporary file: sales of three rows, bank
entries of two, purchases, with a letter on what is paid. A process of its own then reads it as an
import does, first against nothing, then, unchanged, against what the first reading left. The `csv`
module reads the same file in the same process: the share is what can be compared between machines.
All in CPU time; peak memory is the process's own.
"""

import argparse
import cProfile
import csv
import gc
import json
import pstats
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import batched
from pathlib import Path

from relance.domain.customer import Customer
from relance.domain.identifiers import customer_id
from relance.domain.items import Item
from relance.ledger.ledger import Ledger
from relance.ledger.read import read_ledger
from relance.ledger.reconcile import Reconciliation, reconcile, unseen

LINES = 1_000_000
CUSTOMERS = 20_000
SUPPLIERS = 300
ENDS = date(2025, 12, 31)
_HEADER = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
_TRADES = ("Forge", "Optique", "Menuiserie", "Pêcherie", "Imprimerie", "Épicerie", "Garage")

type Leg = tuple[str, str, str, str, int, str]
"""Account, its name, auxiliary account, its name, cents (a debit above nothing), letter."""


def ledger_lines(lines: int, *, seed: int = 1) -> Iterator[str]:
    """Yield the lines of a made-up FEC, at least so many, with a header and without ends."""
    yield "\t".join(_HEADER)
    books = _Books(random.Random(seed), lines)
    while books.written < lines:
        yield from books.week()


class _Books:
    """A company's year, entry by entry; what is not paid yet waits its turn."""

    def __init__(self, chance: random.Random, lines: int) -> None:
        self.chance = chance
        self.written = 0
        self.expected = lines
        self.entries = 0
        self.letters = 0
        self.unpaid: deque[tuple[str, str, int, str]] = deque()
        self.people = [
            (f"C{n:05}", f"{chance.choice(_TRADES)} {chance.randrange(900)} SARL")
            for n in range(CUSTOMERS)
        ]

    def week(self) -> Iterator[str]:
        """Yield a sale and what else is booked beside it."""
        yield from self.sale()
        if len(self.unpaid) > self.expected // 50:
            yield from self.payment()
        if self.chance.random() < 0.15:
            yield from self.purchase()
        if self.chance.random() < 0.005:
            yield from self.oddity()

    def sale(self) -> Iterator[str]:
        code, name = self.chance.choice(self.people)
        net = self.chance.randrange(2_000, 900_000)
        vat = net * 20 // 100
        self.letters += 1
        letter, piece = f"L{self.letters:X}", f"FA{self.letters:07}"
        will_pay = self.chance.random() < 0.97
        yield from self.entry(
            "VE", piece, f"Facture {piece} – {name}",
            ("411000", "Clients", code, name, net + vat, letter if will_pay else ""),
            ("706000", "Prestations de services", "", "", -net, ""),
            ("445710", "TVA collectée", "", "", -vat, ""),
        )  # fmt: skip
        if will_pay:
            self.unpaid.append((code, name, net + vat, letter))

    def payment(self) -> Iterator[str]:
        code, name, cents, letter = self.unpaid.popleft()
        if self.chance.random() < 0.02:  # in part: its letter's group does not balance
            cents //= 2
        yield from self.entry(
            "BQ", f"VIR{self.entries}", f"Virement {name}",
            ("512000", "Banque", "", "", cents, ""),
            ("411000", "Clients", code, name, -cents, letter),
        )  # fmt: skip

    def purchase(self) -> Iterator[str]:
        number = self.chance.randrange(SUPPLIERS)
        net = self.chance.randrange(1_000, 300_000)
        vat = net * 20 // 100
        yield from self.entry(
            "AC", f"F{self.entries}", f"Achat fournisseur {number}",
            ("607000", "Achats de marchandises", "", "", net, ""),
            ("445660", "TVA déductible", "", "", vat, ""),
            ("401000", "Fournisseurs", f"F{number:04}", f"Fournisseur {number}", -net - vat, ""),
        )  # fmt: skip

    def oddity(self) -> Iterator[str]:
        """Yield a credit note or a small write-off, without a letter."""
        code, name = self.chance.choice(self.people)
        cents = self.chance.randrange(10, 5_000)
        other = self.chance.choice((("706000", "Prestations"), ("658000", "Charges diverses")))
        yield from self.entry(
            "OD", f"AV{self.entries}", f"Avoir {name}",
            (*other, "", "", cents, ""),
            ("411000", "Clients", code, name, -cents, ""),
        )  # fmt: skip

    def entry(self, journal: str, piece: str, label: str, *legs: Leg) -> Iterator[str]:
        self.entries += 1
        day = f"{ENDS - timedelta(365 - 365 * self.written // self.expected):%Y%m%d}"
        for account, title, auxiliary, name, cents, letter in legs:
            self.written += 1
            amount = f"{abs(cents) // 100},{abs(cents) % 100:02}"
            sides = f"{amount}\t0,00" if cents > 0 else f"0,00\t{amount}"
            yield (
                f"{journal}\tJournal {journal}\t{self.entries}\t{day}\t{account}\t{title}\t"
                f"{auxiliary}\t{name}\t{piece}\t{day}\t{label}\t{sides}\t{letter}\t"
                f"{day if letter else ''}\t{day}\t\t"
            )


def write_ledger(path: Path, lines: int) -> None:
    """Write the made-up FEC, as UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for block in batched(ledger_lines(lines), 10_000, strict=False):
            file.write("\r\n".join(block) + "\r\n")


type Stored = dict[str, tuple[Customer, dict[str, Item]]]


def take_in(path: Path, stored: Stored, *, first: bool) -> tuple[Ledger, int, int]:
    """Read the file and bring `stored` to it; return also how many customers and items changed."""
    with path.open("rb") as file:
        ledger = read_ledger(iter(lambda: file.read(256 * 1024), b""), mappings={})
    touched = items = 0
    for code, account in ledger.accounts.items():
        customer, live = stored.get(customer_id(code), (None, {}))
        unseen(account, live.values(), on=ENDS)
        outcome = reconcile(
            customer,
            live.values(),
            account,
            on=ENDS,
            import_id="bench",
            first_sync=first,
            closes_absent=ledger.closes_absent,
            whole=ledger.whole,
            doubtful=code in ledger.doubtful,
            archived={},
            first_synced=None if first else ENDS,
        )
        touched += outcome.touches
        items += len(outcome.put)
        _store(stored, outcome, live)
    return ledger, touched, items


def _store(stored: Stored, outcome: Reconciliation, live: dict[str, Item]) -> None:
    if outcome.touches:
        live |= {item.id: item for item in outcome.put}
        stored[outcome.customer.id] = (outcome.customer, live)


def _timed[T](work: Callable[[], T]) -> tuple[T, float]:
    gc.collect()
    start = time.process_time()
    done = work()
    return done, time.process_time() - start


def _bare_csv(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file, delimiter="\t"))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(path: Path) -> dict[str, float]:
    """Measure in this process, which should have done nothing before. Seconds and MB."""
    started = _peak()
    rows, bare = _timed(lambda: _bare_csv(path))
    stored: Stored = {}
    (ledger, *_), once = _timed(lambda: take_in(path, stored, first=True))
    assert ledger.whole, ledger.warnings
    counts = {"rows": rows - 1, "customers": len(ledger.accounts),
              "items": sum(len(one.items) for one in ledger.accounts.values()),
              "stored": sum(len(items) for _, items in stored.values())}  # fmt: skip
    del ledger
    peak = _peak()
    (_, touched, items), again = _timed(lambda: take_in(path, stored, first=False))
    return {**counts, "csv": bare, "first": once, "again": again, "touched": touched,
            "put": items, "started": started, "peak": peak, "peak_again": _peak()}  # fmt: skip


def main() -> None:
    """Write the ledger, have it measured in a process of its own, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--profile", action="store_true", help="where the time goes, instead")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made_up_fec.txt"
        write_ledger(path, arguments.lines)
        if arguments.profile:
            profile = cProfile.Profile()
            profile.runcall(take_in, path, {}, first=True)
            pstats.Stats(profile).sort_stats("tottime").print_stats(30)
            return
        command = [sys.executable, "-m", "bench.ledger", "--measure", str(path)]
        found = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        _print(json.loads(found.stdout), path.stat().st_size)


def _print(found: dict[str, float], size: int) -> None:
    rows = found["rows"]
    print(f"{rows:,.0f} lines, {size / 1e6:.0f} MB, {found['customers']:,.0f} customers,"
          f" {found['items']:,.0f} items, {found['stored']:,.0f} of them open")  # fmt: skip
    for name in ("csv", "first", "again"):
        seconds = found[name]
        print(f"{name:>6}: {seconds:5.2f} s CPU, {rows / seconds:9,.0f} lines a second,"
              f" {seconds / found['csv']:.2f} of csv")  # fmt: skip
    print(f"  peak: {found['peak']:.0f} MB, with the second reading {found['peak_again']:.0f} MB"
          f" ({found['started']:.0f} MB before anything)")  # fmt: skip
    print(f" again: {found['touched']:.0f} customers touched, {found['put']:.0f} items put")


if __name__ == "__main__":
    main()
