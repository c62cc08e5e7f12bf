"""What is kept about a debtor, given out or erased, over HTTP (H4)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import Field

from relance.contracts.http.actions import ActionBody
from relance.contracts.http.blocks import DisputeBody, PromiseBody, Reason, StopBody
from relance.contracts.http.customers import CustomerBody
from relance.contracts.http.items import ItemDetail
from relance.contracts.http.opt_outs import OptOutBody
from relance.contracts.http.values import Body
from relance.domain.actions import Action
from relance.domain.carriage import PostalState, Proof
from relance.domain.customer import Customer


class ErasureWrite(Body):
    """Erase the person behind a customer. The `reason` is kept: it should not name the person.

    A customer that owes money is erased only with `despite_debts`, and never chased again.
    """

    reason: Reason
    despite_debts: Annotated[bool, Field(strict=True)] = False


class ErasureBody(Body):
    """Since when a customer is erased, by whom and why; not `done`: it goes on by itself."""

    customer: str
    on: date
    author: str
    reason: str
    done: bool

    @classmethod
    def of(cls, customer: Customer) -> Self:
        """Build from an erased customer (ValueError for another)."""
        erasure = customer.erasure
        if erasure is None:
            raise ValueError("the customer is not erased")
        return cls(
            customer=customer.id,
            on=erasure.on,
            author=erasure.author,
            reason=erasure.reason,
            done=erasure.done,
        )


class KeptDocument(Body):
    """A file that is kept, to be downloaded within five minutes; `kind` is `message` or a proof."""

    kind: str
    url: str


class KeptCarriage(Body):
    """How far the post carried a letter."""

    state: PostalState
    on: date | None
    detail: str
    number: str


class KeptItem(ItemDetail):
    """An invoice, credit note or receipt; `archived` when it is paid and put away."""

    archived: bool


class KeptAction(ActionBody):
    """What was done or waits; its `documents` are what was sent, and what the post proved."""

    archived: bool
    documents: tuple[KeptDocument, ...]
    carriage: KeptCarriage | None

    @classmethod
    def kept(
        cls,
        action: Action,
        *,
        customer: str,
        archived: bool,
        documents: Sequence[tuple[str | Proof, str]],
    ) -> Self:
        """Build from the domain's value and the kinds and addresses of its files."""
        carriage = action.carriage
        return cls(
            **dict(ActionBody.of(action, customer=customer)),
            archived=archived,
            documents=tuple(KeptDocument(kind=kind, url=url) for kind, url in documents),
            carriage=KeptCarriage(
                state=carriage.state,
                on=carriage.on,
                detail=carriage.detail,
                number=carriage.number,
            )
            if carriage
            else None,
        )


class PersonalData(Body):
    """All that is kept about a customer, a part at a time: pass `next` as `after` for the rest.

    Each part begins with the customer and the entries of its numbers that get no text message.
    """

    customer: CustomerBody
    erasure: ErasureBody | None
    opt_outs: tuple[OptOutBody, ...]
    items: tuple[KeptItem, ...]
    actions: tuple[KeptAction, ...]
    stops: tuple[StopBody, ...]
    disputes: tuple[DisputeBody, ...]
    promises: tuple[PromiseBody, ...]
    next: str | None
