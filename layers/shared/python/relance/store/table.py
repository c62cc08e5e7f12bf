"""The table as the stores use it: plain records in and out, conditions, pages to the end."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from relance.app.errors import MovedMeanwhile
from relance.store.attributes import Record, decode, encode
from relance.store.keys import Key, Place
from relance.store.patience import patiently, reasons, wait

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# Another transaction has the record, or the table asks to slow down: it passes.
_SLOW_DOWN = {"ThrottlingError", "ProvisionedThroughputExceeded"}
_COLLISION = {"TransactionConflict"}
_PASSING = _COLLISION | _SLOW_DOWN
_TRIES = 8
# A transaction that is told to slow down is tried for more than half a minute: botocore, which is
# as patient with every other call, does not know such an answer.
_PATIENT_TRIES = 25
_HELD = "others are changing the same just now"
_MOST_KEYS = 100  # of one BatchGetItem
_NAMED = re.compile(r"#([a-z_]+)")

type Entry = dict[str, Any]
"""One write, in the shape of a transaction's entry: {'Put' | 'Update' | …: its parameters}."""


class When(NamedTuple):
    """A condition. `body.state` is written body.#state, since `state` is a word of DynamoDB's."""

    expression: str
    values: Mapping[str, Any] = {}


ABSENT = When("attribute_not_exists(pk)")
PRESENT = When("attribute_exists(pk)")


def at_version(version: int) -> When:
    """Hold while a record is at this version."""
    return When("version = :version", {":version": version})


