"""What a crash, a rival or a slow table leaves behind, on DynamoDB."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from relance.app.errors import Conflict
from relance.domain.actions import ActionState
from relance.store.tenant import DynamoTenantStore
from tests.adapters.store import samples
from tests.adapters.store.conftest import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class Crash(Exception):
    """The process stops."""


class Watched:
    """A client that does something before each call of one operation, given the call's number."""

    def __init__(self, client: Any, operation: str, before: Callable[[int], None]) -> None:
        self._client = client
        self._operation = operation
        self._before = before
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name != self._operation:
            return found

        def call(**parameters: Any) -> Any:
            self.calls += 1
            self._before(self.calls)
            return found(**parameters)

        return call


def crash_from(number: int) -> Callable[[int], None]:
    def before(call: int) -> None:
        if call >= number:
            raise Crash

    return before


def many(count: int, **changes: Any) -> list[Any]:
    return [samples.item(number=f"F{number}", **changes) for number in range(count)]


@pytest.fixture
def store(on_dynamo: World) -> DynamoTenantStore:
    found = on_dynamo.sign_up("atelier")
    assert isinstance(found, DynamoTenantStore)
    return found


@pytest.mark.parametrize("survived", [1, 2])
def test_a_sync_killed_between_chunks_is_marked_and_can_be_run_again(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str, survived: int
) -> None:
    first = store.apply_sync(samples.customer(), put=many(250), import_id="i1")
    dying: Any = Watched(dynamodb, "transact_write_items", crash_from(survived + 1))
    paid = many(250, residual=0)
    with pytest.raises(Crash):
        DynamoTenantStore(dying, table, "atelier").apply_sync(first, put=paid, import_id="i2")

    half_way = store.account("411DUPONT")
    assert half_way is not None
    assert half_way.customer.incomplete_since == "i2"
    left = [item for item in half_way.items if item.residual]
    assert len(left) == 250 - 99 * survived
    assert store.due_customers(date(2025, 3, 9), limit=5).entries == ("411DUPONT",)
    with pytest.raises(Conflict):
        store.apply_sync(first, put=paid, import_id="i2")

    whole = replace(half_way.customer, incomplete_since=None)
    todo = [item for item in paid if store.item(item.id) != item]
    assert len(todo) == len(left)
    written = store.apply_sync(whole, put=todo, import_id="i2")
    account = store.account("411DUPONT")
    assert account is not None
    assert account.customer == written
    assert written.incomplete_since is None
    assert sorted(account.items, key=str) == sorted(paid, key=str)


