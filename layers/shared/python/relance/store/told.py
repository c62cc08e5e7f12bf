"""A tenant's store that tells what became of actions and customers, once it is written."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from relance.domain.actions import Action
from relance.domain.blocks import Block
from relance.domain.customer import Customer
from relance.store.tenant import DynamoTenantStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

type Tell = Callable[[str, Action | Customer], None]
"""Takes the tenant and the fact as it was written; never raises, never takes long."""


class ToldStore(DynamoTenantStore):
    """`TenantStore` that tells what it has written, and nothing that it has not.

    A process that dies between the two has told nothing: what is told is for others to follow, and
    never what we work on.
    """

    def __init__(self, client: "DynamoDBClient", table: str, tenant: str, *, tell: Tell) -> None:
        super().__init__(client, table, tenant)
        self._tell = tell

    def save_customer(self, customer: Customer, *, gets_profile: bool = False) -> Customer:
        saved = super().save_customer(customer, gets_profile=gets_profile)
        self._tell(self._tenant, saved)
        return saved

    def add_action(self, customer: Customer, action: Action, *, cancel: Iterable[str] = ()) -> bool:
        return self._told(action, done=super().add_action(customer, action, cancel=cancel))

    def save_action(self, customer: Customer, action: Action) -> bool:
        return self._told(action, done=super().save_action(customer, action))

    def close_action(
        self, customer: Customer, action: Action, *, blocks: Iterable[Block] = ()
    ) -> bool:
        return self._told(action, done=super().close_action(customer, action, blocks=blocks))

    def advance_action(self, action: Action) -> bool:
        return self._told(action, done=super().advance_action(action))

    def replace_action(self, action: Action, *, was: Action, of: Customer | None = None) -> bool:
        done = super().replace_action(action, was=was, of=of)
        return self._told(action, done=done) if action.state is not was.state else done

    def _told(self, action: Action, *, done: bool) -> bool:
        if done:
            self._tell(self._tenant, action)
        return done