class Table:
    """One DynamoDB table with the indexes `due` and `lists`."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: Key) -> Record | None:
        """Read one record, consistently."""
        found = patiently(
            self._client.get_item, TableName=self._name, Key=_key(key), ConsistentRead=True
        )
        return decode(found["Item"]) if "Item" in found else None

    def get_many(self, keys: Iterable[Key]) -> list[Record]:
        """Read those of these records that exist, consistently, in no order."""
        waiting = [_key(key) for key in dict.fromkeys(keys)]
        found: list[Record] = []
        tries = 0
        while waiting:
            asked, waiting = waiting[:_MOST_KEYS], waiting[_MOST_KEYS:]
            request: Entry = {self._name: {"Keys": asked, "ConsistentRead": True}}
            answer = patiently(self._client.batch_get_item, RequestItems=request)
            found.extend(decode(each) for each in answer["Responses"].get(self._name, []))
            unprocessed = answer["UnprocessedKeys"].get(self._name)
            left = [dict(each) for each in unprocessed["Keys"]] if unprocessed else []
            waiting.extend(left)
            tries = tries + 1 if len(left) == len(asked) else 0
            if tries == _PATIENT_TRIES:
                raise RuntimeError(f"the table answered none of {len(left)} keys")
            if left:
                wait(tries)
        return found

    def prefixed(self, prefix: Key) -> Iterator[list[Record]]:
        """Read all records whose keys begin so, consistently, page by page as they come."""
        condition, values = "pk = :pk", {":pk": prefix.pk}
        if prefix.sk:
            condition += " AND begins_with(sk, :sk)"
            values[":sk"] = prefix.sk
        return self._pages(
            KeyConditionExpression=condition,
            ExpressionAttributeValues=encode(values),
            ConsistentRead=True,
        )

    def newest(self, prefix: Key, *, before: str | None, most: int) -> list[Record]:
        """Read at most `most` records whose keys begin so, last first, from before `before`."""
        # '~' follows whatever a key's next sign can be.
        until = Key(prefix.pk, prefix.sk + (before or "~"))
        found = self._at_most(
            most + 1,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :until",
            ExpressionAttributeValues=encode(
                {":pk": prefix.pk, ":first": prefix.sk, ":until": until.sk}
            ),
            ConsistentRead=True,
            ScanIndexForward=False,
        )
        return [record for record in found if record["sk"] != until.sk][:most]

    def listed(
        self, name: str, *, after: str | None, newest_first: bool, most: int
    ) -> list[Record]:
        """Read at most `most` records of a list of the `lists` index, from behind `after`."""
        condition, values = "list_pk = :pk", {":pk": name}
        if after is not None:
            condition += f" AND list_sk {'<' if newest_first else '>'} :after"
            values[":after"] = after
        return self._at_most(
            most,
            IndexName="lists",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=encode(values),
            ScanIndexForward=not newest_first,
        )

    def due(self, until: Place, *, after: str | None, most: int) -> list[Record]:
        """Read at most `most` keys of the `due` index from behind `after`, up to `until`."""
        # The smallest text behind `after` is itself and one NUL.
        first = f"{after}\0" if after is not None else "0"
        if first > until.sk:
            return []
        return self._at_most(
            most,
            IndexName="due",
            KeyConditionExpression="due_pk = :pk AND due_sk BETWEEN :first AND :until",
            ExpressionAttributeValues=encode(
                {":pk": until.pk, ":first": first, ":until": until.sk}
            ),
        )

    def put(self, record: Record, *, when: When | None = None) -> Entry:
        """Return the entry that writes a whole record."""
        return {"Put": self._write({"Item": encode(record)}, when, {})}

    def delete(self, key: Key, *, when: When | None = None) -> Entry:
        """Return the entry that deletes a record."""
        return {"Delete": self._write({"Key": _key(key)}, when, {})}

    def update(self, key: Key, expression: str, values: Mapping[str, Any], *, when: When) -> Entry:
        """Return the entry that changes parts of a record."""
        parameters = {"Key": _key(key), "UpdateExpression": expression}
        return {"Update": self._write(parameters, when, values)}

    def check(self, key: Key, *, when: When) -> Entry:
        """Return the entry that only holds a condition."""
        return {"ConditionCheck": self._write({"Key": _key(key)}, when, {})}

    def write(self, entry: Entry) -> bool:
        """Carry out one entry; False when its condition does not hold.

        Half the price of a transaction, for writes that may be repeated: when the first answer is
        lost, a conditional one may say False though it was done. Raises MovedMeanwhile, and
        nothing done, when others' transactions never let go of the record.
        """
        [(kind, parameters)] = entry.items()
        operations: dict[str, Callable[..., object]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        for attempt in range(_TRIES):
            try:
                patiently(operations[kind], **parameters)
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
            except self._client.exceptions.TransactionConflictException as error:
                if attempt == _TRIES - 1:
                    raise MovedMeanwhile(_HELD) from error
            else:
                return True
            wait(attempt)
        raise AssertionError("the last try returns or raises")

    def changed(self, entry: Entry) -> Record | None:
        """Carry out an update and return what it set; None when its condition does not hold.

        When the first answer is lost, it is carried out twice.
        """
        try:
            answer = self._client.update_item(**entry["Update"], ReturnValues="UPDATED_NEW")
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return decode(answer["Attributes"])

    def transact(self, entries: Sequence[Entry]) -> bool:
        """Carry out entries together; False, and nothing done, when a condition does not hold.

        botocore gives each call a token: a repeat after a lost answer is not a second write.
        Raises MovedMeanwhile as `write`.
        """
        for attempt in range(_PATIENT_TRIES):
            try:
                patiently(self._client.transact_write_items, TransactItems=list[Any](entries))
            except self._client.exceptions.TransactionCanceledException as error:
                codes = reasons(error)
                if "ConditionalCheckFailed" in codes:
                    return False
                tries = _PATIENT_TRIES if codes & _SLOW_DOWN else _TRIES
                if codes == _COLLISION and attempt >= tries - 1:
                    raise MovedMeanwhile(_HELD) from error
                if codes - _PASSING or attempt >= tries - 1:
                    raise
            else:
                return True
            wait(attempt)
        raise AssertionError("the last try returns or raises")

    def _write(
        self, parameters: Entry, when: When | None, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        written: dict[str, Any] = {"TableName": self._name, **parameters}
        every = dict(values)
        if when is not None:
            written["ConditionExpression"] = when.expression
            every |= when.values
        if every:
            written["ExpressionAttributeValues"] = encode(every)
        expressions = f"{written.get('ConditionExpression')} {written.get('UpdateExpression')}"
        named = set(_NAMED.findall(expressions))
        if named:
            written["ExpressionAttributeNames"] = {f"#{name}": name for name in sorted(named)}
        return written

    def _pages(self, **query: Any) -> Iterator[list[Record]]:
        start: dict[str, Any] = {}
        while True:
            answer = patiently(self._client.query, TableName=self._name, **query, **start)
            yield [decode(each) for each in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _at_most(self, most: int, **query: Any) -> list[Record]:
        found: list[Record] = []
        for page in self._pages(Limit=most, **query):
            found.extend(page)
            if len(found) >= most:
                break
        return found[:most]


def _key(key: Key) -> dict[str, Any]:
    return encode({"pk": key.pk, "sk": key.sk})
