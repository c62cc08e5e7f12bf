"""Everything that is kept about one customer, in memory."""

from collections.abc import Iterable
from typing import Any

from relance.app.errors import MovedMeanwhile
from relance.app.ports.kept_facts import KeptFact
from relance.domain.actions import Action
from relance.domain.customer import Customer
from relance.domain.erasure import Fact
from relance.domain.items import Item
from tests.fakes.memory.accounts import check_owner
from tests.fakes.memory.ledgers import Ledgers


class KeptFacts(Ledgers):
    """A customer's facts, wherever they lie."""

    def kept_of(self, customer: str) -> tuple[KeptFact, ...]:
        file = self._files.get(customer)
        if file is None:
            return ()
        live: list[Fact] = [*file.items.values(), *file.actions.values(), *file.blocks.values()]
        archived: list[Fact] = [*file.paid.values(), *file.past.values()]
        return (
            *(KeptFact(each, False) for each in live),
            *(KeptFact(each, True) for each in archived),
        )

    def rewrite(self, customer: Customer, facts: Iterable[Fact]) -> Customer:
        changed = tuple(facts)
        check_owner(customer, (fact.id for fact in changed))
        file = self._at(customer)
        if file is None:
            raise MovedMeanwhile(f"customer {customer.id} changed since it was read")
        for fact in changed:
            places: tuple[dict[str, Any], ...] = (
                (file.items, file.paid)
                if isinstance(fact, Item)
                else (file.actions, file.past)
                if isinstance(fact, Action)
                else (file.blocks,)
            )
            for place in places:
                if fact.id in place:
                    place[fact.id] = fact
        return file.count_up()
