"""What holds a customer's items: stops, disputes, promises to pay (C2, C4, C5)."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession
from functions.api.answers import MOST, After, Limit, listed, part_of, single
from functions.api.routes.router import new_router
from relance.app import blocks, queries, stop_list
from relance.contracts.http.blocks import (
    DisputeBody,
    DisputeWrite,
    PromiseBody,
    PromiseRecord,
    PromiseWrite,
    Resolution,
    StopBody,
    StopLine,
    StopWrite,
)
from relance.contracts.http.values import Page
from relance.domain.blocks import Dispute, Stop

router = new_router()

_STOPS = "/v1/customers/<customer>/stops"
_DISPUTES = "/v1/customers/<customer>/disputes"
_PROMISES = "/v1/customers/<customer>/promises"


@router.get("/v1/stops", tags=["Stops"])
def list_all_stops(
    session: CurrentSession, limit: Limit = MOST, after: After = None
) -> Page[StopLine]:
    """List the stops of all customers that are in force or will be, the latest first.

    A part may be short, or empty, while `next` says that there are more.
    """
    page = stop_list.list_stops(store=session.store, on=session.today(), limit=limit, after=after)
    return listed(
        page,
        lambda each: StopLine.line(
            each.stop, customer=each.customer, customer_name=each.customer_name
        ),
    )


@router.get(_STOPS, tags=["Stops"])
def list_stops(
    session: CurrentSession, customer: str, limit: Limit = MOST, after: After = None
) -> Page[StopBody]:
    """List a customer's stops, those that are over included."""
    account = queries.account_of(customer, store=session.store)
    stops = [each for each in account.blocks if isinstance(each, Stop)]
    return listed(
        part_of(
            stops,
            lambda stop: stop.id,
            of=session.list_named(f"stops/{customer}"),
            limit=limit,
            after=after,
        ),
        StopBody.of,
    )


@router.post(_STOPS, tags=["Stops"], status_code=HTTPStatus.CREATED)
def add_stop(session: CurrentSession, customer: str, body: StopWrite) -> Response[StopBody]:
    """Stop a customer or one of its items: nothing goes by itself until the stop is over."""
    stop = blocks.add_stop(
        customer,
        body,
        author=session.author,
        store=session.store,
        on=session.today(),
        seed=session.seed,
        failed=session.failed,
    )
    return single(StopBody.of(stop), status=HTTPStatus.CREATED)


@router.post(f"{_STOPS}/<stop>/end", tags=["Stops"])
def end_stop(session: CurrentSession, customer: str, stop: str) -> Response[StopBody]:
    """Lift a stop as of today."""
    ended = blocks.end_stop(
        customer,
        stop,
        author=session.author,
        store=session.store,
        on=session.today(),
        failed=session.failed,
    )
    return single(StopBody.of(ended))


@router.get(_DISPUTES, tags=["Disputes"])
def list_disputes(
    session: CurrentSession, customer: str, limit: Limit = MOST, after: After = None
) -> Page[DisputeBody]:
    """List a customer's disputes, resolved ones included."""
    account = queries.account_of(customer, store=session.store)
    disputes = [each for each in account.blocks if isinstance(each, Dispute)]
    page = part_of(
        disputes,
        lambda dispute: dispute.id,
        of=session.list_named(f"disputes/{customer}"),
        limit=limit,
        after=after,
    )
    currencies = queries.currencies_of(page.entries, live=account.items, store=session.store)
    return listed(page, lambda each: DisputeBody.of(each, currencies.get(each.item)))


@router.post(_DISPUTES, tags=["Disputes"], status_code=HTTPStatus.CREATED)
def add_dispute(
    session: CurrentSession, customer: str, body: DisputeWrite
) -> Response[DisputeBody]:
    """Note that the customer contests an item, or a part of it."""
    dispute = blocks.add_dispute(
        customer,
        body,
        author=session.author,
        store=session.store,
        on=session.today(),
        seed=session.seed,
        failed=session.failed,
    )
    return single(_dispute(session, dispute), status=HTTPStatus.CREATED)


@router.post(f"{_DISPUTES}/<dispute>/resolution", tags=["Disputes"])
def resolve_dispute(
    session: CurrentSession, customer: str, dispute: str, body: Resolution
) -> Response[DisputeBody]:
    """Close a dispute as of today; a wholly disputed item waits one gap from now."""
    resolved = blocks.resolve_dispute(
        customer,
        dispute,
        body.resolution,
        author=session.author,
        store=session.store,
        on=session.today(),
        failed=session.failed,
    )
    return single(_dispute(session, resolved))


@router.get(_PROMISES, tags=["Promises"])
def list_promises(
    session: CurrentSession, customer: str, limit: Limit = MOST, after: After = None
) -> PromiseRecord:
    """List a customer's promises to pay, the latest date first, and count those kept and broken.

    Counted are all, whatever the part. A part names 5,000 items at most, or one promise's.
    """
    record = queries.promises_of(customer, store=session.store, on=session.today())
    part = part_of(
        record.promises,
        lambda entry: f"{entry[0].due}/{entry[0].id}",
        of=session.list_named(f"promises/{customer}"),
        limit=limit,
        after=after,
        latest_first=True,
        naming=lambda entry: len(entry[0].items),
    )
    return PromiseRecord(
        kept=record.kept,
        broken=record.broken,
        items=tuple(PromiseBody.of(promise, state) for promise, state in part.entries),
        next=part.next,
    )


@router.post(_PROMISES, tags=["Promises"], status_code=HTTPStatus.CREATED)
def add_promise(
    session: CurrentSession, customer: str, body: PromiseWrite
) -> Response[PromiseBody]:
    """Note a promise to pay: its items rest through the second working day after its date."""
    promise = blocks.add_promise(
        customer,
        body,
        author=session.author,
        store=session.store,
        on=session.today(),
        seed=session.seed,
        failed=session.failed,
    )
    return single(_promise(session, customer, promise.id), status=HTTPStatus.CREATED)


@router.post(f"{_PROMISES}/<promise>/cancellation", tags=["Promises"])
def cancel_promise(session: CurrentSession, customer: str, promise: str) -> Response[PromiseBody]:
    """Take back a promise that was noted by mistake."""
    blocks.cancel_promise(
        customer,
        promise,
        author=session.author,
        store=session.store,
        on=session.today(),
        failed=session.failed,
    )
    return single(_promise(session, customer, promise))


def _dispute(session: CurrentSession, dispute: Dispute) -> DisputeBody:
    currencies = queries.currencies_of([dispute], store=session.store)
    return DisputeBody.of(dispute, currencies.get(dispute.item))


def _promise(session: CurrentSession, customer: str, wanted: str) -> PromiseBody:
    record = queries.promises_of(customer, store=session.store, on=session.today())
    found = next(each for each in record.promises if each[0].id == wanted)
    return PromiseBody.of(*found)
