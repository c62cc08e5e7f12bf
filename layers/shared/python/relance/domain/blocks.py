"""What people write down that holds a customer's items: stops, disputes, promises to pay."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Nothing goes by itself to a customer, or about one `item` of it, for a while (C2, D28).

    In force from tenant day `since` through `until`, None for open-ended. One that a person lifted
    is no longer in force from `ended_on` on.
    """

    id: str
    since: date
    reason: str
    author: str = ""
    item: str | None = None
    until: date | None = None
    ended_on: date | None = None
    ended_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The customer contests an item, or `amount` of it in minor units (C4, D29).

    Open from tenant day `opened` on; no longer from `resolved_on` on.
    """

    id: str
    item: str
    opened: date
    reason: str
    author: str = ""
    owner: str = ""
    amount: int | None = None
    resolved_on: date | None = None
    resolved_by: str = ""
    resolution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The customer said it would pay `amount` (minor units) of `items` by `due` (C5, D30).

    Made on tenant day `made_on`, when `open_when_made` was open of them in all. `kept_on` is the
    tenant day of the sync since which at least the amount promised is matched, however late. One
    that a person took back as a mistake is void from `cancelled_on` on.
    """

    id: str
    items: tuple[str, ...]
    currency: str
    amount: int
    due: date
    made_on: date
    open_when_made: int
    author: str = ""
    note: str = ""
    kept_on: date | None = None
    cancelled_on: date | None = None
    cancelled_by: str = ""


Block = Stop | Dispute | Promise
