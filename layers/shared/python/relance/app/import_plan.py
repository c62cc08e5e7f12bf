"""What taking a ledger in would do, found out without writing anything (L4)."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from relance.app.account_sync import Books, Difference, difference
from relance.app.import_report import Closing, Hold, HoldReason, ImportAmounts
from relance.app.ports.tenant_store import TenantStore
from relance.app.spread import spread
from relance.contracts.uploads import Upload
from relance.domain.items import Item
from relance.domain.money import to_decimal
from relance.ledger.reconcile import ABSENT

_PAGE = 200
_LARGEST = 10


class OutOfTime(Exception):
    """The run must end before its work does; the next one goes on."""


@dataclass(slots=True)
class _Sums:
    """Minor units of one currency; `debts` and `lost` are what was open and what is absent."""

    open_before: int = 0
    change: int = 0
    created: int = 0
    closed: int = 0
    debts: int = 0
    lost: int = 0


@dataclass(slots=True)
class ImportPlan:
    """The sum of all differences: counts of items, and the codes of the customers to be written.

    `opens` counts debts that are new or come back; `newest` is the day on which the
    newest known open item was issued.
    """

    created: int = 0
    changed: int = 0
    closed: int = 0
    absent: int = 0
    unchanged: int = 0
    customers: int = 0
    open: int = 0
    opens: int = 0
    newest: date = date.min
    codes: list[str] = field(default_factory=list)
    sums: dict[str, _Sums] = field(default_factory=dict)
    largest: list[tuple[int, str, Closing]] = field(default_factory=list)

    def add(self, code: str, found: Difference) -> None:
        """Count one customer in."""
        outcome = found.outcome
        self.customers += 1
        self.created += len(outcome.created)
        self.changed += len(outcome.changed)
        self.closed += len(outcome.closed)
        self.unchanged += outcome.unchanged
        self._add_amounts(found)
        if found.touches:
            self.codes.append(code)

    def _add_amounts(self, found: Difference) -> None:
        stored = {item.id: item for item in (found.stored.items if found.stored else ())}
        for item in stored.values():
            if item.residual:
                sums = self._of(item.currency)
                self.open += 1
                self.newest = max(self.newest, item.issued)
                sums.open_before += item.balance
                sums.debts += item.residual
        created, closed = set(found.outcome.created), found.outcome.closed
        for item in found.outcome.put:
            was = stored.get(item.id)
            sums = self._of(item.currency)
            sums.change += item.balance - (was.balance if was else 0)
            if item.residual and not item.kind.is_credit and not (was and was.residual):
                self.opens += 1
            if item.id in created:
                sums.created += item.balance
            if was and item.id in closed:
                sums.closed += was.balance
                self._close(found, was, closed[item.id])

    def _close(self, found: Difference, was: Item, why: str) -> None:
        if why == ABSENT:
            self.absent += 1
            self._of(was.currency).lost += was.residual
        closing = Closing(
            customer=found.outcome.customer.id,
            number=was.number,
            amount=was.residual,
            currency=was.currency,
            why=why,
        )
        # No two have one id: closings themselves have no order.
        heapq.heappush(self.largest, (was.residual, was.id, closing))
        if len(self.largest) > _LARGEST:
            heapq.heappop(self.largest)

    def _of(self, currency: str) -> _Sums:
        return self.sums.setdefault(currency, _Sums())

    @property
    def closings(self) -> tuple[Closing, ...]:
        """The largest closings, the largest first."""
        ordered = sorted(self.largest, key=lambda one: one[:2], reverse=True)
        return tuple(closing for *_, closing in ordered)

    @property
    def amounts(self) -> tuple[ImportAmounts, ...]:
        """The sums, by currency."""
        return tuple(
            ImportAmounts(
                currency=currency,
                open_before=sums.open_before,
                open_after=sums.open_before + sums.change,
                created=sums.created,
                closed=sums.closed,
            )
            for currency, sums in sorted(self.sums.items())
        )

    def loses_more_than(self, share: int) -> bool:
        """Whether more than `share` percent of what was open is absent, by count or by amount."""
        return self.absent * 100 > self.open * share or any(
            sums.lost * 100 > sums.debts * share for sums in self.sums.values() if sums.lost
        )


def plan_import(
    books: Books, stored: frozenset[str], *, in_time: Callable[[], bool], at_once: int
) -> ImportPlan:
    """Compare every account that the file has or concerns with the stored one; write nothing.

    `stored` are the codes of the stored customers: no other is read. Raises OutOfTime.
    """
    made = ImportPlan()
    codes = list(concerned(books, stored))
    compare = partial(_compared, books=books, stored=stored)
    for code, found in zip(codes, spread(compare, codes, at_once=at_once), strict=True):
        made.add(code, found)
        if not in_time():
            raise OutOfTime
    return made


def _compared(code: str, *, books: Books, stored: frozenset[str]) -> Difference:
    return difference(code, books, known=code in stored)


def concerned(books: Books, stored: frozenset[str]) -> Iterator[str]:
    """Yield the file's accounts, then stored customers that it does not have but concerns."""
    ledger = books.ledger
    yield from ledger.accounts
    absent = stored - ledger.accounts.keys()
    yield from sorted(absent if books.closes_absent else absent & ledger.doubtful)


