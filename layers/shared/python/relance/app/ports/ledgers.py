"""What a sync writes, and what leaves the live facts."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from relance.domain.customer import Customer
from relance.domain.items import Item


class Ledgers(Protocol):
    """Changes of an account that may be too large for one transaction."""

    def apply_sync(
        self, customer: Customer, *, put: Iterable[Item], import_id: str, gets_profile: bool = False
    ) -> Customer:
        """Write a customer (version 0 creates) and its changed items as one change.

        `gets_profile` is as in `save_customer`: a profile that is no more refuses all of it.
        However many items there are, no reader decides on half of them: until the last is written
        the stored customer has `incomplete_since` = import_id, or the mark that it had. Raises
        Conflict when the customer is no longer at `customer.version`. Returns it with its new
        version. A crash or Conflict half-way leaves the mark: read the account again and apply
        what still differs.
        """

    def archive(
        self, customer: Customer, items: Iterable[str], *, actions_before: date | None = None
    ) -> Customer:
        """Move settled items out of the live facts; raise Conflict as `apply_sync` does.

        Actions go too when they concern no live item, are not pending, and were made and
        completed before `actions_before`; younger ones stay, since contact delays (D14) and
        thank-yous (D34) look back at them. None keeps them all. An archived item that a sync
        puts again comes back with its actions (D33). Ids that are not live are passed over.
        """
