"""Recognising items that a file names anew."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from relance.domain.items import Item


def with_stored_ids(
    listed: Sequence[Item], stored: Mapping[str, Item], *, everything: bool
) -> list[Item]:
    """Give items that the file names anew the ids under which we know them.

    A row is named anew when a batch reference comes to be shared, when the year's opening moves it
    to another journal, or when numbers change. The same document (side, number, date, amount) is
    the same item. When the file lists `everything`, one open item that left and one that came are
    also the same if side, date, amount and text agree and no other does.
    """
    if not stored:
        return [*listed]
    present = {one.id for one in listed}
    if stored.keys() <= present:  # nothing left under another name
        return [*listed]
    came = [one for one in listed if one.id not in stored]
    left = [known for known in stored.values() if known.id not in present]
    ids: dict[str, str] = {}
    # Of documents alike, those that did not move keep their names, whatever the order of rows.
    for key in (_unmoved, _document):
        ids |= _pairs(*_rest(came, left, ids), key=key)
    if everything:
        still_open = [known for known in left if known.residual]
        ids |= _pairs(*_rest(came, still_open, ids), key=_text, alone=True)
        # A word in the place of a number is that of many.
        rest = _rest(came, still_open, ids)
        numbered = [[one for one in each if _has_digit(one)] for each in rest]
        ids |= _pairs(*numbered, key=_number, alone=True)
    return [replace(one, id=ids[one.id]) if one.id in ids else one for one in listed]


def _rest(
    came: Sequence[Item], left: Sequence[Item], ids: Mapping[str, str]
) -> tuple[list[Item], list[Item]]:
    taken = {*ids.values()}
    return [one for one in came if one.id not in ids], [one for one in left if one.id not in taken]


def _pairs(
    came: Sequence[Item],
    left: Sequence[Item],
    *,
    key: Callable[[Item], tuple[object, ...]],
    alone: bool = False,
) -> dict[str, str]:
    """Pair items by `key`, new id → stored id; `alone`: only where one came and one left."""
    stored: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for known in left:
        stored[key(known)].append(known.id)
    new: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for one in came:
        new[key(one)].append(one.id)
    return {
        ours: theirs
        for each, names in new.items()
        if not alone or len(names) == len(stored[each]) == 1
        for ours, theirs in zip(names, stored[each], strict=False)
    }


def _unmoved(item: Item) -> tuple[object, ...]:
    return *_document(item), item.residual


def _document(item: Item) -> tuple[object, ...]:
    return item.kind.is_credit, item.number, item.issued, item.original, item.currency


def _text(item: Item) -> tuple[object, ...]:
    return item.kind.is_credit, item.label, item.issued, item.original, item.currency


def _number(item: Item) -> tuple[object, ...]:
    return item.kind.is_credit, item.number, item.original, item.currency


def _has_digit(item: Item) -> bool:
    return any(char.isdigit() for char in item.number)
