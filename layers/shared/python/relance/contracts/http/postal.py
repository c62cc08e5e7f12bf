"""Letters over HTTP: who posts them, how far they came, and those that are printed by hand (M4)."""

from datetime import date
from typing import Annotated

from pydantic import Field

from relance.contracts.http.actions import ActionIds
from relance.contracts.http.texts import Day
from relance.contracts.http.values import Body
from relance.contracts.postal_account import MailevaAccount, PrintRoomAccount
from relance.domain.carriage import PostalState, Proof


class PostalAccountPut(Body):
    """Who posts the letters. A secret given as it is shown, in ten stars, stays as it is."""

    account: Annotated[MailevaAccount | PrintRoomAccount, Field(discriminator="provider")]


class PostalAccountBody(PostalAccountPut):
    """Who posts the letters, its secrets as stars.

    `callback` is the path of this API at which the provider is to tell its news, with the
    account's own `callback_name` and `callback_password`.
    """

    callback: str


class ProofBody(Body):
    """A document of the post; `url` is good for five minutes."""

    kind: Proof
    url: str


class CarriageBody(Body):
    """How far the post says that it carried a letter, since `on`.

    `detail` is the provider's code for it, `number` the post's own of a registered letter.
    """

    state: PostalState
    on: date | None
    detail: str
    number: str
    proofs: tuple[ProofBody, ...]


class PrintAsked(Body):
    """The day whose letters are to be put together for printing."""

    on: Day


class PrintedLetters(Body):
    """A day's letters to print and post by hand.

    `files` are addresses, good for five minutes, of PDFs to be printed in their order; `letters`
    the actions in them, `left_out` those whose PDF could not be read. While it is not `done`, more
    is being put together. A letter is in one file only: asking again gives what came since.
    """

    id: date
    done: bool
    files: tuple[str, ...]
    letters: tuple[str, ...]
    left_out: tuple[str, ...]


class Posted(Body):
    """The letters that were posted by hand, and on which day; today if it is not given."""

    actions: ActionIds
    on: Day | None = None


class PostedOutcome(Body):
    """How saying that one letter is posted ended; `refusal` says why it was not taken.

    `status` is what it would have been answered alone; 503: it was not tried, as another failed.
    """

    action: str
    posted: bool
    status: int
    refusal: str | None = None


class PostedOutcomes(Body):
    """How saying that many letters are posted ended, in the order in which they were named."""

    outcomes: tuple[PostedOutcome, ...]
