"""Who posts the letters, sealed, and the day's files of those that are printed here (M4)."""

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import date

from relance.app.errors import MovedMeanwhile
from relance.app.ports.postal import PrintedBatch, SealedAccount
from relance.store import keys
from relance.store.bound import Bound
from relance.store.records import VERSION, body, value
from relance.store.table import ABSENT, PRESENT, When


class Postal(Bound):
    """The account, a record of its own that no other reader sees; and a record a printed day."""

    def postal_account(self) -> SealedAccount | None:
        record = self._table.get(keys.postal_account(self._tenant))
        if record is None:
            return None
        return SealedAccount(sealed=b64decode(record["sealed"]), version=record["version"])

    def save_postal_account(self, sealed: bytes, *, version: int) -> int:
        record = {
            **keys.postal_account(self._tenant)._asdict(),
            "v": VERSION,
            "version": version + 1,
            "sealed": b64encode(sealed).decode(),
        }
        if not self._table.transact([self._table.put(record, when=_at(version))]):
            raise MovedMeanwhile("the postal account changed since it was read")
        return version + 1

    def delete_postal_account(self) -> bool:
        key = keys.postal_account(self._tenant)
        return self._table.transact([self._table.delete(key, when=PRESENT)])

    def print_batch(self, on: date) -> PrintedBatch | None:
        record = self._table.get(keys.print_batch(self._tenant, on))
        return value(PrintedBatch, record) if record else None

    def save_print_batch(self, batch: PrintedBatch) -> PrintedBatch:
        stored = replace(batch, version=batch.version + 1)
        record = {
            **keys.print_batch(self._tenant, batch.on)._asdict(),
            "v": VERSION,
            "version": stored.version,
            "body": body(stored),
        }
        if not self._table.transact([self._table.put(record, when=_at(batch.version))]):
            raise MovedMeanwhile(f"the letters of {batch.on} are being put together by another")
        return stored


def _at(version: int) -> When:
    return When("version = :version", {":version": version}) if version else ABSENT
