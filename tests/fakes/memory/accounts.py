"""Customers, their accounts, and when to look at them next, in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time

from relance.app.errors import BadInput, MovedMeanwhile
from relance.app.ports.accounts import Account
from relance.app.ports.page import Page
from relance.app.ports.tenant import Tenant
from relance.domain.blocks import Block, Stop
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.domain.items import Item
from relance.store.keys import fits
from tests.fakes.memory.bound import Bound, moved
from tests.fakes.memory.customer_file import CustomerFile


class Accounts(Bound):
    """Customers and what is live of them."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._files: dict[str, CustomerFile] = {}

    def account(self, customer: str) -> Account | None:
        file = self._files.get(customer)
        if file is None:
            return None
        return Account(
            customer=file.customer,
            items=tuple(file.items[key] for key in sorted(file.items)),
            actions=tuple(file.actions[key] for key in sorted(file.actions)),
            next_date=file.next_date,
            waits_since=None if file.changed else file.waits_since,
            blocks=tuple(file.blocks[key] for key in sorted(file.blocks)),
        )

    def customers(self, *, limit: int, after: str | None = None) -> Page[Customer]:
        rows = [(key, file.customer) for key, file in self._files.items()]
        return self._page("customers", rows, limit=limit, after=after)

    def save_customer(self, customer: Customer, *, gets_profile: bool = False) -> Customer:
        profile = self._profiles.get(customer.profile)
        if gets_profile and profile is None:
            raise BadInput("there is no such profile", pointer="/profile")
        saved = self._file_for(customer).count_up(customer)
        if gets_profile and profile is not None:
            given = replace(profile, given=profile.given + 1, given_to=customer.id)
            self._profiles[profile.id] = given
        return saved

    def save_block(self, customer: Customer, block: Block) -> Customer:
        check_owner(customer, [block.id])
        file = self._at(customer)
        if file is None:
            raise MovedMeanwhile(f"customer {customer.id} changed since it was read")
        file.blocks[block.id] = block
        return file.count_up()

    def items(
        self, *, limit: int, after: str | None = None, latest_first: bool = False
    ) -> Page[tuple[str, Item]]:
        rows = [
            (f"{item.due or item.issued}#{item.id}", (key, item))
            for key, file in self._files.items()
            for item in file.items.values()
        ]
        name = "items#latest" if latest_first else "items"
        return self._page(name, rows, limit=limit, after=after, newest_first=latest_first)

    def stops(self, *, limit: int, after: str | None = None) -> Page[tuple[str, Stop]]:
        rows = [
            (f"{block.since}#{block.id}", (key, block))
            for key, file in self._files.items()
            for block in file.blocks.values()
            if isinstance(block, Stop) and block.ended_on is None
        ]
        return self._page("stops", rows, limit=limit, after=after, newest_first=True)

    def paid_items(self, customer: str, *, limit: int, after: str | None = None) -> Page[Item]:
        file = self._files.get(customer)
        paid = file.paid.values() if file else ()
        rows = [(f"{item.settled_on or item.issued}#{item.id}", item) for item in paid]
        return self._page(f"paid#{customer}", rows, limit=limit, after=after, newest_first=True)

    def item(self, item: str) -> Item | None:
        file = self._files.get(owner(item))
        return (file.items.get(item) or file.paid.get(item)) if file else None

    def archived(self, items: Iterable[str]) -> Mapping[str, Item]:
        asked = set(items)
        every = ((key, item) for file in self._files.values() for key, item in file.paid.items())
        return {key: item for key, item in every if key in asked}

    def due_customers(self, on: date, *, limit: int, after: str | None = None) -> Page[str]:
        rows = [
            (file.place, key)
            for key, file in self._files.items()
            if file.place is not None and file.place < f"{on}$"
        ]
        return self._page("due", rows, limit=limit, after=after)

    def customers_due_at(
        self, on: date, hour: time, *, limit: int, after: str | None = None
    ) -> Page[str]:
        rows = [
            (file.place, key)
            for key, file in self._files.items()
            if file.place is not None and f"{on}T" < file.place < f"{on}T{hour:%H:%M}$"
        ]
        return self._page(f"hour#{on}", rows, limit=limit, after=after)

    def waiting_customers(
        self, on: date, *, limit: int, after: str | None = None
    ) -> Page[tuple[date, str]]:
        rows = [
            (file.place, (file.waits_since, key))
            for key, file in self._files.items()
            if file.place is not None
            and file.waits_since is not None
            and file.place.startswith(f"{on}!")
        ]
        return self._page(f"room#{on}", rows, limit=limit, after=after)

    def set_next_date(
        self,
        customer: Customer,
        day: date | None,
        *,
        rules: int,
        waits_since: date | None = None,
        hour: time | None = None,
    ) -> bool:
        file = self._at(customer)
        if file is None or file.rules > rules:
            return False
        file.next_date, file.rules, file.changed = day, rules, False
        file.waits_since, file.hour = waits_since, hour
        return True

    def _at(self, customer: Customer) -> CustomerFile | None:
        """The stored customer if it is still at the version given."""
        file = self._files.get(customer.id)
        return file if file and file.customer.version == customer.version else None

    def _file_for(self, customer: Customer) -> CustomerFile:
        """The stored customer at the version given; a new one for version 0."""
        if not fits(customer.id):
            raise BadInput("the customer code is too long to be kept")
        if customer.version == 0 and customer.id not in self._files:
            self._files[customer.id] = CustomerFile(customer=customer)
        file = self._at(customer)
        if file is None:
            raise moved(f"customer {customer.id}", customer.version)
        return file


def check_owner(customer: Customer, identifiers: Iterable[str]) -> None:
    """Raise ValueError for an id that is none of this customer's."""
    for identifier in identifiers:
        if owner(identifier) != customer.id:
            raise ValueError(f"{identifier} is not an id of customer {customer.id}")
