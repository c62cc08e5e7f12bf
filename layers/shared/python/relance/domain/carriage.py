"""How far the post carried a letter, and what it can prove (A3, M4)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PostalState(StrEnum):
    """How far a letter came, from first to last; news are late and double, so compare ranks."""

    DRAFT = "draft"  # nothing will be carried until it is submitted
    SUBMITTED = "submitted"  # it can't be called back any more
    ACCEPTED = "accepted"  # looked at and taken; it will be printed
    REJECTED = "rejected"  # it will not be carried: an address or a document is no good
    POSTED = "posted"  # printed, in its envelope and handed to the post
    PRESENTED = "presented"  # shown at the door or waiting at the post office
    DELIVERED = "delivered"
    RETURNED = "returned"  # refused, never fetched, or nobody of that name lives there

    @property
    def rank(self) -> int:
        """A letter only ever moves to a higher one."""
        return list(PostalState).index(self)


class Proof(StrEnum):
    """A document of the post about one letter."""

    DEPOSIT = "deposit"  # that a registered letter was handed in, and when
    ACKNOWLEDGEMENT = "acknowledgement"  # the receipt that the debtor signed
    ARCHIVE = "archive"  # the letter as it was printed


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProof:
    """A proof that was fetched; `document` is its key in the documents bucket."""

    kind: Proof
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """How far the post says that it carried a letter, since tenant day `on`.

    `detail` is the provider's code for it, `number` the post's own of a registered letter.
    """

    state: PostalState
    on: date | None = None
    detail: str = ""
    number: str = ""
    proofs: tuple[KeptProof, ...] = ()
