"""Letters posted by Maileva, plain and registered."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import urllib3

from relance.app.errors import InDoubtError, NotAcceptedError, NotFound
from relance.channels.postal.exchange import Request, check
from relance.channels.postal.maileva_api import PRODUCTION, SANDBOX, MailevaApi, Session
from relance.channels.postal.maileva_forms import (
    check_letter,
    document,
    draft,
    product_of,
    recipient,
)
from relance.channels.postal.maileva_status import sending_state, status, was_handed_over
from relance.contracts.postal import is_identifier, sending_id, split_sending
from relance.contracts.postal_account import MailevaAccount
from relance.domain.postal import PostalLetter, PostalStatus, Proof

_NO_DRAFT_ANY_MORE = "SENDING_STATUS_IS_NOT_DRAFT"
_DOWNLOADS = {
    Proof.ACKNOWLEDGEMENT: "download_acknowledgement_of_receipt",
    Proof.ARCHIVE: "download_archive",
}


class MailevaPost:
    """The port `Post` over one account's session."""

    def __init__(self, session: Session, account: MailevaAccount) -> None:
        self._session = session
        self._account = account

    def prepare(self, letter: PostalLetter) -> str:
        """Make a draft with its one document and one recipient.

        A draft whose making broke off is taken away if that can be done, and never used: it might
        hold the document twice.
        """
        check_letter(letter)
        product = product_of(letter)
        to = recipient(letter)
        under = f"{self._session.api.product_url(product)}/sendings"
        made = self._told(_post(under, _json(draft(letter, self._account))))
        identifier = made.get("id")
        if not is_identifier(identifier):
            raise NotAcceptedError("a draft was made but not named")
        body, kind = document(letter.pdf)
        try:
            self._told(_post(f"{under}/{identifier}/documents", body, kind))
            self._told(_post(f"{under}/{identifier}/recipients", _json(to)))
        except NotAcceptedError:
            with suppress(NotAcceptedError):
                self._told(_delete(f"{under}/{identifier}"))
            raise
        return sending_id(product, str(identifier))

    def submit(self, sending: str) -> None:
        """Submit the draft, once. One that is no draft any more was submitted before."""
        reply = self._session.call(_post(f"{self._address(sending)}/submit"))
        if _NO_DRAFT_ANY_MORE in reply.codes():
            return
        if reply.status == 404:
            # It may have been posted and forgotten since: not for a machine to try another.
            raise InDoubtError("404 the provider knows no such sending")
        check(reply)

    def state(self, sending: str) -> PostalStatus | None:
        """Read where it stands."""
        with _harmless():
            found = self._session.call(_get(self._address(sending)))
            if found.status == 404:
                return None
            told = check(found).json()
        state = sending_state(told)
        if state is None:
            raise NotAcceptedError("the provider gives a state that is not known")
        to = self._recipient(sending) if was_handed_over(state) else {}
        return status(state, told, to)

    def discard(self, sending: str) -> bool:
        """Delete the draft. One that is no draft any more was submitted."""
        with _harmless():
            reply = self._session.call(_delete(self._address(sending)))
            if _NO_DRAFT_ANY_MORE in reply.codes():
                return False
            check(reply)
        return True

    def proof(self, sending: str, kind: Proof) -> bytes:
        """Fetch a proof."""
        address = self._address(sending)
        if kind is Proof.DEPOSIT:
            path = "download_deposit_proof"
        else:
            identifier = self._recipient(sending).get("id")
            if not is_identifier(identifier):
                raise NotFound("there is no recipient to prove anything of")
            path = f"recipients/{identifier}/{_DOWNLOADS[kind]}"
        with _harmless():
            found = self._session.call(_get(f"{address}/{path}", accept="*/*"))
            if found.status in (400, 404):
                raise NotFound(f"there is no {kind} yet")
            return check(found).body

    def _recipient(self, sending: str) -> dict[str, Any]:
        """Return the one recipient, {} when there is none."""
        with _harmless():
            found = self._session.call(_get(f"{self._address(sending)}/recipients"))
            listed = None if found.status == 404 else check(found).json().get("recipients")
        each = listed if isinstance(listed, list) else []
        return each[0] if len(each) == 1 and isinstance(each[0], dict) else {}

    def _address(self, sending: str) -> str:
        product, identifier = split_sending(sending)
        return f"{self._session.api.product_url(product)}/sendings/{identifier}"

    def _told(self, request: Request) -> dict[str, Any]:
        """Make a request by which nothing is carried, and return what it says."""
        with _harmless():
            return check(self._session.call(request)).json()


def maileva_post(
    account: MailevaAccount, *, pool: urllib3.PoolManager, api: MailevaApi | None = None
) -> MailevaPost:
    """Return the client of one account, at its own environment unless `api` names another.

    Keep it as long as the account stays the same: it keeps the account's token.
    """
    own = SANDBOX if account.sandbox else PRODUCTION
    return MailevaPost(Session(pool, api or own, account), account)


@contextmanager
def _harmless() -> Iterator[None]:
    """Nothing is carried by what is asked here: without an answer it may be asked again."""
    try:
        yield
    except InDoubtError as error:
        raise NotAcceptedError(str(error)) from error


def _json(form: dict[str, Any]) -> bytes:
    return json.dumps(form).encode()


def _get(url: str, *, accept: str = "application/json") -> Request:
    return Request("GET", url, {"accept": accept})


def _post(url: str, body: bytes | None = None, kind: str = "application/json") -> Request:
    headers = {"accept": "application/json"}
    return Request("POST", url, headers | ({"content-type": kind} if body else {}), body)


def _delete(url: str) -> Request:
    return Request("DELETE", url, {"accept": "application/json"})
