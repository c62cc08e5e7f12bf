"""Who belongs to a tenant."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Which tenant a token's subject belongs to and what it may do there (H2).

    `since` is the instant (aware) at which it joined, `invited_by` who let it.
    """

    subject: str
    tenant: str
    role: str  # viewer, collector or admin
    email: str = ""
    since: datetime | None = None
    invited_by: str = ""
