"""Erase the person behind a customer (H4, D27): first from the decisions, then from all history.

The mark comes first: from that write on nothing can be sent, and no ledger or list brings the name
back. The rest follows in parts, each of which may be repeated; `done` is written last, so whoever
finds an erasure that is not done goes on with it. That somebody does is seen to before the mark.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from relance.app.documents import proof_keys
from relance.app.errors import Conflict, MovedMeanwhile, NotFound
from relance.app.invoice_files import invoice_keys
from relance.app.ports.accounts import Account
from relance.app.ports.files import Files
from relance.app.ports.jobs import Jobs
from relance.app.ports.tenant_store import TenantStore
from relance.app.schedule import Failed, reschedule_written
from relance.contracts.uploads import ErasureGoesOn
from relance.domain.actions import Action
from relance.domain.customer import Customer, Erasure
from relance.domain.erasure import Fact, erased, is_under_way, without_person
from relance.domain.items import ItemStatus
from relance.domain.letter_news import LETTERS
from relance.domain.money import to_decimal

# One part: the files of so many facts are erased well within a request's time.
MOST_FACTS = 100
# By then whoever asked has done it, or is gone, and so is whoever was just putting a file of the
# debtor's. It is the longest that a queue keeps a message back.
LATER_SECONDS = 900
# Feedback may change the customer between two parts.
_TRIES = 5


def erase_customer(
    identifier: str,
    *,
    reason: str,
    despite_debts: bool,
    author: str,
    store: TenantStore,
    files: Files,
    jobs: Jobs,
    on: date,
    failed: Failed,
) -> Customer:
    """Erase the person of a customer on tenant day `on`, or go on with it.

    Returns the customer; when its `erasure` is not `done`, a worker goes on with it in a quarter of
    an hour, or whoever asks again. Raises NotFound, and Conflict when it still owes money, unless
    `despite_debts`; while a message to it is on its way or in doubt; or when it changes meanwhile.
    """
    account = _account(identifier, store=store)
    if account.customer.erasure is None:
        _check(account, despite_debts=despite_debts)
        goes_on = ErasureGoesOn(tenant=store.tenant().id, customer=identifier)
        jobs.go_on_erasing(goes_on, seconds=LATER_SECONDS)
        erasure = Erasure(on=on, author=author, reason=reason)
        store.save_customer(erased(account.customer, erasure))
    for _ in range(_TRIES):
        try:
            return go_on(identifier, store=store, files=files, on=on, failed=failed)
        except Conflict:
            continue
    raise MovedMeanwhile("the customer keeps changing: ask again")


def finish_erasure(
    message: ErasureGoesOn,
    *,
    store: TenantStore,
    files: Files,
    jobs: Jobs,
    on: date,
    in_time: Callable[[], bool],
    failed: Failed,
) -> bool:
    """Erase what is left of a customer, if its erasure began at all; return whether all is done.

    Files are looked for once more though it is done: one may have come just behind. When `in_time`
    says that the run must end, the rest is handed on. Raises Conflict as `go_on`: the message is
    to come again.
    """
    account = store.account(message.customer)
    erasure = account.customer.erasure if account else None
    while erasure is not None and not erasure.done:
        if not in_time():
            jobs.go_on_erasing(message)
            return False
        customer = go_on(message.customer, store=store, files=files, on=on, failed=failed)
        erasure = customer.erasure
    if erasure is not None:
        _erase_late_files(message.customer, store=store, files=files)
        kept = store.kept_of(message.customer)
        _erase_prints((each.fact for each in kept), store=store, files=files)
    return True


def go_on(
    identifier: str, *, store: TenantStore, files: Files, on: date, failed: Failed
) -> Customer:
    """Erase one part more of an erased customer; raises Conflict when it changes meanwhile.

    `failed` hears when its next date could not be set.
    """
    customer = _account(identifier, store=store).customer
    erasure = customer.erasure
    if erasure is None or erasure.done:
        return customer
    named = [
        each.fact for each in store.kept_of(identifier) if without_person(each.fact) != each.fact
    ]
    part = named[:MOST_FACTS]
    _erase_files(part, store=store, files=files)
    if part:
        customer = store.rewrite(customer, [without_person(fact) for fact in part])
    if len(named) <= MOST_FACTS:
        _erase_late_files(identifier, store=store, files=files)
        done = replace(erasure, done=True)
        customer = store.save_customer(replace(customer, erasure=done))
    reschedule_written(identifier, store=store, on=on, failed=failed)
    return customer


def _account(identifier: str, *, store: TenantStore) -> Account:
    account = store.account(identifier)
    if account is None:
        raise NotFound("there is no such customer")
    return account


def _check(account: Account, *, despite_debts: bool) -> None:
    """Raise Conflict when its person can't be erased now."""
    if any(is_under_way(action) for action in account.actions):
        raise Conflict(
            "a message to this customer is on its way or in doubt: "
            "erase it once it is known whether it left"
        )
    owed = sorted(_owed(account).items())
    if owed and not despite_debts:
        sums = ", ".join(f"{to_decimal(minor, currency)} {currency}" for currency, minor in owed)
        raise Conflict(
            f"this customer still owes {sums}. What a claim needs may be kept (GDPR, article "
            "17(3)(e)); to erase it nevertheless, and never chase it again, send despite_debts"
        )


def _owed(account: Account) -> dict[str, int]:
    """Return what is open of its invoices, by currency, in minor units."""
    owed: dict[str, int] = {}
    for item in account.items:
        if item.status is ItemStatus.ACTIVE and item.balance > 0:
            owed[item.currency] = owed.get(item.currency, 0) + item.balance
    return owed


def _erase_files(facts: Iterable[Fact], *, store: TenantStore, files: Files) -> None:
    """Erase the copies of what these actions sent, the post's proofs and prints included."""
    facts = tuple(facts)
    for action in facts:
        if not isinstance(action, Action):
            continue
        proofs = action.carriage.proofs if action.carriage else ()
        for document in (action.document, *(proof.document for proof in proofs)):
            if document is not None:
                files.erase(document)
    _erase_prints(facts, store=store, files=files)


def _erase_late_files(customer: str, *, store: TenantStore, files: Files) -> None:
    """Erase what comes from outside, named by the customer and not by its facts: invoices' PDFs,
    whichever they are of, and the post's proofs, though no action tells of them yet."""
    tenant = store.tenant().id
    files.erase(invoice_keys(tenant, customer))
    files.erase(proof_keys(tenant, customer))


def _erase_prints(facts: Iterable[Fact], *, store: TenantStore, files: Files) -> None:
    """Erase the files of a day's letters when one of these is in them.

    Those of others that wait to be posted are put together again when somebody asks.
    """
    named: dict[date, set[str]] = {}
    for fact in facts:
        if isinstance(fact, Action) and fact.channel in LETTERS:
            named.setdefault(fact.day, set()).add(fact.id)
    for day, names in sorted(named.items()):
        batch = store.print_batch(day)
        if batch is None or names.isdisjoint(batch.letters):
            continue
        for document in batch.documents:
            files.erase(document)
        store.save_print_batch(replace(batch, letters=(), left_out=(), documents=()))
