"""Who posts the letters, and the letters that are printed here, in memory."""

from dataclasses import replace
from datetime import date

from relance.app.errors import MovedMeanwhile
from relance.app.ports.postal import PrintedBatch, SealedAccount
from relance.app.ports.tenant import Tenant
from tests.fakes.memory.bound import Bound


class Postal(Bound):
    """The account, and the batches by day."""

    def __init__(self, tenant: Tenant) -> None:
        super().__init__(tenant)
        self._postal_account: SealedAccount | None = None
        self._printed: dict[date, PrintedBatch] = {}

    def postal_account(self) -> SealedAccount | None:
        return self._postal_account

    def save_postal_account(self, sealed: bytes, *, version: int) -> int:
        stored = self._postal_account
        if (stored.version if stored else 0) != version:
            raise MovedMeanwhile("the postal account changed since it was read")
        self._postal_account = SealedAccount(sealed=sealed, version=version + 1)
        return version + 1

    def delete_postal_account(self) -> bool:
        there, self._postal_account = self._postal_account is not None, None
        return there

    def print_batch(self, on: date) -> PrintedBatch | None:
        return self._printed.get(on)

    def save_print_batch(self, batch: PrintedBatch) -> PrintedBatch:
        stored = self._printed.get(batch.on)
        if (stored.version if stored else 0) != batch.version:
            raise MovedMeanwhile(f"the letters of {batch.on} are being put together by another")
        self._printed[batch.on] = replace(batch, version=batch.version + 1)
        return self._printed[batch.on]
