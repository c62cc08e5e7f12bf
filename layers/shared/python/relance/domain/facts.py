"""The facts a decision is taken on: all that is known of one customer, and the rules."""

from dataclasses import dataclass
from datetime import date

from relance.domain.actions import Action
from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.customer import Customer
from relance.domain.items import Item
from relance.domain.scenario import Scenario
from relance.domain.tenant_rules import TenantRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a decision about one customer looks at.

    `items` are the open ones and those settled whose thank-you is not yet decided; `actions` are
    those that concern them. `scenario` is the one that applies now, None when there is none;
    `closed_days` are public holidays, as dates, in the tenant's or the debtor's country (D6).
    `synced_on` is the tenant day of the last whole ledger (D32), None when it doesn't matter.
    `wave_room` is how many messages of the first wave may still be put up for this customer
    tonight, None for any number (D13).
    """

    customer: Customer
    items: tuple[Item, ...]
    actions: tuple[Action, ...]
    scenario: Scenario | None
    rules: TenantRules
    closed_days: frozenset[date] = frozenset()
    stops: tuple[Stop, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    promises: tuple[Promise, ...] = ()
    synced_on: date | None = None
    wave_room: int | None = None
