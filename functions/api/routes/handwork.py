"""Who is to do what waits, when it comes back, and the same for many at once (A2, C6)."""

from collections.abc import Callable, Iterable

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession, Session
from functions.api.answers import of_many, single
from functions.api.routes.router import new_router
from relance.app import assignment, completion
from relance.app.in_bulk import each_of
from relance.contracts.http.actions import ActionBody
from relance.contracts.http.handwork import (
    ActionOutcome,
    ActionOutcomes,
    Assignment,
    Assignments,
    Completions,
    PuttingOff,
    PuttingsOff,
    Skips,
)
from relance.domain.actions import Action
from relance.domain.identifiers import owner

router = new_router()


@router.post("/v1/actions/<action>/assignment", tags=["Actions"])
def assign_action(session: CurrentSession, action: str, body: Assignment) -> Response[ActionBody]:
    """Give a waiting action to others; nobody named, it is everybody's."""
    return _answer(_assign(session, action, body))


@router.post("/v1/actions/<action>/rescheduling", tags=["Actions"])
def put_off_action(session: CurrentSession, action: str, body: PuttingOff) -> Response[ActionBody]:
    """Put a waiting action off: it is cancelled, and its steps come back on that day."""
    return _answer(_put_off(session, action, body))


@router.post("/v1/actions/completions", tags=["Actions"])
def complete_actions(session: CurrentSession, body: Completions) -> Response[ActionOutcomes]:
    """Close many waiting actions with one result; each says by itself whether it was."""

    def complete(action: str) -> Action:
        return completion.complete_action(
            action,
            body,
            author=session.author,
            store=session.store,
            on=session.today(),
            failed=session.failed,
        )

    return _outcomes(session, body.actions, complete)


@router.post("/v1/actions/skips", tags=["Actions"])
def skip_actions(session: CurrentSession, body: Skips) -> Response[ActionOutcomes]:
    """Pass over many waiting actions; each says by itself whether it was."""

    def skip(action: str) -> Action:
        return completion.skip_action(
            action,
            body.reason,
            author=session.author,
            store=session.store,
            on=session.today(),
            failed=session.failed,
        )

    return _outcomes(session, body.actions, skip)


@router.post("/v1/actions/assignments", tags=["Actions"])
def assign_actions(session: CurrentSession, body: Assignments) -> Response[ActionOutcomes]:
    """Give many waiting actions to others; each says by itself whether it was."""
    return _outcomes(session, body.actions, lambda action: _assign(session, action, body))


@router.post("/v1/actions/reschedulings", tags=["Actions"])
def put_off_actions(session: CurrentSession, body: PuttingsOff) -> Response[ActionOutcomes]:
    """Put many waiting actions off until one day; each says by itself whether it was."""
    return _outcomes(session, body.actions, lambda action: _put_off(session, action, body))


def _outcomes(
    session: Session, actions: Iterable[str], change: Callable[[str], Action]
) -> Response[ActionOutcomes]:
    ended = each_of(actions, change, failed=session.failed)
    told = tuple(
        ActionOutcome(action=each.action, done=each.done, status=each.status, refusal=each.refusal)
        for each in ended
    )
    return of_many(ActionOutcomes(outcomes=told), ended)


def _assign(session: Session, action: str, body: Assignment) -> Action:
    return assignment.assign_action(
        action,
        body.responsible,
        author=session.author,
        store=session.store,
        on=session.today(),
        reason=body.reason,
        failed=session.failed,
    )


def _put_off(session: Session, action: str, body: PuttingOff) -> Action:
    return assignment.put_off_action(
        action,
        body.until,
        body.reason,
        author=session.author,
        store=session.store,
        on=session.today(),
        failed=session.failed,
    )


def _answer(action: Action) -> Response[ActionBody]:
    return single(ActionBody.of(action, customer=owner(action.id)))
