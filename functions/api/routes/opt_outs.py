"""The numbers that get no text message (M5)."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit, listed, nothing, single
from functions.api.routes.router import new_router
from relance.app import opt_out
from relance.contracts.http.opt_outs import OptOutBody, OptOutCreate
from relance.contracts.http.values import Page

router = new_router()

_NUMBER = "/v1/opt-outs/<number>"


@router.get("/v1/opt-outs", tags=["Opt-outs"])
def list_opt_outs(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[OptOutBody]:
    """List the numbers that get no text message."""
    return listed(session.store.opt_outs(limit=limit, after=after), OptOutBody.of)


@router.post("/v1/opt-outs", tags=["Opt-outs"], status_code=HTTPStatus.CREATED)
def add_opt_out(session: CurrentSession, body: OptOutCreate) -> Response[OptOutBody]:
    """Put a number on the list; one that is there keeps its entry."""
    entry, added = opt_out.add_number(
        body, author=session.author, store=session.store, now=session.clock.now()
    )
    made = OptOutBody.of(entry)
    status = HTTPStatus.CREATED if added else HTTPStatus.OK
    return single(made, status=status, location=f"/v1/opt-outs/{made.id}")


@router.get(_NUMBER, tags=["Opt-outs"])
def get_opt_out(session: CurrentSession, number: str) -> Response[OptOutBody]:
    """Show a number's entry; the number is given without its plus."""
    return single(OptOutBody.of(opt_out.number_of(number, store=session.store)))


@router.delete(_NUMBER, tags=["Opt-outs"], status_code=HTTPStatus.NO_CONTENT)
def remove_opt_out(session: CurrentSession, number: str) -> Response[None]:
    """Take a number off the list, because its holder asked for text messages again."""
    opt_out.remove_number(number, store=session.store)
    return nothing()
