"""What DynamoDB says records weigh and requests cost, by its published rules.

The emulators' own `ConsumedCapacity` is a constant or wrong; these are pure functions of what was
read and written. A record is in DynamoDB's own form: {'pk': {'S': '…'}, …}.

Sizes follow the developer guide's "item sizes and formats", which calls those of numbers
approximate; capacity its "read and write operations" and what it says of global secondary indexes.
It does not say that a transaction doubles what it changes in an index: here it does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

type Item = Mapping[str, Mapping[str, Any]]
"""A record as requests and answers hold it."""

_READ = 4096  # bytes of one read unit
_WRITE = 1024  # bytes of one write unit
_IN_TRANSACTION = 2  # each record is written twice: prepared, then committed


def item_size(item: Item | None) -> int:
    """Return a record's size in bytes: names and values; 0 for none."""
    return sum(len(name.encode()) + _size(value) for name, value in (item or {}).items())


def _size(value: Mapping[str, Any]) -> int:
    [(kind, held)] = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "N":
            return _number_size(held)
        case "B":
            return len(held)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _size(each) for each in held)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _size(each) for name, each in held.items())
    raise ValueError(f"the size of an attribute of type {kind} is not known here")


def _number_size(number: str) -> int:
    """Two significant digits a byte, and one byte; zeros at both ends are trimmed."""
    digits = number.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1


def read_units(size: int, *, consistent: bool) -> float:
    """Return the read units for `size` bytes read together: at least one 4 KB step, halved unless
    the read is consistent.
    """
    return _steps(size, _READ) * (1 if consistent else 0.5)


def write_units(size: int, *, transaction: bool) -> int:
    """Return the write units for one record, in the table or an index.

    `size` is the largest of what the record was, is, and was meant to be: a condition that does not
    hold costs as much, and so does one that is only checked.
    """
    return _steps(size, _WRITE) * (_IN_TRANSACTION if transaction else 1)


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: its key's attributes, and what it holds (None: every attribute)."""

    name: str
    keys: frozenset[str]
    holds: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """Return what the index holds of a record, None when a part of its key is missing."""
        if item is None or not self.keys <= item.keys():
            return None
        return {
            name: value for name, value in item.items() if self.holds is None or name in self.holds
        }

    def writes(self, before: Item | None, after: Item | None) -> Iterable[int]:
        """Yield the bytes of each write that a change of a record makes in this index.

        An entry whose key moves is deleted and put; one in which nothing changes is left alone.
        """
        was, is_ = self.entry(before), self.entry(after)
        if was == is_:
            return
        if was and is_ and all(was[key] == is_[key] for key in self.keys):
            yield max(item_size(was), item_size(is_))
            return
        yield from (item_size(entry) for entry in (was, is_) if entry)


def _steps(size: int, step: int) -> int:
    """Round bytes up to whole steps; what does not exist costs one."""
    return max(1, -(-size // step))
