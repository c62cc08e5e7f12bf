"""A letter on its way: what the post is asked for, and how far it came (M4, A3)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from relance.domain.facts import Address


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
class Addressee:
    """Whom a letter is addressed to, or who sends it."""

    name: str
    address: Address
    attention: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalLetter:
    """One letter to post. `reference` is our action's id and comes back in the post's news.

    `title` is what the sender reads in the provider's own list. `pdf` are the exact bytes kept as
    evidence.
    """

    reference: str
    title: str
    pdf: bytes = field(repr=False)
    recipient: Addressee
    registered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalStatus:
    """Where one letter stands, as its provider says now.

    `at` is the instant of that state when the provider gives it; `proofs` are those that can be
    fetched now; `number` is the post's own number of a registered letter; `detail` the provider's
    code for the state, without names or addresses.
    """

    state: PostalState
    at: datetime | None = None
    proofs: frozenset[Proof] = frozenset()
    number: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalNews:
    """One piece of news about one letter, as the provider pushed it.

    `action` is the `reference` that the letter was given (None when it carries none of ours),
    `sending` what `Post.prepare` returned (None when the news does not say). It tells a new
    `state`, a `proof` that can be fetched, or both. `at` is the provider's instant.
    """

    at: datetime
    action: str | None
    sending: str | None
    state: PostalState | None = None
    proof: Proof | None = None
    detail: str = ""
