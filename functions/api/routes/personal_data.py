"""What is kept about a debtor: given out, or erased (H4). For admins only."""

from datetime import date

from aws_lambda_powertools.event_handler import Response

from functions.api.access import CurrentSession, Session
from functions.api.answers import After, Limit, part_of, single
from functions.api.routes.router import new_router
from relance.app.erasure import erase_customer
from relance.app.personal_export import Kept, kept_of
from relance.app.ports.kept_facts import KeptFact
from relance.app.ports.page import Page
from relance.contracts.http.blocks import DisputeBody, PromiseBody, StopBody
from relance.contracts.http.customers import CustomerBody
from relance.contracts.http.items import ItemDetail
from relance.contracts.http.opt_outs import OptOutBody
from relance.contracts.http.personal_data import (
    ErasureBody,
    ErasureWrite,
    KeptAction,
    KeptItem,
    PersonalData,
)
from relance.domain.actions import Action
from relance.domain.blocks import Dispute, Promise, Stop
from relance.domain.items import Item

router = new_router()

_GOOD_FOR_SECONDS = 300
_MOST = 200


@router.get("/v1/customers/<customer>/personal-data", tags=["Personal data"])
def get_personal_data(
    session: CurrentSession, customer: str, limit: Limit = _MOST, after: After = None
) -> Response[PersonalData]:
    """Give all that is kept about a customer, live and archived, to answer whoever it is about."""
    on = session.today()
    kept = kept_of(customer, store=session.store, on=on)
    part = part_of(
        kept.facts,
        _place,
        of=session.list_named(f"personal-data/{customer}"),
        limit=limit,
        after=after,
        naming=_items_named,
    )
    return single(_body(kept, part, session, on=on))


@router.post("/v1/customers/<customer>/erasure", tags=["Personal data"])
def erase(session: CurrentSession, customer: str, body: ErasureWrite) -> Response[ErasureBody]:
    """Erase the person behind a customer for good; amounts, days and steps stay.

    Refused (409) while a message to it is on its way or in doubt, and while it owes money, unless
    `despite_debts` says that it is to be erased all the same. A long history is not
    `done` at once: it goes on by itself within a quarter of an hour, or when you ask again.
    """
    erased = erase_customer(
        customer,
        reason=body.reason,
        despite_debts=body.despite_debts,
        author=session.author,
        store=session.store,
        files=session.documents,
        jobs=session.jobs,
        on=session.today(),
        failed=session.failed,
    )
    return single(ErasureBody.of(erased))


def _place(kept: KeptFact) -> str:
    return f"{type(kept.fact).__name__}/{kept.fact.id}"


def _items_named(kept: KeptFact) -> int:
    match kept.fact:
        case Action():
            return len(kept.fact.sends)
        case Promise():
            return len(kept.fact.items)
        case _:
            return 0


def _body(kept: Kept, part: Page[KeptFact], session: Session, *, on: date) -> PersonalData:
    facts = [each.fact for each in part.entries]
    return PersonalData(
        customer=CustomerBody.of(kept.customer),
        erasure=ErasureBody.of(kept.customer) if kept.customer.erasure else None,
        opt_outs=tuple(OptOutBody.of(each) for each in kept.opt_outs),
        items=tuple(
            _item(each.fact, kept, archived=each.archived, on=on)
            for each in part.entries
            if isinstance(each.fact, Item)
        ),
        actions=tuple(
            _action(each.fact, kept, session, archived=each.archived)
            for each in part.entries
            if isinstance(each.fact, Action)
        ),
        stops=tuple(StopBody.of(each) for each in facts if isinstance(each, Stop)),
        disputes=tuple(
            DisputeBody.of(each, kept.currencies.get(each.item))
            for each in facts
            if isinstance(each, Dispute)
        ),
        promises=tuple(
            PromiseBody.of(each, kept.promises[each.id])
            for each in facts
            if isinstance(each, Promise) and each.id in kept.promises
        ),
        next=part.next,
    )


def _item(item: Item, kept: Kept, *, archived: bool, on: date) -> KeptItem:
    plain = ItemDetail.whole(
        item,
        customer=kept.customer.id,
        effective_due=kept.dues[item.id],
        on=on,
        version=kept.customer.version,
    )
    return KeptItem(**dict(plain), archived=archived)


def _action(action: Action, kept: Kept, session: Session, *, archived: bool) -> KeptAction:
    named = [("message", action.document)] if action.document else []
    proofs = action.carriage.proofs if action.carriage else ()
    named += [(proof.kind.value, proof.document) for proof in proofs]
    return KeptAction.kept(
        action,
        customer=kept.customer.id,
        archived=archived,
        documents=[
            (kind, session.documents.download_address(key, seconds=_GOOD_FOR_SECONDS))
            for kind, key in named
        ],
    )
