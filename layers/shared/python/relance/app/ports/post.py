"""Whoever posts letters."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from relance.domain.postal import PostalLetter, PostalStatus, Proof


class Post(Protocol):
    """A postal provider, bound to one tenant's account. One attempt a call.

    What makes a letter leave once: `prepare`, keep the id for good, then `submit`. Nothing but
    `submit` makes the post carry anything, and one sending is carried once however often it is
    submitted. So whoever finds an id kept never prepares another: after a lost answer it asks
    `state`, and submits the same one again if that is still a draft.
    """

    def prepare(self, letter: "PostalLetter") -> str:
        """Leave the letter with the provider as a draft, whole; return the sending's id.

        Raises RefusedError when this letter will never be taken, NotAcceptedError (of which
        ThrottledError is one) when a later try may succeed, with a new draft; never in doubt.
        """

    def submit(self, sending: str) -> None:
        """Have the draft printed and posted; nothing when it was submitted before.

        Raises RefusedError, NotAcceptedError, ThrottledError, or InDoubtError: then ask `state`.
        """

    def state(self, sending: str) -> "PostalStatus | None":
        """Return where it stands; None when the provider knows no such sending.

        Raises NotAcceptedError when it can't be told now.
        """

    def discard(self, sending: str) -> bool:
        """Take a draft away, so that it can never be carried; False when it was submitted.

        Raises NotAcceptedError when it can't be told now.
        """

    def proof(self, sending: str, kind: "Proof") -> bytes:
        """Return a proof as the provider gives it (a PDF, or a ZIP of it).

        Raises NotFound when there is none yet, NotAcceptedError when it can't be told now.
        """
