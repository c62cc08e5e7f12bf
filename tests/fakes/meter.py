"""What a DynamoDB client asks for, counted at the client: requests, records, bytes, capacity."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.capacity import Index, Item, item_size, read_units, write_units

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

# What makes an answer hold less than was read, so that it can't be weighed.
_LESSENS = ("FilterExpression", "ProjectionExpression", "Select")


@dataclass(slots=True)
class Tally:
    """What one kind of operation came to.

    `requests` counts attempts, retries too (0 for an index, which follows the table). `examined` is
    what DynamoDB looked at (`ScannedCount`; of gets, each record asked for) or wrote, `bytes` the
    size of these records: of a written one, the largest of before, after and asked for. `reads` and
    `writes` are capacity units.
    """

    requests: int = 0
    examined: int = 0
    bytes: int = 0
    reads: float = 0
    writes: int = 0

    def add(self, other: "Tally") -> None:
        """Add what another counted."""
        self.requests += other.requests
        self.examined += other.examined
        self.bytes += other.bytes
        self.reads += other.reads
        self.writes += other.writes


@dataclass(slots=True)
class Meter:
    """What was counted, by operation: `GetItem`, `Query`, `Query due` (an index), `UpdateItem`, …

    `index due` is what writes to the table made in that index.
    """

    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def total(self) -> Tally:
        """Return the sum over all operations."""
        total = Tally()
        for tally in self.tallies.values():
            total.add(tally)
        return total

    def take(self) -> "Meter":
        """Return what was counted up to now, and count from nothing again."""
        taken = Meter(self.tallies)
        self.tallies = defaultdict(Tally)
        return taken


@contextmanager
def counting(client: "DynamoDBClient", table: str) -> Iterator[Meter]:
    """Count all that `client` does with `table` while the block lasts.

    Before and after each write, the meter itself looks at the records concerned, uncounted: only
    so is it known what an update was and became.
    """
    meter = Meter()
    hook = _Hook(client, table, meter)
    handlers: dict[str, Callable[..., None]] = {
        "before-parameter-build.dynamodb": hook.asked,
        "request-created.dynamodb": hook.sent,
        "after-call.dynamodb": hook.answered,
    }
    for event, handler in handlers.items():
        client.meta.events.register(event, handler)
    try:
        yield meter
    finally:
        for event, handler in handlers.items():
            client.meta.events.unregister(event, handler)


class _Hook:
    """Takes botocore's events: parameters before a call, each attempt, and the answer."""

    def __init__(self, client: "DynamoDBClient", table: str, meter: Meter) -> None:
        self._client = client
        self._table = table
        self._meter = meter
        described = client.describe_table(TableName=table)["Table"]
        self._keys = tuple(each["AttributeName"] for each in described["KeySchema"])
        self._indexes = tuple(
            _index(each, self._keys) for each in described["GlobalSecondaryIndexes"]
        )
        self._looking = False  # at records, for itself
        self._asked: dict[str, Any] = {}
        self._before: list[Item | None] = []

    def asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if not self._looking:
            self._asked = params
            self._before = self._look(model.name)

    def sent(self, operation_name: str, **_: Any) -> None:
        if not self._looking:
            self._tally(operation_name).requests += 1

    def answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        if self._looking:
            return
        if model.name in ("GetItem", "BatchGetItem", "Query"):
            if "Error" not in parsed:
                self._take_reads(model.name, parsed)
        else:
            self._take_writes(model.name)

    def _tally(self, operation: str) -> Tally:
        name = f"{operation} {self._asked.get('IndexName', '')}"
        return self._meter.tallies[name.strip()]

    def _take_reads(self, operation: str, answer: Mapping[str, Any]) -> None:
        if any(word in self._asked for word in _LESSENS):
            raise ValueError(f"what this {operation} reads can't be told from its answer")
        tally = self._tally(operation)
        if operation == "Query":
            size = sum(map(item_size, answer["Items"]))
            tally.examined += answer["ScannedCount"]
            tally.bytes += size
            tally.reads += read_units(size, consistent=self._asked.get("ConsistentRead", False))
            return
        asked, found, consistent = self._gets(operation, answer)
        sizes = [item_size(each) for each in found]
        sizes += [0] * (asked - len(found))  # what does not exist costs a step, too
        tally.examined += asked
        tally.bytes += sum(sizes)
        tally.reads += sum(read_units(size, consistent=consistent) for size in sizes)

    def _gets(self, operation: str, answer: Mapping[str, Any]) -> tuple[int, list[Item], bool]:
        """Return how many records a get asked and was answered for, and those that exist."""
        if operation == "GetItem":
            found = [answer["Item"]] if "Item" in answer else []
            return 1, found, self._asked.get("ConsistentRead", False)
        request = self._asked["RequestItems"][self._table]
        left = answer["UnprocessedKeys"].get(self._table, {}).get("Keys", [])
        found = answer["Responses"].get(self._table, [])
        return len(request["Keys"]) - len(left), found, request.get("ConsistentRead", False)

    def _take_writes(self, operation: str) -> None:
        tally = self._tally(operation)
        transaction = operation.startswith("Transact")
        changes = zip(
            _written(operation, self._asked), self._before, self._look(operation), strict=True
        )
        for written, before, after in changes:
            size = max(map(item_size, (before, after, written.get("Item"))))
            tally.examined += 1
            tally.bytes += size
            tally.writes += write_units(size, transaction=transaction)
            for index in self._indexes:
                for entry in index.writes(before, after):
                    self._meter.tallies[f"index {index.name}"].add(
                        Tally(examined=1, bytes=entry, writes=write_units(entry, transaction=False))
                    )

    def _look(self, operation: str) -> list[Item | None]:
        """Read the records that the call in hand writes or checks, as they are now."""
        self._looking = True
        try:
            return [self._record(each) for each in _written(operation, self._asked)]
        finally:
            self._looking = False

    def _record(self, written: Mapping[str, Any]) -> Item | None:
        found = written.get("Key") or {name: written["Item"][name] for name in self._keys}
        answer = self._client.get_item(TableName=self._table, Key=found, ConsistentRead=True)
        return answer.get("Item")


def _written(operation: str, asked: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the parameters of each write in a call, none of a read."""
    match operation:
        case "GetItem" | "BatchGetItem" | "Query":
            return []
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return [asked]
        case "TransactWriteItems":
            return [each for entry in asked["TransactItems"] for each in entry.values()]
    raise ValueError(f"{operation} is not counted here")


def _index(described: Mapping[str, Any], table_keys: tuple[str, ...]) -> Index:
    keys = frozenset(each["AttributeName"] for each in described["KeySchema"])
    projection = described["Projection"]
    if projection["ProjectionType"] == "ALL":
        holds = None
    else:
        holds = keys.union(table_keys, projection.get("NonKeyAttributes", ()))
    return Index(described["IndexName"], keys, holds)
