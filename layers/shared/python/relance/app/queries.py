"""What the API shows beyond what is stored: balances, due dates, explanations, scripts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from relance.app.errors import NotFound
from relance.app.facts import facts_of
from relance.app.ports.accounts import Account
from relance.app.ports.page import Page
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.domain import calendar, follow_ups
from relance.domain.actions import Action
from relance.domain.blocking import PromiseState, kept_and_broken, promise_state
from relance.domain.blocks import Dispute, Promise
from relance.domain.customer import Customer
from relance.domain.explain import ItemExplanation, explanation, next_event
from relance.domain.identifiers import owner
from relance.domain.items import Item
from relance.domain.scenario import Step
from relance.domain.simulation import simulate
from relance.domain.standing import standings

# How many days ahead the next event of an item is looked for.
_AHEAD = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyBalance:
    """In one currency, in minor units: the account's balance, overdue debts, open credits.

    `overdue` and `credits` are magnitudes; `balance` is debts less credits.
    """

    currency: str
    balance: int
    overdue: int
    credits: int


def account_of(customer: str, *, store: TenantStore) -> Account:
    """Return a customer's live account; raises NotFound."""
    account = store.account(customer)
    if account is None:
        raise NotFound("there is no such customer")
    return account


def item_of(identifier: str, *, store: TenantStore) -> tuple[Customer, Item]:
    """Return an item, live or archived, and its customer; raises NotFound."""
    customer = owner(identifier)
    account = store.account(customer) if customer else None
    item = store.item(identifier) if account else None
    if account is None or item is None:
        raise NotFound("there is no such item")
    return account.customer, item


def action_of(identifier: str, *, store: TenantStore) -> Action:
    """Return an action, live or archived; raises NotFound."""
    action = store.action(identifier) if owner(identifier) else None
    if action is None:
        raise NotFound("there is no such action")
    return action


def effective_due(item: Item, customer: Customer, *, tenant: Tenant) -> date | None:
    """Return the day an item is due by the ledger or the terms (D4), None without either."""
    found = calendar.due_date(item, customer.terms or tenant.rules.terms)
    return found[0] if found else None


def effective_dues(
    items: Iterable[tuple[str, Item]], *, store: TenantStore, known: Iterable[Customer] = ()
) -> dict[str, date | None]:
    """Return the effective due date of items, given with their customer's id, by item id.

    Only a customer with an item that the ledger gives no date is read, unless it is `known`.
    """
    tenant = store.tenant()
    customers = {each.id: each for each in known}
    dues: dict[str, date | None] = {}
    for customer, item in items:
        if item.due is None and customer not in customers:
            customers[customer] = account_of(customer, store=store).customer
        debtor = customers.get(customer)
        dues[item.id] = effective_due(item, debtor, tenant=tenant) if debtor else item.due
    return dues


def balances(account: Account, *, tenant: Tenant, on: date) -> tuple[CurrencyBalance, ...]:
    """Return the account's balances as of tenant day `on`, by currency in alphabetical order."""
    dues = {item.id: effective_due(item, account.customer, tenant=tenant) for item in account.items}
    by_currency = standings(account.items, dues, overdue_from=on)
    return tuple(
        CurrencyBalance(
            currency=currency,
            balance=standing.balance,
            overdue=standing.overdue,
            credits=standing.credits,
        )
        for currency, standing in sorted(by_currency.items())
        if standing.owed or standing.credits
    )


def actions_of_item(
    identifier: str, *, store: TenantStore, limit: int, after: str | None
) -> Page[Action]:
    """Return what a part of its customer's history has about an item; raises NotFound."""
    customer, item = item_of(identifier, store=store)
    page = store.history(customer.id, limit=limit, after=after)
    about = (each for each in page.entries if any(send.item == item.id for send in each.sends))
    return Page(entries=tuple(about), next=page.next)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a run on tenant day `on` makes of live items and why (C7).

    `next_date` is when the customer is looked at next; `next_event` the first day from `on` on
    which a run will do something for it, if nothing changes. `events` have the next day on which
    something happens about an item, by its id, if all before it is done on its day.
    """

    on: date
    next_date: date | None
    next_event: date | None
    items: tuple[ItemExplanation, ...]
    events: Mapping[str, date]


def explain(customer: str, *, store: TenantStore, on: date) -> Explained:
    """Explain what a run on tenant day `on` makes of a customer's live items; raises NotFound."""
    account = account_of(customer, store=store)
    facts = facts_of(account, tenant=store.tenant(), scenarios=store.scenarios(), on=on)
    tonight, first = facts, on
    if account.waits_since and account.next_date and account.next_date > on:
        # The night of `on` had no room left for its messages of the first wave (D13).
        tonight, first = replace(facts, wave_room=0), account.next_date
    events: dict[str, date] = {}
    for action in simulate(facts, first=first, days=_AHEAD):
        for item in action.items:
            events.setdefault(item, action.day)
    return Explained(
        on=on,
        next_date=account.next_date,
        next_event=next_event(facts, on=first),
        items=explanation(tonight, on=on),
        events=events,
    )


def explain_item(identifier: str, *, store: TenantStore, on: date) -> Explained:
    """Explain one live item; raises NotFound for one that is put away, too."""
    customer, item = item_of(identifier, store=store)
    whole = explain(customer.id, store=store, on=on)
    own = tuple(each for each in whole.items if each.item == item.id)
    if not own:
        raise NotFound("the item is paid and put away: nothing more is decided about it")
    return replace(whole, items=own)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRecord:
    """A customer's promises, the latest date first, each with its state; how many it kept (C5)."""

    promises: tuple[tuple[Promise, PromiseState], ...]
    kept: int
    broken: int


def promises_of(customer: str, *, store: TenantStore, on: date) -> PromiseRecord:
    """Return a customer's promises as they stand on tenant day `on`; raises NotFound."""
    account = account_of(customer, store=store)
    facts = facts_of(account, tenant=store.tenant(), scenarios=(), on=on)
    closed = facts.closed_days
    kept, broken = kept_and_broken(facts.promises, on=on, closed=closed)
    latest = sorted(facts.promises, key=lambda each: (each.due, each.id), reverse=True)
    return PromiseRecord(
        promises=tuple((each, promise_state(each, on=on, closed=closed)) for each in latest),
        kept=kept,
        broken=broken,
    )


def currencies_of(
    disputes: Iterable[Dispute], *, live: Iterable[Item] = (), store: TenantStore
) -> Mapping[str, str]:
    """Return the currencies of the items of which an amount is disputed, by the item's id.

    `live` are those that are read already: a dispute may be of one that is put away since. One that
    others move between the reads may be missing.
    """
    wanted = {each.item for each in disputes if each.amount is not None}
    found = {item.id: item.currency for item in live if item.id in wanted}
    put_away = store.archived(wanted - found.keys())
    found |= {item.id: item.currency for item in put_away.values()}
    # Those not read as live, or that came back since.
    for identifier in sorted(wanted - found.keys()):
        if (item := store.item(identifier)) is not None:
            found[identifier] = item.currency
    return found


def step_of(action: Action, *, store: TenantStore) -> Step | None:
    """Return an action's step as its scenario's version has it (S4), None when it has none.

    A follow-up (D15, D22) is in no scenario and has its own.
    """
    if action.step in follow_ups.STEPS:
        return follow_ups.STEPS[action.step]
    if not action.scenario:
        return None
    found = store.scenario(action.scenario, action.scenario_version)
    return next((step for step in found.steps if step.key is action.step), None) if found else None
