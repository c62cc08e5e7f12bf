"""Numbers that get no text message, over HTTP."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import StringConstraints

from relance.contracts.http.texts import Line
from relance.contracts.http.values import Body
from relance.domain.opt_outs import OptOut, OptOutSource


class OptOutBody(Body):
    """A number that is never texted: by a link in a message, by a person, or for the network.

    `id` is the number without its plus. `author` and `reason` are a person's, or the reason is in
    the network's words.
    """

    id: str
    number: str
    since: datetime
    source: OptOutSource
    author: str
    reason: str

    @classmethod
    def of(cls, entry: OptOut) -> Self:
        """Build from the domain's value."""
        return cls(
            id=entry.number.removeprefix("+"),
            number=entry.number,
            since=entry.since,
            source=entry.source,
            author=entry.author,
            reason=entry.reason,
        )


class OptOutCreate(Body):
    """A number to be texted no more; without a prefix it is of your company's country."""

    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=40)]
    reason: Line = ""
