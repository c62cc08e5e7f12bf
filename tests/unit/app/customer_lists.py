"""Lists of customers taken in, and what is kept then."""

from datetime import date
from typing import Any

from relance.app.customer_import import CustomersTaken, import_customers
from relance.app.schedule import unheard
from relance.domain.customer import Customer
from tests.fakes.world import World

DAY = date(2025, 3, 3)


def take(world: World, text: str, store: Any = None) -> CustomersTaken:
    """Take a list of customers in; `store` stands for the world's own."""
    return import_customers(
        [text.encode()], store=store or world.store, on=DAY, author="import", failed=unheard
    )


def customer(world: World, identifier: str = "C1") -> Customer:
    """Return a customer as it is kept."""
    account = world.store.account(identifier)
    assert account is not None
    return account.customer


def told(taken: CustomersTaken) -> list[tuple[int, str]]:
    """Return where in the file something is wrong: row and title."""
    return [(issue.row, issue.column) for issue in taken.file.issues]
