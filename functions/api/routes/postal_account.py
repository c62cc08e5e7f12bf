"""Who posts the letters (M4): for admins, its secrets never shown."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession, Session
from functions.api.answers import IfMatch, expected, nothing, single
from functions.api.routes.router import new_router
from relance.app import postal_account
from relance.contracts.http.postal import PostalAccountBody, PostalAccountPut
from relance.contracts.postal_account import PostalAccount

router = new_router()

_PATH = "/v1/postal-account"


@router.get(_PATH, tags=["Letters"])
def get_postal_account(session: CurrentSession) -> Response[PostalAccountBody]:
    """Show who posts your letters; its secrets are shown as stars."""
    account, version = postal_account.account_of(store=session.store, vault=session.vault())
    return _answer(session, account, version)


@router.put(_PATH, tags=["Letters"])
def set_postal_account(
    session: CurrentSession, body: PostalAccountPut, if_match: IfMatch = None
) -> Response[PostalAccountBody]:
    """Say who posts your letters: Maileva, or your own print room."""
    account, version = postal_account.set_account(
        body.account, store=session.store, vault=session.vault(), expected=expected(if_match)
    )
    return _answer(session, account, version)


@router.delete(_PATH, tags=["Letters"], status_code=HTTPStatus.NO_CONTENT)
def delete_postal_account(session: CurrentSession) -> Response[None]:
    """Have nobody post your letters: they are printed and posted by hand."""
    postal_account.forget_account(store=session.store)
    return nothing()


def _answer(session: Session, account: PostalAccount, version: int) -> Response[PostalAccountBody]:
    callback = f"/v1/postal/{session.membership.tenant}/notifications"
    return single(PostalAccountBody(account=account, callback=callback), version=version)
