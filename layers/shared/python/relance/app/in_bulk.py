"""The same for many actions: each by itself, and none keeps the others (C6)."""

from collections.abc import Callable, Iterable
from http import HTTPStatus

from relance.app.errors import BadInput, Conflict, NotFound
from relance.contracts.http.handwork import ActionOutcome
from relance.domain.actions import Action


def each_of(
    identifiers: Iterable[str], change: Callable[[str], Action]
) -> tuple[ActionOutcome, ...]:
    """Change each of these actions once; return how each ended, in the order they were named."""
    return tuple(_outcome(identifier, change) for identifier in dict.fromkeys(identifiers))


def _outcome(identifier: str, change: Callable[[str], Action]) -> ActionOutcome:
    try:
        change(identifier)
    except (BadInput, Conflict) as error:
        return ActionOutcome(
            action=identifier, done=False, status=_status(error), refusal=str(error)
        )
    return ActionOutcome(action=identifier, done=True, status=HTTPStatus.OK)


def _status(error: BadInput | Conflict) -> int:
    if isinstance(error, Conflict):
        return HTTPStatus.CONFLICT
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.UNPROCESSABLE_ENTITY
