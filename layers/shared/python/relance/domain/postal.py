"""A letter on its way: what the post is asked for, and how far it came (M4, A3)."""

from dataclasses import dataclass, field
from datetime import datetime

from relance.domain.carriage import PostalState as PostalState
from relance.domain.carriage import Proof as Proof
from relance.domain.customer import Address


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


class UnreadableLetter(ValueError):
    """A letter's PDF can't be read; `reference` names the letter."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"the PDF of letter {reference} can't be read")
        self.reference = reference


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLetter:
    """One letter of a batch. `reference` is its action's id, `amount` what it asks for, in minor
    units of `currency`."""

    reference: str
    customer: str
    pdf: bytes = field(repr=False)
    registered: bool
    amount: int
    currency: str
