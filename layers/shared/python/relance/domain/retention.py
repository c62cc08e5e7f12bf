"""How long a company keeps files about its debtors (H4)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Months for which files are kept, from the day on which they were written.

    `messages_months`: what was sent, and the post's proofs; five years unless told, for as long as
    a claim between traders can be brought in France (L110-4 Code de commerce). `uploads_months`:
    what was uploaded, and imports' refused rows. The books themselves, which the law has kept for
    ten years, are the company's own: a ledger file here is a copy.
    """

    messages_months: int = 60
    uploads_months: int = 12


USUAL_RETENTION = Retention()
