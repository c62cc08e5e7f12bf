"""Letters: how far the post carried them, and those printed and posted by hand (M4, A3)."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession, Session
from functions.api.answers import of_many, single
from functions.api.routes.router import new_router
from relance.app import print_room, queries
from relance.app.errors import BadInput, NotFound
from relance.app.ports.postal import PrintedBatch
from relance.contracts.http.postal import (
    CarriageBody,
    Posted,
    PostedOutcome,
    PostedOutcomes,
    PrintAsked,
    PrintedLetters,
    ProofBody,
)
from relance.contracts.http.texts import Day

router = new_router()

_DOCUMENT_SECONDS = 300


@router.get("/v1/actions/<action>/carriage", tags=["Letters"])
def get_carriage(session: CurrentSession, action: str) -> Response[CarriageBody]:
    """Show how far the post carried a letter, and what it can prove."""
    told = queries.action_of(action, store=session.store).carriage
    if told is None:
        raise NotFound("the post has told nothing of it")
    proofs = tuple(
        ProofBody(kind=each.kind, url=_url(session, each.document)) for each in told.proofs
    )
    return single(
        CarriageBody(
            state=told.state, on=told.on, detail=told.detail, number=told.number, proofs=proofs
        )
    )


@router.post("/v1/letters/batches", tags=["Letters"], status_code=HTTPStatus.ACCEPTED)
def ask_for_letters(session: CurrentSession, body: PrintAsked) -> Response[PrintedLetters]:
    """Have a day's letters put together in one PDF, under a list of them."""
    if body.on > session.today():
        raise BadInput("there are no letters of a day to come", pointer="/on")
    batch = print_room.ask_for_batch(body.on, store=session.store, jobs=session.jobs)
    return single(
        _printed(session, batch),
        status=HTTPStatus.ACCEPTED,
        location=f"/v1/letters/batches/{body.on}",
    )


@router.get("/v1/letters/batches/<on>", tags=["Letters"])
def get_letters(session: CurrentSession, on: Day) -> Response[PrintedLetters]:
    """Show a day's letters to print, once they were asked for."""
    batch = session.store.print_batch(on)
    if batch is None:
        raise NotFound("this day's letters were not asked for")
    return single(_printed(session, batch))


@router.post("/v1/letters/posted", tags=["Letters"])
def mark_posted(session: CurrentSession, body: Posted) -> Response[PostedOutcomes]:
    """Say that letters printed by hand were posted; each by itself says whether it was taken."""
    today = session.today()
    if body.on is not None and body.on > today:
        raise BadInput("nothing was posted on a day to come", pointer="/on")
    marked = print_room.mark_posted(
        body.actions,
        author=session.author,
        store=session.store,
        on=body.on or today,
        failed=session.failed,
    )
    outcomes = tuple(
        PostedOutcome(
            action=each.action, posted=each.done, status=each.status, refusal=each.refusal
        )
        for each in marked
    )
    return of_many(PostedOutcomes(outcomes=outcomes), marked)


def _printed(session: Session, batch: PrintedBatch) -> PrintedLetters:
    return PrintedLetters(
        id=batch.on,
        done=batch.done,
        files=tuple(_url(session, document) for document in batch.documents),
        letters=batch.letters,
        left_out=batch.left_out,
    )


def _url(session: Session, document: str) -> str:
    return session.documents.download_address(document, seconds=_DOCUMENT_SECONDS)
