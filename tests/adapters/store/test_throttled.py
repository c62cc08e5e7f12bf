"""A table that asks to slow down is waited for: an import goes on and ends as it would have."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from relance.store.tenant import DynamoTenantStore
from tests.adapters.store.conftest import World as Place
from tests.adapters.store.lived import kept_in
from tests.fakes.meter import counting
from tests.fakes.world import TENANT
from tests.unit.app.importing import Imports
from tests.unit.app.test_held_imports import sales
from tests.unit.app.test_sync import ledger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# A client that fails is the same for every engine: the one in this process is enough.
pytestmark = pytest.mark.parametrize("engine", ["moto"], indirect=True)

BOOKS = ledger(*sales(range(6)))


class Throttled:
    """A client that refuses each call some times before it carries it out.

    As AWS does: a transaction is cancelled for this reason, any other call fails.
    """

    def __init__(self, client: "DynamoDBClient", *, times: int) -> None:
        self._client = client
        self._times = times
        self._refused = 0
        self.refusals: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name in ("exceptions", "meta"):
            return found

        def call(**parameters: Any) -> Any:
            if self._refused < self._times:
                self._refused += 1
                self.refusals[name] += 1
                raise self._refusal(name)
            self._refused = 0
            return found(**parameters)

        return call

    def _refusal(self, name: str) -> ClientError:
        if name != "transact_write_items":
            code = "ProvisionedThroughputExceededException"
            return ClientError({"Error": {"Code": code, "Message": "slow down"}}, name)
        reasons = [{"Code": "None"}, {"Code": "ThrottlingError", "Message": "slow down"}]
        told: Any = {
            "Error": {"Code": "TransactionCanceledException", "Message": "[None, ThrottlingError]"},
            "CancellationReasons": reasons,
        }
        return self._client.exceptions.TransactionCanceledException(told, name)


@pytest.fixture
def imports(on_dynamo: Place) -> Imports:
    """A tenant on DynamoDB that has nothing yet."""
    return Imports(kept_in(on_dynamo))


def test_an_import_waits_for_a_throttled_table_and_ends_whole(
    imports: Imports, dynamodb: "DynamoDBClient", table: str
) -> None:
    slow: Any = Throttled(dynamodb, times=2)
    store = DynamoTenantStore(slow, table, TENANT.id)
    report = imports.run(imports.put(BOOKS, "first"), store=store)
    assert report is not None
    assert (report.state, report.created) == ("done", 6)
    assert set(imports.owed().values()) == {10_000}
    asked = {"get_item", "put_item", "update_item", "delete_item", "query", "transact_write_items"}
    assert asked <= slow.refusals.keys()


def test_a_table_that_never_answers_is_given_up_and_the_import_goes_on_later(
    imports: Imports, dynamodb: "DynamoDBClient", table: str
) -> None:
    dead: Any = Throttled(dynamodb, times=10**6)
    upload = imports.put(BOOKS, "first")
    with pytest.raises(ClientError, match="slow down"):
        imports.run(upload, store=DynamoTenantStore(dead, table, TENANT.id))
    report = imports.run(upload)
    assert report is not None
    assert report.state == "done"


def test_the_same_file_again_writes_no_item_and_no_customer_and_reads_each_once(
    imports: Imports, dynamodb: "DynamoDBClient", table: str
) -> None:
    imports.run(imports.put(BOOKS, "first"))
    with counting(dynamodb, table) as meter:
        report = imports.run(imports.put(BOOKS, "again"))
    assert report is not None
    assert (report.state, report.unchanged) == ("done", 6)
    tallies = meter.tallies
    # Its turn and the end of it, its report twice, the first, newest and last day of a ledger:
    # nothing of a customer.
    assert tallies["TransactWriteItems"].examined == 2  # the beginning, and that it was told of
    written = sum(tallies[name].examined for name in ("PutItem", "UpdateItem", "DeleteItem"))
    assert written == 7
    assert "index due" not in tallies
    # One read a customer; the scenarios, when the first are made and when dates are set.
    assert tallies["Query"].requests == 6 + 2
    assert tallies["BatchGetItem"].requests == 0


def test_a_new_customer_is_one_transaction_and_its_next_date(
    imports: Imports, dynamodb: "DynamoDBClient", table: str
) -> None:
    imports.run(imports.put(BOOKS, "first"))
    with counting(dynamodb, table) as meter:
        imports.run(imports.put(ledger(*sales(range(10))), "next"))
    tallies = meter.tallies
    # Each known one is read once, to be compared; and the scenarios.
    assert tallies["Query"].requests == 6 + 2
    assert tallies["TransactWriteItems"].requests == 4 + 2
    assert tallies["UpdateItem"].requests == 4 + 3
    assert tallies["GetItem"].requests <= 6


def test_a_customer_that_the_list_does_not_show_yet_is_found_when_it_is_written(
    imports: Imports, dynamodb: "DynamoDBClient", table: str
) -> None:
    class Lagging:
        """A client whose index `lists` shows nothing yet."""

        def __getattr__(self, name: str) -> Any:
            return getattr(dynamodb, name)

        def query(self, **parameters: Any) -> Any:
            answer: Any = dynamodb.query(**parameters)
            return {"Items": []} if parameters.get("IndexName") == "lists" else answer

    imports.run(imports.put(BOOKS, "first"))
    lagging: Any = Lagging()
    changed = ledger(*sales(range(6), "90,00"))
    store = DynamoTenantStore(lagging, table, TENANT.id)
    report = imports.run(imports.put(changed, "next"), store=store)
    assert report is not None
    assert report.state == "done"
    assert set(imports.owed().values()) == {9_000}
