"""What the parts of a tenant's store share: the table, the tenant, paged lists, whose ids are."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from relance.app.cursors import cursor, position
from relance.app.errors import Conflict, MovedMeanwhile
from relance.app.ports.page import Page
from relance.domain.customer import Customer
from relance.domain.identifiers import owner
from relance.store.attributes import Record
from relance.store.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class Bound:
    """Something of one tenant's. The tenant is given once, here, and to no method."""

    def __init__(self, client: "DynamoDBClient", table: str, tenant: str) -> None:
        self._table = Table(client, table)
        self._tenant = tenant

    def _list[T](
        self,
        name: str,
        read: Callable[[Record], T],
        *,
        limit: int,
        after: str | None,
        newest_first: bool = False,
    ) -> Page[T]:
        """Read a page of one list of the `lists` index."""
        found = self._table.listed(
            name, after=position(name, after), newest_first=newest_first, most=limit + 1
        )
        return page(name, ((each["list_sk"], read(each)) for each in found), limit=limit)


def page[T](name: str, rows: Iterable[tuple[str, T]], *, limit: int) -> Page[T]:
    """Cut rows, each behind its position and in the list's order, to a page of `limit`."""
    every = list(rows)
    part = every[:limit]
    more = cursor(name, part[-1][0]) if len(every) > limit else None
    return Page(entries=tuple(value for _, value in part), next=more)


def moved(what: str, version: int) -> Conflict:
    """Return the error for what is at another version than this, or is there although new (0)."""
    if not version:
        return Conflict(f"there is a {what} already")
    return MovedMeanwhile(f"{what} changed since it was read")


def check_owner(customer: Customer, identifiers: Iterable[str]) -> None:
    """Raise ValueError for an id that would not be found in the customer's partition."""
    for identifier in identifiers:
        if owner(identifier) != customer.id:
            raise ValueError(f"{identifier} is not an id of customer {customer.id}")
