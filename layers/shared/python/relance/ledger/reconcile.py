"""What a newly read account changes in the stored one. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from relance.domain.calendar import due_date
from relance.domain.customer import Contact, Customer
from relance.domain.first_wave import entered
from relance.domain.identifiers import customer_id
from relance.domain.items import Item, ItemStatus, LevelSet, PaymentMethod
from relance.domain.tenant_rules import Entry
from relance.domain.terms import Terms
from relance.ledger.ledger import LedgerAccount
from relance.ledger.recognise import with_stored_ids

SETTLED = "settled"
ABSENT = "absent"
# Older payments are thanked for no more (D34: 30 days, and a step's own offset before them).
_RECENT = timedelta(days=60)
# Set by people or by us, not by the books: the ledger does not take them back.
_OURS = (ItemStatus.WRITTEN_OFF, ItemStatus.HANDED_OVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The customer as it is to be stored, and the items to put: only those that change.

    `created`, `changed` and `closed` are the ids of the items put; `closed` gives each its reason
    (`settled`: fully matched in the file; `absent`: a full snapshot no longer has it).
    `unchanged` counts the others that the account or the file has. `touches` says whether
    anything is to be stored at all.
    """

    customer: Customer
    put: tuple[Item, ...]
    created: tuple[str, ...]
    changed: tuple[str, ...]
    closed: Mapping[str, str]
    unchanged: int
    touches: bool


@dataclass(slots=True)
class _Changes:
    put: list[Item] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    closed: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0


def unseen(account: LedgerAccount, items: Iterable[Item], *, on: date) -> tuple[str, ...]:
    """Return ids that the file has and the live items don't, worth looking up in the archive.

    These are open items (an archived one reopens, D33) and those paid recently (an archived one
    was thanked already, D34). A customer that is not stored has nothing in the archive.
    """
    live = {item.id: item for item in items}
    return tuple(
        item.id
        for item in with_stored_ids(account.items, live, everything=False)
        if (item.residual or _recently_paid(item, on)) and item.id not in live
    )


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
    archived: Mapping[str, Item],
    entries: Sequence[Entry] = (),
    terms: Terms | None = None,
    first_synced: date | None = None,
    keeps_mark: bool = False,
) -> Reconciliation:
    """Compare one customer's stored account with the file's.

    `customer` and its live `items` are None and () for a new one; `account` is None when the file
    does not have the customer (ValueError when both are). `archived` are the archived items among
    `unseen`. `on` is the tenant day of the sync. `doubtful` marks the customer as known in part
    since `import_id`; a `whole` file that has it (or closes what is absent) clears the mark, and so
    does the import that left it by dying half-way through the account, unless it `keeps_mark` as of
    more than this file can mend. A doubtful account reopens nothing: what looks unpaid may only
    lack its payment's row. On the first sync `entries` say at which level items overdue by age
    enter (D13), `terms` when those without a due date fall due. New invoices are paid as the
    customer pays (D31). What was paid by `first_synced`, the day of the tenant's first whole sync,
    is thanked for no more: that one had it settled (D34).
    """
    stored = {item.id: item for item in items}
    method = customer.method if customer else PaymentMethod.MANUAL
    file_items = account.items if account else ()
    listed = with_stored_ids(file_items, stored, everything=closes_absent)
    changes = _Changes()
    for item in listed:
        known = stored.get(item.id)
        if not (known or item.residual or _recently_paid(item, on)):
            changes.unchanged += 1  # settled before we knew it, as most of a year's items are
        elif known:
            # What the first whole sync has settled was so before, whatever a part of it said (D34).
            since = (known.seen_on if first_sync else None) or on
            _compare(changes, known, item, on=on, since=since, may_reopen=not doubtful)
        else:
            back = archived.get(item.id)
            enters = first_sync and entries and item.residual
            new = replace(
                item,
                method=item.method if item.kind.is_credit else method,
                seen_on=on,
                first_sync=first_sync,
                level_set=_entry(item, terms, entries, on=on) if enters else None,
            )
            late = first_sync or (first_synced and item.paid_on and item.paid_on <= first_synced)
            _bring(changes, new, back, on=on, doubtful=doubtful, thanks=not (late or doubtful))
    present = {item.id for item in listed} if stored else ()
    for known in stored.values():
        if known.id not in present:
            _miss(changes, known, on=on, closes=closes_absent)
    own_mark = customer is not None and customer.incomplete_since == import_id
    clears = not keeps_mark and (closes_absent or own_mark or (whole and account is not None))
    kept = _customer(customer, account, import_id if doubtful else None, clears=clears)
    return Reconciliation(
        customer=kept,
        put=tuple(changes.put),
        created=tuple(changes.created),
        changed=tuple(changes.changed),
        closed=changes.closed,
        unchanged=changes.unchanged,
        touches=bool(changes.put) or kept != customer,
    )


