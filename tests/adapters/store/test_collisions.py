"""A record that other transactions never let go: who asked is told to come again (H1)."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from relance.app.customer_import import import_customers
from relance.app.errors import MovedMeanwhile
from relance.app.ports.tenant import Profile
from relance.app.schedule import unheard
from relance.store.tenant import DynamoTenantStore
from tests.adapters.store import samples
from tests.adapters.store.conftest import World
from tests.adapters.store.test_interrupted import Watched, cancelled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# A client that fails is the same for every engine: the one in this process is enough.
pytestmark = pytest.mark.parametrize("engine", ["moto"], indirect=True)

DAY = date(2025, 3, 9)
# As often as a transaction that meets others is tried.
TRIES = 8


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No try waits for the next."""
    monkeypatch.setattr("time.sleep", lambda _: None)


@pytest.fixture
def store(on_dynamo: World) -> DynamoTenantStore:
    found = on_dynamo.sign_up("atelier")
    assert isinstance(found, DynamoTenantStore)
    found.save_profile(Profile(id="standard", name="Standard"))
    return found


def colliding(dynamodb: "DynamoDBClient", times: int, *codes: str) -> Any:
    """A client whose first transactions and updates meet others' on the same record."""
    refused = cancelled("None", *(codes or ["TransactionConflict"])).response
    met: Any = {"Error": {"Code": "TransactionConflictException", "Message": ""}}

    def transaction(call: int) -> None:
        if call <= times:
            raise dynamodb.exceptions.TransactionCanceledException(refused, "TransactWriteItems")

    def update(call: int) -> None:
        if call <= times:
            raise dynamodb.exceptions.TransactionConflictException(met, "UpdateItem")

    return Watched(Watched(dynamodb, "update_item", update), "transact_write_items", transaction)


def test_a_record_that_others_never_let_go_is_to_be_asked_for_again(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    client = colliding(dynamodb, TRIES)
    hindered = DynamoTenantStore(client, table, "atelier")
    with pytest.raises(MovedMeanwhile):
        hindered.save_customer(samples.customer(), gets_profile=True)
    assert client.calls == TRIES
    assert store.customers_named(["411DUPONT"]) == {}
    assert [each.given for each in store.profiles()] == [0]
    with pytest.raises(MovedMeanwhile):
        hindered.mark_planned(DAY)
    assert store.tenant().planned_through is None

    # The next time they have.
    made = hindered.save_customer(samples.customer(), gets_profile=True)
    assert hindered.set_next_date(made, DAY, rules=0)


def test_a_table_that_is_slow_as_well_is_our_failure(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    slow = colliding(dynamodb, 99, "TransactionConflict", "ThrottlingError")
    with pytest.raises(ClientError):
        DynamoTenantStore(slow, table, "atelier").save_customer(samples.customer())
    assert slow.calls > TRIES


def test_an_import_outlasts_who_is_told_to_come_again(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    file = [b"Code,Name\nC1,One\nC2,Two\n"]
    hindered = DynamoTenantStore(colliding(dynamodb, 3 * TRIES), table, "atelier")
    taken = import_customers(file, store=hindered, on=DAY, author="import", failed=unheard)
    assert (taken.created, taken.file.refused) == (2, 0)
    assert [each.given for each in store.profiles()] == [2]