def stored_codes(store: TenantStore) -> Iterator[str]:
    """Yield the codes of all stored customers, by the index (eventually so)."""
    after: str | None = None
    while True:
        page = store.customers(limit=_PAGE, after=after)
        yield from (customer.code for customer in page.entries)
        if page.next is None:
            return
        after = page.next


def holds(plan: ImportPlan, books: Books, upload: Upload) -> tuple[Hold, ...]:
    """Return why this ledger is not to be taken in without a person's yes; () for no reason.

    What is settled in the file itself, by a payment that matches, is no reason: only what the file
    no longer has may be missing by mistake.
    """
    found = (outdated(books, upload) or _behind(plan, books), _cut(books), _much(plan, books))
    return tuple(hold for hold in found if hold)


def outdated(books: Books, upload: Upload) -> Hold | None:
    """Return why a ledger is held that was uploaded before the newest full one taken in."""
    newest, order = books.tenant.ledger_at, books.tenant.ledger_order
    if upload.at is None or newest is None or (newest, order) <= (upload.at, upload.order):
        return None
    message = (
        f"A full ledger uploaded later, at {newest:%Y-%m-%d %H:%M:%S} UTC, is taken in already:"
        f" this one of {upload.at:%Y-%m-%d %H:%M:%S} UTC may call unpaid what was paid since."
    )
    if newest == upload.at:
        message = (
            "Another full ledger was uploaded in the same second and is taken in: which of the two"
            " is the newer can't be told."
        )
    return Hold(reason=HoldReason.OUTDATED, message=message)


def _behind(plan: ImportPlan, books: Books) -> Hold | None:
    """Return why books are held that end before what is known, and call unpaid what was not.

    Only an FEC, which keeps what is paid, tells by its rows when it ends.
    """
    ledger = books.ledger
    if ledger.format != "fec" or not (ledger.snapshot and plan.open and plan.opens):
        return None
    issued = (item.issued for account in ledger.accounts.values() for item in account.items)
    last = max(issued, default=date.max)
    if plan.newest <= last:
        return None
    message = (
        f"The file has nothing after {last}, and an open item of {plan.newest} is known: it looks"
        " older than what is taken in, or of another year, and may call unpaid what was paid since."
    )
    return Hold(reason=HoldReason.OUTDATED, message=message)


def _cut(books: Books) -> Hold | None:
    if not (books.ledger.snapshot and books.ledger.cut):
        return None
    message = (
        "The file looks cut: its end is missing. Confirmed, what it has is taken in and nothing is"
        " closed; customers it may know only in part are sent nothing until a whole ledger."
    )
    return Hold(reason=HoldReason.CUT, message=message)


def _much(plan: ImportPlan, books: Books) -> Hold | None:
    tenant = books.tenant
    if plan.absent < tenant.hold_items or not plan.loses_more_than(tenant.hold_share):
        return None
    lost = ", ".join(
        f"{to_decimal(sums.lost, currency)} {currency}"
        for currency, sums in sorted(plan.sums.items())
        if sums.lost
    )
    message = (
        f"The file no longer has {plan.absent} of {plan.open} open items ({lost}), which would be"
        f" closed: more than {tenant.hold_share} %."
    )
    return Hold(reason=HoldReason.CLOSES_MUCH, message=message)
