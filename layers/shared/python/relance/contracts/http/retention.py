"""How long files about debtors are kept, over HTTP (H4)."""

from typing import Annotated, Self

from pydantic import Field

from relance.contracts.http.values import Settings
from relance.domain.retention import USUAL_RETENTION, Retention

_Messages = Annotated[int, Field(ge=12, le=120, strict=True)]
_Uploads = Annotated[int, Field(ge=1, le=120, strict=True)]


class RetentionBody(Settings):
    """Months after which files are deleted for good; once a week those that are older go.

    `messages_months`: messages, letters and proofs as they were sent, the evidence of a claim.
    `uploads_months`: uploaded ledgers, lists and invoices by number, and imports' refused rows.
    History itself stays: amounts, days and steps.
    """

    messages_months: _Messages = USUAL_RETENTION.messages_months
    uploads_months: _Uploads = USUAL_RETENTION.uploads_months

    @classmethod
    def of(cls, retention: Retention) -> Self:
        """Build from the domain's value."""
        return cls(
            messages_months=retention.messages_months, uploads_months=retention.uploads_months
        )

    def value(self) -> Retention:
        """Return the domain's value."""
        return Retention(messages_months=self.messages_months, uploads_months=self.uploads_months)
