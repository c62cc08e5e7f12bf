"""Actions: reserved, advanced, listed (D39)."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from relance.app.ports.page import Page
from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Block
from relance.domain.customer import Customer

WAITING_STATES = frozenset(
    {
        ActionState.OPEN,
        ActionState.TO_CONFIRM,
        ActionState.TO_POST,
        ActionState.IN_DOUBT,
        ActionState.FAILED,
    }
)


class Actions(Protocol):
    """A customer's actions, live and past."""

    def add_action(self, customer: Customer, action: Action, *, cancel: Iterable[str] = ()) -> bool:
        """Add an action if the customer is still at `customer.version`, in one transaction.

        This is the reservation of a send: since decisions look at all live actions, two workers
        that decided on the same facts can't both succeed (D39). False when the facts moved on or
        the action exists.
        """

    def save_action(self, customer: Customer, action: Action) -> bool:
        """Replace an action if the customer is still at `customer.version`; False otherwise."""

    def close_action(
        self, customer: Customer, action: Action, *, blocks: Iterable[Block] = ()
    ) -> bool:
        """Replace an action, and with it the customer's own facts and these blocks, as one change.

        False when the customer is no longer at `customer.version`. At most 90 blocks.
        """

    def advance_action(self, action: Action) -> bool:
        """Replace an action if the stored state has a lower rank (a provider's news, a worker's
        confirmation); counts the customer's version up. False when it did not move."""

    def replace_action(self, action: Action, *, was: Action, of: Customer | None = None) -> bool:
        """Replace an action, live or archived, that is still exactly as `was`; False otherwise.

        With `of` also False when that customer, whose it is, changed since it was read. Counts the
        customer's version up.
        """

    def release_action(self, action: Action) -> bool:
        """Remove a reservation that the provider certainly did not take.

        Counts the customer's version up. False when it is no reservation, or not exactly this one
        any more.
        """

    def action(self, action: str) -> Action | None:
        """Find an action, live or archived."""

    def actions(
        self,
        *,
        waiting: bool,
        limit: int,
        after: str | None = None,
        since: date | None = None,
        before: date | None = None,
        oldest_first: bool = False,
    ) -> Page[tuple[str, Action]]:
        """List actions, newest first, with their customer's id.

        `waiting`: only those in WAITING_STATES, which a person must settle. `since`: only those of
        this day and later ones; `before`: only those of earlier days.
        """

    def history(self, customer: str, *, limit: int, after: str | None = None) -> Page[Action]:
        """List all actions of one customer, newest first."""
