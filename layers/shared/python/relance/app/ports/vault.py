"""What seals a tenant's secrets."""

from typing import Protocol


class Vault(Protocol):
    """Seals a tenant's secrets so that only that tenant's own can be opened again."""

    def seal(self, secret: bytes) -> bytes: ...
    def unseal(self, sealed: bytes) -> bytes:
        """Raise NotAcceptedError when it was sealed for another tenant, or is damaged."""
