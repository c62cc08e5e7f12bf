"""One customer's account and an uploaded ledger: what differs, and writing it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from relance.app.assignment import HALF_PUT_OFF
from relance.app.errors import Conflict
from relance.app.import_report import ImportReport
from relance.app.items import HALF_WAY
from relance.app.new_blocks import newly_kept
from relance.app.ports.accounts import Account
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import reschedule, reschedule_by
from relance.domain.blocks import Promise
from relance.domain.erasure import item_without_person
from relance.domain.identifiers import customer_id
from relance.domain.items import Item
from relance.domain.scenario import Scenario
from relance.ledger.issues import MappingError
from relance.ledger.ledger import Ledger, LedgerAccount
from relance.ledger.mapping import find_mapping
from relance.ledger.reconcile import Reconciliation, reconcile, unseen

# Others may change a customer while its account is compared; each try reads it again.
_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Books:
    """A ledger that is being taken in for one tenant on tenant day `on`, as `import_id`."""

    ledger: Ledger
    import_id: str
    tenant: Tenant
    scenarios: tuple[Scenario, ...]
    store: TenantStore
    on: date

    @cached_property
    def closes_absent(self) -> bool:
        """Whether an item that the file does not have is to be closed."""
        return self.ledger.closes_absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a ledger changes in one customer's account, and the promises kept by that (D30)."""

    stored: Account | None
    outcome: Reconciliation
    archived: Mapping[str, Item]
    kept: tuple[Promise, ...] = ()

    @property
    def touches(self) -> bool:
        """Whether anything is to be written."""
        return self.outcome.touches or bool(self.kept)


def difference(code: str, books: Books, *, known: bool = True) -> Difference:
    """Compare the account of the customer with this code, as stored and as the file has it.

    With `known` False it is taken for a new one, and not read.
    """
    store, account = books.store, books.ledger.accounts.get(code)
    stored = store.account(customer_id(code)) if known else None
    if stored and account and stored.customer.erasure is not None:
        account = _without_person(account, name=stored.customer.name)
    items = stored.items if stored else ()
    own_terms = stored.customer.terms if stored else None
    missing = unseen(account, items, on=books.on) if stored and account else ()
    archived = store.archived(missing) if missing else {}
    outcome = reconcile(
        stored.customer if stored else None,
        items,
        account,
        on=books.on,
        import_id=books.import_id,
        first_sync=books.tenant.first_sync_on is None,
        closes_absent=books.closes_absent,
        whole=books.ledger.whole,
        doubtful=code in books.ledger.doubtful,
        archived=archived,
        entries=books.tenant.rules.entries,
        terms=own_terms or books.tenant.rules.terms,
        first_synced=books.tenant.first_sync_on,
        keeps_mark=stored is not None and _keeps_mark(stored.customer.incomplete_since, books),
    )
    kept = _kept_promises(stored, outcome, on=books.on)
    return Difference(stored=stored, outcome=outcome, archived=archived, kept=kept)


def _keeps_mark(mark: str | None, books: Books) -> bool:
    """Whether an account known in part, by this mark, is so after the ledger too (L4).

    What a full ledger could not tell, a delta does not; and no ledger ends a person's edit of all
    items that stopped half-way: the same edit again does.
    """
    if mark is None or mark == books.import_id:
        return False
    if mark in (HALF_WAY, HALF_PUT_OFF):
        return True
    ledger, left_by = books.ledger, None
    if not (ledger.snapshot or ledger.correction):
        left_by = books.store.import_report(mark)
    return left_by is not None and _was_snapshot(left_by, books.tenant)


def _was_snapshot(report: ImportReport, tenant: Tenant) -> bool:
    if report.mapping is None:
        return True
    try:
        return find_mapping(report.mapping, tenant.mappings).snapshot
    except MappingError:  # it was deleted since
        return True


def _without_person(account: LedgerAccount, *, name: str) -> LedgerAccount:
    """Return what is taken of an erased customer's account: amounts and days, no words (H4)."""
    items = tuple(item_without_person(item) for item in account.items)
    return replace(account, name=name, items=items, email=None)


def write_difference(code: str, books: Books, *, known: bool = True) -> bool:
    """Bring one customer's stored account to the file's and set its next date.

    False, and nothing written, when they are the same. With `known` False it is taken for a new one
    and not read before it turns out to be there. Raises Conflict when others never cease to change
    it.
    """
    for attempt in range(_TRIES):
        found = difference(code, books, known=known or attempt > 0)
        if not found.touches:
            return False
        try:
            written = _written(found, books)
        except Conflict:
            continue
        if found.archived:  # what had been put away came back with its actions: read it
            reschedule(written.customer.id, store=books.store, on=books.on)
        else:
            reschedule_by(
                written,
                store=books.store,
                tenant=books.tenant,
                scenarios=books.scenarios,
                on=books.on,
            )
        return True
    raise Conflict(f"{customer_id(code)} is being changed by others")


def _written(found: Difference, books: Books) -> Account:
    """Write a difference; return the account as it is then. Raises Conflict."""
    customer = found.outcome.customer
    if found.outcome.touches:
        put = found.outcome.put
        customer = books.store.apply_sync(customer, put=put, import_id=books.import_id)
    for promise in found.kept:
        customer = books.store.save_block(customer, promise)
    was = found.stored or Account(customer=customer, items=(), actions=())
    items = {item.id: item for item in (*was.items, *found.outcome.put)}
    blocks = {block.id: block for block in (*was.blocks, *found.kept)}
    return replace(
        was, customer=customer, items=tuple(items.values()), blocks=tuple(blocks.values())
    )


def _kept_promises(
    stored: Account | None, outcome: Reconciliation, *, on: date
) -> tuple[Promise, ...]:
    """The promises that are kept once the outcome is written (D30)."""
    if stored is None or not stored.blocks:
        return ()
    after = {item.id: item for item in (*stored.items, *outcome.put)}
    promises = (each for each in stored.blocks if isinstance(each, Promise))
    return newly_kept(promises, after.values(), on=on)
