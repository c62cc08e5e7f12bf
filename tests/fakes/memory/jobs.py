"""The queues in memory."""

from collections.abc import Iterable

from relance.contracts.jobs import LookAgain, PlanPart, PrintLetters, Resume, SendJob
from relance.contracts.postal_notice import PostalNotice
from relance.contracts.uploads import ErasureGoesOn, RetentionSweep, Upload


class MemoryJobs:
    """The queues: what is to be planned, and `jobs`, in the order in which they were put.

    `delayed` are those to be seen later, each with its delay in seconds.
    """

    def __init__(self) -> None:
        self.parts: list[PlanPart | LookAgain | Resume] = []
        self.jobs: list[SendJob] = []
        self.delayed: list[tuple[SendJob, int]] = []
        self.to_print: list[PrintLetters] = []
        self.news: list[PostalNotice] = []
        self.uploads: list[Upload] = []
        self.sweeps: list[RetentionSweep] = []
        self.erasures: list[tuple[ErasureGoesOn, int]] = []

    def plan(self, message: PlanPart | LookAgain | Resume, *, behind: int = 0) -> None:
        self.parts.append(message)

    def send(self, jobs: Iterable[SendJob], *, behind: int = 0) -> None:
        self.jobs.extend(jobs)

    def later(self, job: SendJob, *, seconds: int) -> None:
        self.delayed.append((job, seconds))

    def print_letters(self, message: PrintLetters) -> None:
        self.to_print.append(message)

    def feedback(self, message: PostalNotice) -> None:
        self.news.append(message)

    def take_in(self, upload: Upload, *, seconds: int = 0) -> None:
        self.uploads.append(upload)

    def sweep(self, message: RetentionSweep) -> None:
        self.sweeps.append(message)

    def go_on_erasing(self, message: ErasureGoesOn, *, seconds: int = 0) -> None:
        self.erasures.append((message, seconds))