def _compare(
    changes: _Changes, known: Item, item: Item, *, on: date, since: date, may_reopen: bool
) -> None:
    """Take over what the file says of an item we have, settled `since`; what only we know stays."""
    news = _keeping_ours(known, item, on=on)
    if not item.residual:
        closing = bool(known.residual)
        news = replace(
            news,
            settled_on=since if closing else known.settled_on,
            paid_on=item.paid_on or (None if closing else known.paid_on),
        )
        if closing:
            changes.closed[news.id] = SETTLED
            changes.put.append(news)
            return
    elif not known.residual and not may_reopen:
        news = known
    if news == known:
        changes.unchanged += 1
    else:
        changes.changed.append(news.id)
        changes.put.append(news)


def _bring(
    changes: _Changes, item: Item, back: Item | None, *, on: date, doubtful: bool, thanks: bool
) -> None:
    """Take in an item that is not among the live ones; `back` is its archived self."""
    if back and item.residual and not doubtful:
        changes.changed.append(item.id)
        changes.put.append(_keeping_ours(back, item, on=on))
    elif back:
        changes.unchanged += 1
    elif item.residual:
        changes.created.append(item.id)
        changes.put.append(item)
    elif thanks and _recently_paid(item, on):
        # Issued and paid between two syncs: still to be thanked for.
        changes.created.append(item.id)
        changes.put.append(replace(item, settled_on=on))
    else:
        changes.unchanged += 1


def _entry(
    item: Item, terms: Terms | None, entries: Sequence[Entry], *, on: date
) -> LevelSet | None:
    due = due_date(item, terms)
    return entered(item, due[0] if due else None, entries, on=on)


def _miss(changes: _Changes, known: Item, *, on: date, closes: bool) -> None:
    if closes and known.residual:
        changes.closed[known.id] = ABSENT
        changes.put.append(replace(known, residual=0, settled_on=on, paid_on=None))
    else:
        changes.unchanged += 1


def _keeping_ours(known: Item, item: Item, *, on: date) -> Item:
    reopens = bool(item.residual) and not known.residual
    return replace(
        item,
        status=known.status if known.status in _OURS else item.status,
        method=known.method,
        seen_on=known.seen_on,
        first_sync=known.first_sync,
        reopened_on=on if reopens else known.reopened_on,
        rejected_on=known.rejected_on,
        due_was=_due_before(known, item),
        not_before=known.not_before,
        level_set=known.level_set,
        edits=known.edits,
    )


def _due_before(known: Item, item: Item) -> date | None:
    """Return the due date that the ledger has now moved to a later one, if it did (D37)."""
    if known.due is None or item.due is None or item.due < known.due:
        return None
    return known.due if item.due > known.due else known.due_was


def _recently_paid(item: Item, on: date) -> bool:
    return item.paid_on is not None and on - item.paid_on <= _RECENT and not item.kind.is_credit


def _customer(
    customer: Customer | None, account: LedgerAccount | None, mark: str | None, *, clears: bool
) -> Customer:
    """Give the customer the file's name and the mark; everything else is not the ledger's."""
    if account is None:
        if customer is None:
            raise ValueError("neither a stored customer nor an account")
        kept = customer
    elif customer is None:
        email = Contact(id="ledger", name=account.name, email=account.email, main=True)
        kept = Customer(
            id=customer_id(account.code),
            code=account.code,
            name=account.name,
            contacts=(email,) if account.email else (),
        )
    else:
        named = account.name not in ("", account.code)
        kept = replace(customer, name=account.name if named else customer.name)
    if mark:
        return replace(kept, incomplete_since=kept.incomplete_since or mark)
    return replace(kept, incomplete_since=None) if clears else kept
