"""The same for many actions: each by itself, and none keeps the others (C6)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from relance.app.errors import BadInput, Conflict, NotFound
from relance.app.schedule import Failed, unheard
from relance.domain.actions import Action

_OUR_FAILURE = "something went wrong on our side; it has been recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one of many ended: `status` is what it would have been answered alone."""

    action: str
    status: int = HTTPStatus.OK
    refusal: str | None = None

    @property
    def done(self) -> bool:
        """Whether what was asked for is done."""
        return self.refusal is None


def each_of(
    identifiers: Iterable[str], change: Callable[[str], Action], *, failed: Failed = unheard
) -> tuple[Outcome, ...]:
    """Change each of these actions once; return how each ended, in the order they were named.

    What fails unexpectedly of one is told to `failed`, by its id, and the others go on: whoever
    asked must hear what became of them.
    """
    return tuple(_outcome(each, change, failed) for each in dict.fromkeys(identifiers))


def _outcome(identifier: str, change: Callable[[str], Action], failed: Failed) -> Outcome:
    try:
        change(identifier)
    except (BadInput, Conflict) as error:
        return Outcome(action=identifier, status=_status(error), refusal=str(error))
    except Exception as error:
        failed(identifier, error)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return Outcome(action=identifier, status=status, refusal=_OUR_FAILURE)
    return Outcome(action=identifier)


def _status(error: BadInput | Conflict) -> int:
    if isinstance(error, Conflict):
        return HTTPStatus.CONFLICT
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.UNPROCESSABLE_ENTITY
