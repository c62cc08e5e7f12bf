"""What the store in memory keeps of one customer."""

from dataclasses import dataclass, field, replace
from datetime import date, time

from relance.domain.actions import Action
from relance.domain.blocks import Block
from relance.domain.customer import Customer
from relance.domain.items import Item


@dataclass(kw_only=True)
class CustomerFile:
    """All that is kept of one customer; `changed` since the next date was set."""

    customer: Customer
    items: dict[str, Item] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    paid: dict[str, Item] = field(default_factory=dict)
    past: dict[str, Action] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    next_date: date | None = None
    waits_since: date | None = None
    hour: time | None = None
    rules: int = 0
    changed: bool = True

    def count_up(self, customer: Customer | None = None) -> Customer:
        version = self.customer.version + 1
        self.customer = replace(customer or self.customer, version=version)
        self.changed = True
        return self.customer

    @property
    def place(self) -> str | None:
        """Where it stands among those to be looked at, None when it doesn't."""
        key = self.customer.id
        if self.changed:
            return f"0000-00-00#{key}"
        if self.next_date is None:
            return None
        if self.waits_since is None:
            return (
                f"{self.next_date}T{self.hour:%H:%M}#{key}"
                if self.hour
                else f"{self.next_date}#{key}"
            )
        return f"{self.next_date}!{self.waits_since}#{key}"

    def place_of(self, action: str) -> dict[str, Action] | None:
        return next((place for place in (self.actions, self.past) if action in place), None)
