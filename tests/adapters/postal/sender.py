"""A worker that obeys the port: what it keeps for good, and what it does when it comes again."""

from dataclasses import dataclass, field

from relance.app.errors import RelanceError
from relance.app.ports.post import Post
from relance.domain.postal import PostalLetter, PostalState
from tests.fakes.faults import Fate, Killed


@dataclass
class Sender:
    """Keeps the sending's id before it submits; `outcomes` tells how each try ended."""

    post: Post
    letter: PostalLetter
    fate: Fate = field(default_factory=lambda: Fate(at=0, after=False))
    kept: str | None = None
    done: bool = False
    outcomes: list[str] = field(default_factory=list)

    def work(self, *, tries: int = 6) -> None:
        """Come again until it is done, as a queue brings a message again."""
        for _ in range(tries):
            try:
                self._once()
                self.outcomes.append("done")
                return
            except (RelanceError, Killed) as error:
                self.outcomes.append(type(error).__name__)

    def _once(self) -> None:
        if self.kept is None:
            made = self.fate.run("prepare", lambda: self.post.prepare(self.letter))
            self.fate.run("keep", lambda: self._keep(made))
        elif self._left():
            self.done = True
            return
        kept = self.kept or ""
        self.fate.run("submit", lambda: self.post.submit(kept))
        self.done = True

    def _keep(self, made: str) -> None:
        self.kept = made

    def _left(self) -> bool:
        found = self.post.state(self.kept or "")
        return found is not None and found.state is not PostalState.DRAFT
