"""Everything that is kept about one customer, live and archived (H4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from relance.domain.customer import Customer

if TYPE_CHECKING:
    from relance.domain.erasure import Fact


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact about a customer, live or `archived`."""

    fact: "Fact"
    archived: bool


class KeptFacts(Protocol):
    """A customer's facts, wherever they lie."""

    def kept_of(self, customer: str) -> tuple[KeptFact, ...]:
        """Return every fact kept about a customer, live and archived, consistently."""

    def rewrite(self, customer: Customer, facts: "Iterable[Fact]") -> Customer:
        """Replace facts of these ids where they lie, live or archived; count the version up.

        Raises Conflict when the customer is no longer at `customer.version`; what was written
        before that stays. Ids that are not there are passed over. Returns it with its new version.
        """
