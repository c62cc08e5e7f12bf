"""A vault in memory."""

from relance.app.errors import NotAcceptedError


class MemoryVault:
    """Seals by turning round; opens what it sealed for its own tenant."""

    def __init__(self, tenant: str) -> None:
        self._mark = f"sealed for {tenant}:".encode()

    def seal(self, secret: bytes) -> bytes:
        return self._mark + secret[::-1]

    def unseal(self, sealed: bytes) -> bytes:
        if not sealed.startswith(self._mark):
            raise NotAcceptedError("the account's seal does not open")
        return sealed.removeprefix(self._mark)[::-1]
