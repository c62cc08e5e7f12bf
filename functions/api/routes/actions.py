"""What was done, what waits for someone and for whom, and how it is closed (A1, A2)."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.access import CurrentSession
from functions.api.action_bodies import action_detail, action_line
from functions.api.answers import (
    MOST,
    After,
    InOrder,
    Limit,
    OfCustomer,
    Order,
    listed,
    of_many,
    single,
)
from functions.api.routes.router import new_router
from relance.app import approval, completion, queries
from relance.app.call_sheet import call_sheet
from relance.app.errors import BadInput
from relance.app.people import people_of, unknown
from relance.app.worklist import NOBODY, Wanted, show, worklist
from relance.contracts.http.actions import (
    ActionBody,
    ActionDetail,
    ActionLine,
    ApprovalOutcome,
    ApprovalOutcomes,
    Approvals,
    Completion,
    Settlement,
    Skip,
)
from relance.contracts.http.texts import Day
from relance.contracts.http.values import Page
from relance.domain.actions import Action, ActionState
from relance.domain.identifiers import owner
from relance.domain.scenario import Channel, StepKey

router = new_router()

Waiting = Annotated[bool, Query(description="only those that wait for someone")]
Responsible = Annotated[
    str | None,
    Query(
        max_length=200,
        description="only those that are to be done by `me`, another user, a `group:…`, or `nobody`"
        " in particular; what a group is to do is its members' too",
    ),
]
State = Annotated[ActionState | None, Query(description="only those in this state")]
OfChannel = Annotated[Channel | None, Query(alias="channel", description="only of this channel")]
Late = Annotated[bool, Query(description="only those that wait for longer than they should")]
Since = Annotated[Day | None, Query(description="only those of this day and later ones")]
Before = Annotated[Day | None, Query(description="only those of days before this one")]
OfStep = Annotated[
    StepKey | None, Query(alias="step", description="only of this step, that of the highest item")
]

_ME = "me"

_DOCUMENT_SECONDS = 300


@router.get("/v1/actions", tags=["Actions"])
def list_actions(
    session: CurrentSession,
    waiting: Waiting = False,
    responsible: Responsible = None,
    state: State = None,
    channel: OfChannel = None,
    step: OfStep = None,
    customer: OfCustomer = None,
    late: Late = False,
    since: Since = None,
    before: Before = None,
    order: InOrder = Order.NEWEST,
    limit: Limit = MOST,
    after: After = None,
) -> Page[ActionLine]:
    """List the actions of all customers or one, newest first or oldest; only those asked for.

    A part may hold fewer than asked for and yet be followed by another.
    """
    on, people = session.today(), people_of(session.store)
    if responsible not in (None, _ME, NOBODY) and not people.knows(str(responsible)):
        raise BadInput(unknown(str(responsible)), pointer="?responsible")
    wanted = Wanted(
        waiting=waiting,
        responsible=session.author if responsible == _ME else responsible,
        state=state,
        channel=channel,
        step=step,
        customer=customer,
        late=late,
        since=since,
        before=before,
    )
    page = worklist(
        wanted,
        people=people,
        store=session.store,
        on=on,
        limit=limit,
        after=after,
        oldest_first=order is Order.OLDEST,
    )
    return listed(page, lambda shown: action_line(shown, people))


@router.get("/v1/actions/<action>", tags=["Actions"])
def get_action(session: CurrentSession, action: str) -> Response[ActionDetail]:
    """Show an action with all that a person needs to do it."""
    found = queries.action_of(action, store=session.store)
    on, people = session.today(), people_of(session.store)
    document = found.document
    [shown] = show([(owner(action), found)], store=session.store, people=people, on=on)
    detail = action_detail(
        shown,
        call_sheet(found, store=session.store, on=on),
        people,
        on=on,
        document_url=session.documents.download_address(document, seconds=_DOCUMENT_SECONDS)
        if document
        else None,
    )
    return single(detail)


@router.post("/v1/actions/<action>/completion", tags=["Actions"])
def complete_action(session: CurrentSession, action: str, body: Completion) -> Response[ActionBody]:
    """Close a call, task or other with its result, or say that a letter is posted."""
    return _answer(
        completion.complete_action(
            action,
            body,
            author=session.author,
            store=session.store,
            on=session.today(),
            failed=session.failed,
        )
    )


@router.post("/v1/actions/approvals", tags=["Actions"])
def approve_actions(session: CurrentSession, body: Approvals) -> Response[ApprovalOutcomes]:
    """Say yes to many messages; each says by itself whether it was taken."""
    outcomes = approval.approve_all(
        body.actions,
        author=session.author,
        store=session.store,
        jobs=session.jobs,
        on=session.today(),
        failed=session.failed,
    )
    told = tuple(
        ApprovalOutcome(
            action=each.action, approved=each.done, status=each.status, refusal=each.refusal
        )
        for each in outcomes
    )
    return of_many(ApprovalOutcomes(outcomes=told), outcomes)


@router.post("/v1/actions/<action>/approval", tags=["Actions"])
def approve_action(session: CurrentSession, action: str) -> Response[ActionBody]:
    """Say yes to a message that waits for it: it leaves soon, or when its channel may be used."""
    return _answer(
        approval.approve_action(
            action,
            author=session.author,
            store=session.store,
            jobs=session.jobs,
            on=session.today(),
            failed=session.failed,
        )
    )


@router.post("/v1/actions/<action>/skip", tags=["Actions"])
def skip_action(session: CurrentSession, action: str, body: Skip) -> Response[ActionBody]:
    """Pass over a waiting action; its step counts as completed today."""
    return _answer(
        completion.skip_action(
            action,
            body.reason,
            author=session.author,
            store=session.store,
            on=session.today(),
            failed=session.failed,
        )
    )


@router.post("/v1/actions/<action>/settlement", tags=["Actions"])
def settle_action(session: CurrentSession, action: str, body: Settlement) -> Response[ActionBody]:
    """Say whether a message in doubt left; nothing more goes to the customer until then."""
    return _answer(
        completion.settle_action(
            action,
            sent=body.sent,
            author=session.author,
            store=session.store,
            on=session.today(),
            failed=session.failed,
        )
    )


@router.post("/v1/actions/<action>/retry", tags=["Actions"])
def retry_action(session: CurrentSession, action: str) -> Response[ActionBody]:
    """Let the next run try the step of a failed action again."""
    return _answer(
        completion.retry_action(
            action,
            author=session.author,
            store=session.store,
            on=session.today(),
            failed=session.failed,
        )
    )


def _answer(action: Action) -> Response[ActionBody]:
    return single(ActionBody.of(action, customer=owner(action.id)))
