"""The queues."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from relance.contracts.jobs import LookAgain, PlanPart, PrintLetters, Resume, SendJob
    from relance.contracts.postal_notice import PostalNotice
    from relance.contracts.uploads import ErasureGoesOn, RetentionSweep, Upload


class Jobs(Protocol):
    """The queues."""

    def plan(self, message: "PlanPart | LookAgain | Resume", *, behind: int = 0) -> None:
        """Enqueue for planning, to be seen when `behind` jobs of its tenant's were (`send`)."""

    def send(self, jobs: "Iterable[SendJob]", *, behind: int = 0) -> None:
        """Enqueue each on its channel's queue, in batches.

        A tenant's jobs are seen at a pace, in their order, behind as many that it sent just before:
        what is much for one tenant holds up no other (H3).
        """

    def later(self, job: "SendJob", *, seconds: int) -> None:
        """Enqueue a job again, to be seen after `seconds`, 900 at most."""

    def print_letters(self, message: "PrintLetters") -> None:
        """Enqueue for the letter worker."""

    def feedback(self, message: "PostalNotice") -> None:
        """Enqueue news that a provider brought to the API."""

    def take_in(self, upload: "Upload", *, seconds: int = 0) -> None:
        """Enqueue a file to be imported, to be seen after `seconds`, 900 at most."""

    def sweep(self, message: "RetentionSweep") -> None:
        """Enqueue the deletion of files that a tenant keeps no longer."""

    def go_on_erasing(self, message: "ErasureGoesOn", *, seconds: int = 0) -> None:
        """Enqueue the rest of an erasure, to be seen after `seconds`, 900 at most."""