def test_a_first_sync_killed_between_chunks_is_marked_too(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    dying: Any = Watched(dynamodb, "transact_write_items", crash_from(2))
    with pytest.raises(Crash):
        DynamoTenantStore(dying, table, "atelier").apply_sync(
            samples.customer(), put=many(150), import_id="i1"
        )
    account = store.account("411DUPONT")
    assert account is not None
    assert account.customer.incomplete_since == "i1"
    assert account.customer.version == 1


def test_a_sync_killed_between_chunks_keeps_the_mark_of_an_earlier_import(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    marked = replace(samples.customer(), incomplete_since="i1")
    first = store.apply_sync(marked, put=[], import_id="i1")
    dying: Any = Watched(dynamodb, "transact_write_items", crash_from(2))
    with pytest.raises(Crash):
        DynamoTenantStore(dying, table, "atelier").apply_sync(first, put=many(150), import_id="i2")
    account = store.account("411DUPONT")
    assert account is not None
    assert account.customer.incomplete_since == "i1"


def test_a_rival_between_the_chunks_of_a_sync_is_not_overwritten(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    first = store.apply_sync(samples.customer(), put=[], import_id="i1")

    def edit_before_the_second(call: int) -> None:
        if call == 2:
            account = store.account("411DUPONT")
            assert account is not None
            store.save_customer(replace(account.customer, name="Edited meanwhile"))

    rivalled: Any = Watched(dynamodb, "transact_write_items", edit_before_the_second)
    with pytest.raises(Conflict):
        DynamoTenantStore(rivalled, table, "atelier").apply_sync(
            first, put=many(150), import_id="i2"
        )
    account = store.account("411DUPONT")
    assert account is not None
    assert account.customer.name == "Edited meanwhile"
    assert account.customer.incomplete_since == "i2"


def test_an_archive_killed_between_chunks_loses_nothing(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    written = store.apply_sync(samples.customer(), put=many(120), import_id="i1")
    names = [f"F{number}" for number in range(120)]
    sent = samples.action("411DUPONT", "a1", *names, state=ActionState.SENT)
    assert store.add_action(written, sent)
    current = replace(written, version=written.version + 1)
    dying: Any = Watched(dynamodb, "transact_write_items", crash_from(3))
    ids = [item.id for item in many(120)]
    with pytest.raises(Crash):
        DynamoTenantStore(dying, table, "atelier").archive(
            current, ids, actions_before=date(2099, 1, 1)
        )
    account = store.account("411DUPONT")
    assert account is not None
    assert account.actions == (sent,)
    assert {item.id for item in account.items} | store.archived(ids).keys() == set(ids)
    assert account.customer.version > current.version

    store.archive(account.customer, ids, actions_before=date(2099, 1, 1))
    account = store.account("411DUPONT")
    assert account is not None
    assert (account.items, account.actions) == ((), ())
    assert store.archived(ids).keys() == set(ids)
    assert store.action(sent.id) == sent


def test_an_account_that_changes_between_its_pages_is_read_again(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    large = many(60, label="x" * 20_000)
    store.apply_sync(samples.customer(), put=large, import_id="i1")

    def pay_before_the_second(call: int) -> None:
        if call == 2:
            account = store.account("411DUPONT")
            assert account is not None
            paid = [replace(each, residual=0) for each in large]
            store.apply_sync(account.customer, put=paid, import_id="i2")

    watched: Any = Watched(dynamodb, "query", pay_before_the_second)
    account = DynamoTenantStore(watched, table, "atelier").account("411DUPONT")
    assert watched.calls >= 4
    assert account == store.account("411DUPONT")
    assert account is not None
    assert {item.residual for item in account.items} == {0}


def test_an_account_that_never_stands_still_is_a_conflict(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    store.apply_sync(samples.customer(), put=many(60, label="x" * 20_000), import_id="i1")

    def edit(_: int) -> None:
        account = store.account("411DUPONT")
        assert account is not None
        store.save_customer(account.customer)

    watched: Any = Watched(dynamodb, "query", edit)
    with pytest.raises(Conflict):
        DynamoTenantStore(watched, table, "atelier").account("411DUPONT")


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    answer: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": ""},
        "CancellationReasons": reasons,
    }
    return ClientError(answer, "TransactWriteItems")


def refusing(dynamodb: "DynamoDBClient", times: int, *codes: str) -> Any:
    error = cancelled(*codes)

    def before(call: int) -> None:
        if call <= times:
            raise dynamodb.exceptions.TransactionCanceledException(
                error.response, "TransactWriteItems"
            )

    return Watched(dynamodb, "transact_write_items", before)


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
def test_a_collision_or_a_slow_table_passes(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str, code: str
) -> None:
    client = refusing(dynamodb, 2, "None", code)
    made = DynamoTenantStore(client, table, "atelier").save_customer(samples.customer())
    assert client.calls == 3
    account = store.account("411DUPONT")
    assert account is not None
    assert account.customer == made


def test_a_broken_condition_is_never_tried_again(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    client = refusing(dynamodb, 9, "ConditionalCheckFailed", "TransactionConflict")
    with pytest.raises(Conflict):
        DynamoTenantStore(client, table, "atelier").save_customer(samples.customer())
    assert client.calls == 1


def test_an_error_that_is_not_a_race_is_raised(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    client = refusing(dynamodb, 9, "ValidationError")
    with pytest.raises(ClientError):
        DynamoTenantStore(client, table, "atelier").save_customer(samples.customer())
    assert client.calls == 1


def test_keys_that_the_table_did_not_get_to_are_asked_again(
    store: DynamoTenantStore, dynamodb: "DynamoDBClient", table: str
) -> None:
    items = many(5)
    written = store.apply_sync(samples.customer(), put=items, import_id="i1")
    store.archive(written, [item.id for item in items])

    class Lazy:
        """Answers one key a call, as a busy table may."""

        def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 # the client's own name
            [(name, asked)] = RequestItems.items()
            first, *left = asked["Keys"]
            request: Any = {name: {**asked, "Keys": [first]}}
            answer: Any = dynamodb.batch_get_item(RequestItems=request)
            unprocessed = {name: {"Keys": left}} if left else {}
            return {**answer, "UnprocessedKeys": unprocessed}

    lazy: Any = Lazy()
    found = DynamoTenantStore(lazy, table, "atelier").archived([item.id for item in items])
    assert found == {item.id: item for item in items}
