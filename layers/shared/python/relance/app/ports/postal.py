"""Letters: who posts them, and those that are printed here (M4)."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAccount:
    """The account with whoever posts the letters, sealed for its tenant; see `Vault`."""

    sealed: bytes
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBatch:
    """The letters of tenant day `on` that are printed here, in files to be printed in their order.

    `letters` are the ids of the actions in them, `left_out` those whose PDF could not be read.
    `done` tells that no file is still being made.
    """

    on: date
    letters: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    done: bool = False
    version: int = 0


class Postal(Protocol):
    """The account with whoever posts, and the letters of each printed day."""

    def postal_account(self) -> SealedAccount | None: ...
    def save_postal_account(self, sealed: bytes, *, version: int) -> int:
        """Version 0 creates (Conflict when there is one); else replaces that version.

        Return the new version.
        """

    def delete_postal_account(self) -> bool:
        """Forget the account; False when there is none."""

    def print_batch(self, on: date) -> PrintedBatch | None: ...
    def save_print_batch(self, batch: PrintedBatch) -> PrintedBatch:
        """Version 0 creates (Conflict when it exists); else replaces that version."""
