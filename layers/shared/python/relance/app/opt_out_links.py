"""The links by which whoever gets a text message asks for no more of them (M5, ADR 10)."""

from dataclasses import dataclass

from relance.contracts.opt_out_link import Asked, opt_out_token


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOutLinks:
    """Makes the links: `address` is what they begin with, `key` what they are signed with."""

    address: str
    key: bytes

    def link(self, asked: Asked, *, tenant: str) -> str:
        """Return the link that a text message to this number carries."""
        return f"{self.address}/{tenant}/{opt_out_token(asked, tenant=tenant, key=self.key)}"
