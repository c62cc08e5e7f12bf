"""The list of what is to be done, and whose it is (A2, D17)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from relance.app.errors import BadInput
from relance.app.facts import closed_days
from relance.app.narrowed import narrowed
from relance.app.ports.actions import WAITING_STATES
from relance.app.ports.page import Page
from relance.app.ports.tenant import Tenant
from relance.app.ports.tenant_store import TenantStore
from relance.domain.actions import Action, ActionState
from relance.domain.approval import is_approved
from relance.domain.calendar import add_working_days, is_late
from relance.domain.customer import Customer
from relance.domain.people import People, in_charge
from relance.domain.scenario import Channel, StepKey

NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An action, whose it is, whether it is late, and from which day on (D17).

    `late_from` is None when it does not wait for a person.
    """

    action: Action
    customer: str
    customer_name: str
    in_charge: tuple[str, ...]
    late_from: date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which actions are asked for; what is None or False asks nothing.

    `responsible` names a user, whose groups count, or a group, or NOBODY. `since` is the first day
    of which any is wanted, `before` the first behind it of which none is.
    """

    waiting: bool = False
    responsible: str | None = None
    state: ActionState | None = None
    channel: Channel | None = None
    step: StepKey | None = None
    customer: str | None = None
    late: bool = False
    since: date | None = None
    before: date | None = None

    @property
    def waits(self) -> bool:
        """Whether all of them are among those that wait for a person."""
        return self.waiting or self.late or self.state in WAITING_STATES


def worklist(
    wanted: Wanted,
    *,
    people: People,
    store: TenantStore,
    on: date,
    limit: int,
    after: str | None = None,
    oldest_first: bool = False,
) -> Page[Shown]:
    """Return the next of the actions asked for, newest first, as of tenant day `on`.

    A part may hold fewer than `limit` and yet be followed by another. Those of one customer come
    newest first only: BadInput otherwise.
    """
    if wanted.customer is not None and oldest_first:
        message = "those of one customer come newest first: leave the order out"
        raise BadInput(message, pointer="?order")
    names = people.lists_of(wanted.responsible or "")

    def read(some: int, behind: str | None) -> Page[tuple[str, Action]]:
        return _part(wanted, store=store, limit=some, after=behind, oldest_first=oldest_first)

    def keep(entries: Sequence[tuple[str, Action]]) -> list[Shown | None]:
        likely = [(key, each) for key, each in entries if _is_likely(each, wanted)]
        found = show(likely, store=store, people=people, on=on)
        shown = {each.action.id: each for each in found if _is_wanted(each, wanted, names)}
        return [shown.get(action.id) for _, action in entries]

    return narrowed(read, keep, limit=limit, after=after)


def _part(
    wanted: Wanted, *, store: TenantStore, limit: int, after: str | None, oldest_first: bool
) -> Page[tuple[str, Action]]:
    """Return the next part of the shortest list that holds all that are asked for."""
    if wanted.customer is None:
        return store.actions(
            waiting=wanted.waits,
            limit=limit,
            after=after,
            since=wanted.since,
            before=wanted.before,
            oldest_first=oldest_first,
        )
    page = store.history(wanted.customer, limit=limit, after=after)
    owned = tuple((wanted.customer, action) for action in page.entries)
    return Page(entries=owned, next=page.next)


def show(
    entries: Iterable[tuple[str, Action]], *, store: TenantStore, people: People, on: date
) -> tuple[Shown, ...]:
    """Return actions, given with their customer's id, with whose they are."""
    listed = tuple(entries)
    if not listed:
        return ()
    customers = store.customers_named(dict.fromkeys(key for key, _ in listed))
    tenant = store.tenant()
    return tuple(
        _shown(action, customers[key], tenant=tenant, people=people, on=on)
        for key, action in listed
        if key in customers
    )


def names_of(names: Iterable[str], people: People) -> Mapping[str, str]:
    """Return what to call these users and groups."""
    return {name: people.groups[name].name if name in people.groups else name for name in names}


def _shown(
    action: Action, customer: Customer, *, tenant: Tenant, people: People, on: date
) -> Shown:
    shown = Shown(
        action=action,
        customer=customer.id,
        customer_name=customer.name,
        in_charge=in_charge(action, customer, people),
    )
    if action.state not in WAITING_STATES or is_approved(action):
        return shown
    closed = closed_days(frozenset({tenant.rules.country, customer.country}), on.year)
    after = action.late_days or tenant.rules.late_task_days
    return replace(
        shown,
        late_from=add_working_days(action.day, after, closed=closed) + timedelta(days=1),
        late=is_late(action.day, after=after, on=on, closed=closed),
    )


def _is_likely(action: Action, wanted: Wanted) -> bool:
    """Tell whether it may be wanted, by itself alone."""
    if wanted.waits and action.state not in WAITING_STATES:
        return False
    if not (wanted.since or date.min) <= action.day < (wanted.before or date.max):
        return False
    return (
        wanted.state in (None, action.state)
        and wanted.channel in (None, action.channel)
        and wanted.step in (None, action.step)
    )


def _is_wanted(shown: Shown, wanted: Wanted, names: frozenset[str]) -> bool:
    if wanted.late and not shown.late:
        return False
    if wanted.responsible is None:
        return True
    if wanted.responsible == NOBODY:
        return not shown.in_charge
    return not names.isdisjoint(shown.in_charge)
