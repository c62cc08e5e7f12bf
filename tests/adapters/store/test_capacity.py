"""Sizes and capacity as AWS publishes them, on its own examples, and as the meter counts them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.fakes.capacity import Index, item_size, read_units, write_units
from tests.fakes.meter import Meter, Tally, counting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

KB = 1024
DUE = Index("due", frozenset({"due_pk", "due_sk"}), frozenset({"pk", "sk", "due_pk", "due_sk"}))


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({}, 0),
        ({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}, 23),
        ({"é": {"S": "ü"}}, 4),
        ({"n": {"N": "0"}}, 2),
        ({"n": {"N": "27"}}, 3),
        ({"n": {"N": "120000"}}, 3),
        ({"n": {"N": "-123"}}, 4),
        ({"n": {"N": "0.0012"}}, 3),
        ({"b": {"BOOL": False}, "u": {"NULL": True}}, 4),
        ({"b": {"B": b"\x00\x01\x02"}}, 4),
        ({"m": {"M": {}}}, 4),
        ({"l": {"L": []}}, 4),
        ({"l": {"L": [{"S": "ab"}, {"N": "7"}]}}, 4 + (1 + 2) + (1 + 2)),
        ({"m": {"M": {"a": {"S": "x"}, "b": {"M": {}}}}}, 4 + (1 + 1 + 1) + (1 + 1 + 3)),
    ],
)
def test_a_record_weighs_its_names_and_values(item: dict[str, Any], size: int) -> None:
    assert item_size(item) == size


def test_an_attribute_of_a_kind_that_is_not_ours_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="SS"):
        item_size({"s": {"SS": ["a"]}})


@pytest.mark.parametrize(
    ("size", "consistent", "eventual"),
    [
        (0, 1, 0.5),
        (3_500, 1, 0.5),
        (4 * KB, 1, 0.5),
        (4 * KB + 1, 2, 1),
        (8 * KB, 2, 1),
        (10 * KB, 3, 1.5),
        (int(40.8 * KB), 11, 5.5),  # ten records of a query, together
        (1_500 * 64, 24, 12),
    ],
)
def test_reads_are_rounded_up_to_4_kb_and_halved_unless_consistent(
    size: int, consistent: float, eventual: float
) -> None:
    assert read_units(size, consistent=True) == consistent
    assert read_units(size, consistent=False) == eventual


@pytest.mark.parametrize(("size", "plain"), [(0, 1), (500, 1), (KB, 1), (KB + 1, 2), (2 * KB, 2)])
def test_writes_are_rounded_up_to_1_kb_and_doubled_in_a_transaction(size: int, plain: int) -> None:
    assert write_units(size, transaction=False) == plain
    assert write_units(size, transaction=True) == 2 * plain


def test_an_index_is_written_when_what_it_holds_changes_and_twice_when_a_key_moves() -> None:
    key = {"pk": {"S": "C1"}, "sk": {"S": "LIVE"}}
    out = {**key, "body": {"S": "x"}}
    today = {**out, "due_pk": {"S": "T"}, "due_sk": {"S": "11"}}
    later = {**today, "due_sk": {"S": "12"}}
    edited = {**today, "body": {"S": "y"}}
    entry = item_size(today) - item_size({"body": {"S": "x"}})
    assert list(DUE.writes(None, out)) == []
    assert list(DUE.writes(None, today)) == [entry]
    assert list(DUE.writes(today, later)) == [entry, entry]
    assert list(DUE.writes(today, edited)) == []
    assert list(DUE.writes(today, out)) == [entry]
    assert list(DUE.writes(today, None)) == [entry]
    whole = Index("lists", frozenset({"due_pk", "due_sk"}), None)
    assert list(whole.writes(today, edited)) == [item_size(edited)]


@pytest.fixture
def meter(dynamodb: "DynamoDBClient", table: str) -> Iterator[Meter]:
    """What counts this test's requests; a and b, of 40 bytes, are in the table from before."""
    for name in "ab":
        dynamodb.put_item(TableName=table, Item=_record(name, 40))
    with counting(dynamodb, table) as meter:
        yield meter


