"""What other services are told of actions and customers."""

from datetime import datetime

from relance.contracts.events import (
    ActionDone,
    ActionEvent,
    ActionFailed,
    ActionInDoubt,
    ActionOpened,
    ActionSent,
    ActionSkipped,
    CustomerErased,
    Event,
    MessageBounced,
    MessageComplained,
    MessageDelivered,
)
from relance.domain.actions import Action, ActionState
from relance.domain.customer import Customer
from relance.domain.identifiers import owner

_TOLD: dict[ActionState, type[ActionEvent]] = {
    ActionState.OPEN: ActionOpened,
    ActionState.TO_CONFIRM: ActionOpened,
    ActionState.TO_POST: ActionOpened,
    ActionState.SENT: ActionSent,
    ActionState.DONE: ActionDone,
    ActionState.SKIPPED: ActionSkipped,
    ActionState.FAILED: ActionFailed,
    ActionState.IN_DOUBT: ActionInDoubt,
    ActionState.DELIVERED: MessageDelivered,
    ActionState.BOUNCED: MessageBounced,
    ActionState.COMPLAINED: MessageComplained,
}


def event_of(fact: Action | Customer, *, tenant: str, at: datetime) -> Event | None:
    """Return the event that tells of a fact as it was written at that instant (aware).

    None for what nobody is told of. Its id follows from the fact and its state: told again, it has
    the same.
    """
    if isinstance(fact, Action):
        return _of_action(fact, tenant=tenant, at=at)
    if fact.erasure is None or not fact.erasure.done:
        return None
    return CustomerErased(id=f"{fact.id}.erased", tenant=tenant, at=at, customer_id=fact.id)


def _of_action(action: Action, *, tenant: str, at: datetime) -> Event | None:
    kind = _TOLD.get(action.state)
    if kind is None:
        return None
    told = {
        "id": f"{action.id}.{action.state}",
        "tenant": tenant,
        "at": at,
        "action_id": action.id,
        "customer_id": owner(action.id),
        "step": action.step,
        "channel": action.channel,
        "state": action.state,
    }
    event: Event = kind.model_validate(told)  # type: ignore[assignment] # every kind in the table is one
    return event
