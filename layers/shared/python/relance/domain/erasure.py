"""What is left of a customer once the person behind it is erased (H4, D27).

History can't be deleted: amounts, days, steps and states stay, and the account's key in the
ledger. Who it was, what was written about it and every copy of what it got goes.
"""

from dataclasses import replace

from relance.domain.actions import Action, ActionState
from relance.domain.blocks import Block, Dispute, Promise, Stop
from relance.domain.carriage import Carriage
from relance.domain.customer import Customer, Erasure
from relance.domain.items import Item

NAME = "(erased)"
CANCELLED = "the customer was erased"

type Fact = Item | Action | Block
"""What is kept about a customer beside itself."""

_UNDER_WAY = (ActionState.RESERVED, ActionState.IN_DOUBT)


def is_under_way(action: Action) -> bool:
    """Tell whether a message is leaving, or may have left: nobody can say yet what it leaves."""
    return action.state in _UNDER_WAY


def erased(customer: Customer, erasure: Erasure) -> Customer:
    """Return the customer without the person; its key in the ledger and how it pays stay."""
    return Customer(
        id=customer.id,
        code=customer.code,
        name=NAME,
        profile=customer.profile,
        country=customer.country,
        terms=customer.terms,
        usual_term=customer.usual_term,
        method=customer.method,
        incomplete_since=customer.incomplete_since,
        erasure=erasure,
        version=customer.version,
    )


def without_person(fact: Fact) -> Fact:
    """Return a fact without what could tell who the customer is; what waits is cancelled.

    Doing so twice changes nothing more.
    """
    match fact:
        case Item():
            return item_without_person(fact)
        case Action():
            return _action_without(fact)
        case Stop():
            return replace(fact, reason="")
        case Dispute():
            return replace(fact, reason="", owner="", resolution="")
        case Promise():
            return replace(fact, note="")


def item_without_person(item: Item) -> Item:
    """Return an item without its texts; its number stays, by which the ledger names it."""
    level = replace(item.level_set, reason="") if item.level_set else None
    edits = tuple(replace(each, reason="") for each in item.edits)
    return replace(item, label="", level_set=level, edits=edits)


def _action_without(action: Action) -> Action:
    pending = action.state.pending and not is_under_way(action)
    if action.state is ActionState.CANCELLED and action.reason == CANCELLED:
        reason: str | None = CANCELLED
    else:
        reason = CANCELLED if pending else None
    return replace(
        action,
        state=ActionState.CANCELLED if pending else action.state,
        reason=reason,
        note=None,
        document=None,
        answers=(),
        deeds=tuple(replace(each, words="", reason="") for each in action.deeds),
        carriage=_carriage_without(action.carriage),
    )


def _carriage_without(carriage: Carriage | None) -> Carriage | None:
    """Return it without its number, by which anybody can ask the post who got the letter."""
    return replace(carriage, number="", proofs=()) if carriage else None
