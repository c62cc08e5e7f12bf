"""The post's news on their way from the API to the worker that records them."""

from datetime import datetime
from typing import Literal, Self

from relance.contracts.jobs import Wire
from relance.domain.carriage import PostalState, Proof
from relance.domain.postal import PostalNews


class PostalNotice(Wire):
    """One piece of news about one letter, that came by the callback of `tenant`.

    It may name another's action: who reads it looks among this tenant's only.
    """

    kind: Literal["postal"] = "postal"
    v: Literal[1] = 1
    tenant: str
    at: datetime
    action: str | None = None
    sending: str | None = None
    state: PostalState | None = None
    proof: Proof | None = None
    detail: str = ""

    @classmethod
    def of(cls, news: PostalNews, *, tenant: str) -> Self:
        """Build from what the provider told."""
        return cls(
            tenant=tenant,
            at=news.at,
            action=news.action,
            sending=news.sending,
            state=news.state,
            proof=news.proof,
            detail=news.detail,
        )
