"""Everything that is kept about one customer, to be given out or to lose its person (H4)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from relance.app.ports.kept_facts import KeptFact
from relance.domain.actions import Action
from relance.domain.blocks import Block
from relance.domain.customer import Customer
from relance.domain.items import Item
from relance.store import keys
from relance.store.accounts import at, changed
from relance.store.attributes import Record
from relance.store.bound import check_owner
from relance.store.ledgers import Ledgers, chunks
from relance.store.records import action_of, block_of, body, value
from relance.store.table import PRESENT

if TYPE_CHECKING:
    from relance.domain.erasure import Fact


class KeptFacts(Ledgers):
    """A customer's facts, wherever they lie."""

    def kept_of(self, customer: str) -> tuple[KeptFact, ...]:
        pages = self._table.prefixed(keys.everything(self._tenant, customer))
        return tuple(each for records in pages for record in records for each in _kept(record))

    def rewrite(self, customer: Customer, facts: "Iterable[Fact]") -> Customer:
        wanted = {fact.id: fact for fact in facts}
        check_owner(customer, wanted)
        written = customer
        groups = ([self._table.put(each, when=PRESENT)] for each in self._rewritten(wanted))
        for chunk in list(chunks(groups)) or [[]]:
            counted = self._count_up(customer.id, when=at(written))
            if not self._table.transact([counted, *chunk]):
                raise changed(customer)
            written = replace(written, version=written.version + 1)
        return written

    def _rewritten(self, wanted: "dict[str, Fact]") -> Iterator[Record]:
        """Give the records of these facts, live or archived, as they are to be."""
        stored = self._table.get_many(key for fact in wanted.values() for key in self._places(fact))
        pointers = [each for each in stored if "at" in each]
        stored += self._table.get_many(keys.Key(each["pk"], each["at"]) for each in pointers)
        for record in stored:
            if "body" not in record:
                continue
            fact = wanted[record["body"]["id"]]
            if isinstance(fact, Action):
                place = {name: record[name] for name in ("pk", "sk")}
                yield {**self._action_record(fact), **place}
            elif isinstance(fact, Item):
                yield {**record, "body": body(fact)}
            else:
                yield {**record, **self._block_record(fact)}

    def _places(self, fact: "Fact") -> tuple[keys.Key, ...]:
        """Return where a fact may lie; an archived action is where its pointer says."""
        if isinstance(fact, Item):
            return keys.item(self._tenant, fact.id), keys.paid_item(self._tenant, fact.id)
        if isinstance(fact, Action):
            return keys.action(self._tenant, fact.id), keys.past_pointer(self._tenant, fact.id)
        return (keys.block(self._tenant, fact.id),)


def _kept(record: Record) -> Iterator[KeptFact]:
    """Give the fact of a record; the customer itself and pointers are none."""
    kind = record["sk"].split("#")
    match kind[0], kind[1] if len(kind) > 1 else "":
        case "LIVE", "ITEM":
            yield KeptFact(value(Item, record), archived=False)
        case "LIVE", "ACTION":
            yield KeptFact(action_of(record), archived=False)
        case "LIVE", "BLOCK":
            found: Block = block_of(record)
            yield KeptFact(found, archived=False)
        case "PAID", _:
            yield KeptFact(value(Item, record), archived=True)
        case "PAST", _:
            yield KeptFact(action_of(record), archived=True)
