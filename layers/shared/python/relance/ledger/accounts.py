"""From the movements of one customer to its account: names of items, residuals, balance."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from relance.domain.identifiers import customer_id, id_of_names
from relance.domain.items import Item
from relance.ledger.ledger import LedgerAccount
from relance.ledger.matching import Movement, in_order, match_groups

MOST_CODE = 100
_FIRST = "0"
_BETWEEN = "\x1f"  # as `id_of_names` has it
_iso = lru_cache(maxsize=1000)(date.isoformat)


def account(
    code: str, name: str, movements: Sequence[Movement], *, email: str | None = None
) -> LedgerAccount:
    """Build the account of the customer `code`. The order of `movements` does not matter."""
    ordered = in_order(movements)
    balances: dict[str, int] = defaultdict(int)
    for one in ordered:
        balances[one.currency] += one.signed
    outcome, unbalanced = match_groups(ordered)
    items = tuple(
        Item(
            id=identifier,
            kind=one.kind,
            number=one.number,
            issued=one.issued,
            currency=one.currency,
            original=one.amount,
            residual=matched.residual,
            due=one.due,
            label=one.label,
            status=one.status,
            paid_on=matched.paid_on,
        )
        for one, matched, identifier in zip(
            ordered, outcome, identifiers(customer_id(code), ordered), strict=True
        )
    )
    return LedgerAccount(
        code=code,
        name=name,
        items=items,
        balances=dict(balances),
        email=email,
        unbalanced=unbalanced,
    )


def identifiers(customer: str, movements: Sequence[Movement]) -> list[str]:
    """Name each movement so that a re-export, renumbered or reordered, names it the same.

    The name comes from side, document, date, journal and currency. The amount joins in only where
    several share all of these (a batch reference), then a count of those wholly alike; so a
    corrected amount keeps its history. `movements` must be `in_order`.
    """
    documents = [_document(one) for one in movements]
    if len({*documents}) == len(documents):
        return [id_of_names(customer, (each, _FIRST)) for each in documents]
    shared = Counter(documents)
    seen: Counter[str] = Counter()
    names = []
    for document, one in zip(documents, movements, strict=True):
        full = f"{document}{_BETWEEN}{one.amount}" if shared[document] > 1 else document
        names.append(id_of_names(customer, (full, str(seen[full]))))
        seen[full] += 1
    return names


def most_common(names: Counter[str]) -> str:
    """Return the name that most rows give, the first in the alphabet of several; '' for none."""
    return min(names, key=lambda name: (-names[name], name), default="")


def _document(one: Movement) -> str:
    side = "credit" if one.kind.is_credit else "debit"
    return _BETWEEN.join((side, one.reference, _iso(one.issued), one.journal, one.currency))
