"""Recognising items that a file names anew."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from relance.domain.facts import Item


def with_stored_ids(
    listed: Sequence[Item], stored: Mapping[str, Item], *, everything: bool
) -> list[Item]:
    """Give items that the file names anew the ids under which we know them.

    A row is named anew when a batch reference comes to be shared, when the year's opening moves it
    to another journal, or when numbers change. The same document (side, number, date, amount) is
    the same item. When the file lists `everything`, one item that left and one that came are also
    the same if side, date, amount and text agree and no other does.
    """
    ids = _by(listed, _document, stored, several=True)
    if everything:
        ids |= _by([one for one in listed if one.id not in ids], _text, stored, taken=ids)
    return [replace(one, id=ids[one.id]) if one.id in ids else one for one in listed]


def _by(
    listed: Sequence[Item],
    key: Callable[[Item], tuple[object, ...]],
    stored: Mapping[str, Item],
    *,
    taken: Mapping[str, str] | None = None,
    several: bool = False,
) -> dict[str, str]:
    """Pair new items with stored ones that the file lacks, by `key`; new id → stored id."""
    present = {one.id for one in listed} | {*(taken or {}).values()}
    left: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for known in stored.values():
        if known.id not in present:
            left[key(known)].append(known.id)
    came = Counter(key(one) for one in listed if one.id not in stored)
    ids = {}
    for one in listed:
        candidates = left.get(key(one), [])
        if one.id in stored or not candidates:
            continue
        if several or (len(candidates) == 1 and came[key(one)] == 1):
            ids[one.id] = candidates.pop(0)
    return ids


def _document(item: Item) -> tuple[object, ...]:
    return item.kind.is_credit, item.number, item.issued, item.original, item.currency


def _text(item: Item) -> tuple[object, ...]:
    return item.kind.is_credit, item.label, item.issued, item.original, item.currency
