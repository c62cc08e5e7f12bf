"""Customers, their accounts as decisions read them, and when to look at them next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Protocol

from relance.app.ports.page import Page
from relance.domain.actions import Action
from relance.domain.blocks import Block, Stop
from relance.domain.customer import Customer
from relance.domain.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The live facts of one customer, read together; `customer.version` identifies them.

    `next_date` is what `set_next_date` last said; a customer whose facts changed since then is
    due at once, whatever it says. `waits_since` is the oldest due date of what found no room in
    the first wave until then (D13).
    """

    customer: Customer
    items: tuple[Item, ...]
    actions: tuple[Action, ...]
    next_date: date | None = None
    waits_since: date | None = None
    blocks: tuple[Block, ...] = ()


class Accounts(Protocol):
    """Customers and what is live of them; and whom a night looks at."""

    def account(self, customer: str) -> Account | None:
        """Read customer, live items and their actions, strongly consistent, whole."""

    def customers(self, *, limit: int, after: str | None = None) -> Page[Customer]: ...
    def save_customer(self, customer: Customer, *, gets_profile: bool = False) -> Customer:
        """Version 0 creates (Conflict when it exists); else replaces that version.

        With `gets_profile` the customer's profile is new to it: the same write counts that up
        (`Profile.given`), and raises BadInput when there is no such profile any more.
        """

    def save_block(self, customer: Customer, block: Block) -> Customer:
        """Add a stop, dispute or promise, or replace it, as a change of its customer.

        Raises Conflict when the customer is no longer at `customer.version`. Returns it with its
        new version.
        """

    def items(
        self, *, limit: int, after: str | None = None, latest_first: bool = False
    ) -> Page[tuple[str, Item]]:
        """List the tenant's live items with their customer's id, oldest due first."""

    def stops(self, *, limit: int, after: str | None = None) -> Page[tuple[str, Stop]]:
        """List the stops that nobody lifted with their customer's id, latest first.

        By the index (eventually so); those whose last day is past are among them.
        """

    def paid_items(self, customer: str, *, limit: int, after: str | None = None) -> Page[Item]: ...
    def item(self, item: str) -> Item | None:
        """Find an item, live or archived."""

    def archived(self, items: Iterable[str]) -> Mapping[str, Item]:
        """Return those of these items that are archived, by id."""

    def due_customers(self, on: date, *, limit: int, after: str | None = None) -> Page[str]:
        """List customers whose next date is on or before `on`, by the index (eventually so).

        Those whose facts changed since their next date was set come first.
        """

    def waiting_customers(
        self, on: date, *, limit: int, after: str | None = None
    ) -> Page[tuple[date, str]]:
        """List customers that wait for room and have `on` as next date, by the index (so, too).

        Each behind the due date that it waits with, the oldest first (D13).
        """

    def customers_due_at(
        self, on: date, hour: time, *, limit: int, after: str | None = None
    ) -> Page[str]:
        """List customers to be looked at again on `on` by `hour`, by the index (eventually so).

        Only those for whom an hour was set; that of another day is not listed.
        """

    def set_next_date(
        self,
        customer: Customer,
        day: date | None,
        *,
        rules: int,
        waits_since: date | None = None,
        hour: time | None = None,
    ) -> bool:
        """Set when to look at it again, without counting the version up.

        `hour`, of the tenant's day, is when in the course of `day` it is looked at again without
        waiting for a night; of the nights, only one of a later day looks at it. `waits_since` puts
        it before all others of `day`, in the order of these dates: it waits for room in the first
        wave, the oldest of it due on that date (D13). `rules` is the `rules_version` of the tenant
        as read before what was decided by. False when the customer moved on, or when a date by
        newer rules is set already.
        """
