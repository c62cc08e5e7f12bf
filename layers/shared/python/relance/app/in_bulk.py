"""The same for many actions: each by itself, and none refused keeps the others (C6)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from relance.app.errors import BadInput, Conflict, MovedMeanwhile, NotFound
from relance.app.schedule import Failed, unheard
from relance.domain.actions import Action

_OUR_FAILURE = "something went wrong on our side; it has been recorded"
_NOT_TRIED = "it was not tried, as another failed on our side: try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one of many ended: `status` is what it would have been answered alone, 503 if not tried.

    `again`: the same, sent once more, may end otherwise.
    """

    action: str
    status: int = HTTPStatus.OK
    refusal: str | None = None
    again: bool = False

    @property
    def done(self) -> bool:
        """Whether what was asked for is done."""
        return self.refusal is None


def each_of(
    identifiers: Iterable[str], change: Callable[[str], Action], *, failed: Failed = unheard
) -> tuple[Outcome, ...]:
    """Change each of these actions once; return how each ended, in the order they were named.

    What fails unexpectedly of one is told to `failed`, by its id, and those behind it are not
    tried: in an outage each would wait as long, and whoever asked must hear what became of them.
    """
    ended: list[Outcome] = []
    broken = False
    for identifier in dict.fromkeys(identifiers):
        ended.append(_not_tried(identifier) if broken else _outcome(identifier, change, failed))
        broken = ended[-1].status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return tuple(ended)


def _not_tried(identifier: str) -> Outcome:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return Outcome(action=identifier, status=status, refusal=_NOT_TRIED, again=True)


def _outcome(identifier: str, change: Callable[[str], Action], failed: Failed) -> Outcome:
    try:
        change(identifier)
    except (BadInput, Conflict) as error:
        return Outcome(
            action=identifier,
            status=_status(error),
            refusal=str(error),
            again=isinstance(error, MovedMeanwhile),
        )
    except Exception as error:
        failed(identifier, error)
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return Outcome(action=identifier, status=status, refusal=_OUR_FAILURE, again=True)
    return Outcome(action=identifier)


def _status(error: BadInput | Conflict) -> int:
    if isinstance(error, Conflict):
        return HTTPStatus.CONFLICT
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.UNPROCESSABLE_ENTITY