def test_gets_cost_a_step_each_found_or_not(
    dynamodb: "DynamoDBClient", table: str, meter: Meter
) -> None:
    dynamodb.get_item(TableName=table, Key=_key("a"), ConsistentRead=True)
    dynamodb.get_item(TableName=table, Key=_key("none"))
    assert meter.take().tallies["GetItem"] == Tally(requests=2, examined=2, bytes=40, reads=1.5)
    keys = [_key("a"), _key("b"), _key("none")]
    dynamodb.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
    assert meter.total() == Tally(requests=1, examined=3, bytes=80, reads=3)


def test_a_query_costs_by_all_it_reads_together(
    dynamodb: "DynamoDBClient", table: str, meter: Meter
) -> None:
    asked: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "P"}},
    }
    dynamodb.query(**asked, ConsistentRead=True)
    assert meter.total() == Tally(requests=1, examined=2, bytes=80, reads=1)
    with pytest.raises(ValueError, match="can't be told"):
        dynamodb.query(**asked, Select="COUNT")


def test_a_transaction_costs_twice_for_each_record_even_if_only_checked(
    dynamodb: "DynamoDBClient", table: str, meter: Meter
) -> None:
    check: Any = {
        "TableName": table,
        "Key": _key("a"),
        "ConditionExpression": "sk = :sk",
        "ExpressionAttributeValues": {":sk": {"S": "a"}},
    }
    new: Any = {"TableName": table, "Item": _record("c", 2 * KB) | _listed("c")}
    dynamodb.transact_write_items(
        TransactItems=[
            {"ConditionCheck": check},
            {"Put": new},
        ]
    )
    listed = item_size(new["Item"])
    assert meter.tallies == {
        "TransactWriteItems": Tally(requests=1, examined=2, bytes=40 + listed, writes=2 + 6),
        "index lists": Tally(examined=1, bytes=listed, writes=3),
    }


def test_a_write_costs_by_the_larger_of_what_a_record_was_and_is(
    dynamodb: "DynamoDBClient", table: str, meter: Meter
) -> None:
    dynamodb.put_item(TableName=table, Item=_record("a", 3 * KB))
    dynamodb.update_item(
        TableName=table,
        Key=_key("a"),
        UpdateExpression="SET body = :body",
        ExpressionAttributeValues={":body": {"S": "x"}},
    )
    dynamodb.delete_item(TableName=table, Key=_key("b"))
    dynamodb.delete_item(TableName=table, Key=_key("none"))
    assert meter.tallies == {
        "PutItem": Tally(requests=1, examined=1, bytes=3 * KB, writes=3),
        "UpdateItem": Tally(requests=1, examined=1, bytes=3 * KB, writes=3),
        "DeleteItem": Tally(requests=2, examined=2, bytes=40, writes=2),
    }


def test_a_write_whose_condition_fails_costs_as_if_it_held(
    dynamodb: "DynamoDBClient", table: str, meter: Meter
) -> None:
    with pytest.raises(ClientError):
        dynamodb.put_item(
            TableName=table,
            Item=_record("a", 3 * KB),
            ConditionExpression="attribute_not_exists(pk)",
        )
    assert meter.total() == Tally(requests=1, examined=1, bytes=3 * KB, writes=3)


def test_what_the_meter_can_not_count_it_refuses(
    dynamodb: "DynamoDBClient", table: str, meter: Meter
) -> None:
    with pytest.raises(ValueError, match="Scan"):
        dynamodb.scan(TableName=table)
    assert meter.total() == Tally()


def _key(name: str) -> dict[str, Any]:
    return {"pk": {"S": "P"}, "sk": {"S": name}}


def _listed(name: str) -> dict[str, Any]:
    return {"list_pk": {"S": "L"}, "list_sk": {"S": name}}


def _weighing(size: int) -> dict[str, Any]:
    return {"body": {"S": "x" * (size - len("body"))}}


def _record(name: str, size: int) -> dict[str, Any]:
    return {**_key(name), **_weighing(size - item_size(_key(name)))}
