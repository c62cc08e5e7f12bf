"""What can go wrong, and who must act.

    RelanceError
    ├── BadInput           tell the user: names the field or row; nothing was changed
    │   └── NotFound       no such thing for this tenant
    ├── Conflict           somebody changed it first: read again
    │   ├── NotAsItStands  its state or what needs it forbids this, however freshly it was read
    │   └── MovedMeanwhile others changed it while we worked: the same again, soon, may well do
    ├── NotAcceptedError   the provider certainly did not take it: safe to try again
    │   ├── ThrottledError not now: waiting is not a try
    │   └── RefusedError   the provider refuses this message for good: a person must act
    └── InDoubtError       it can't be known whether the provider took it: a person must settle it

Everything else crashes and is retried by the queue.
"""


class RelanceError(Exception):
    """The root of the product's own errors."""


class BadInput(RelanceError):
    """The user's input can't be taken; `pointer` names the field (a JSON pointer), '' the whole.

    That of a parameter of the address is its name behind a question mark.
    """

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class NotFound(BadInput):
    """There is no such thing for this tenant."""


class Conflict(RelanceError):
    """The thing changed since it was read."""


class NotAsItStands(Conflict):
    """What is asked can't be done as things stand: reading it again does not help."""


class MovedMeanwhile(Conflict):
    """Others changed it while it was worked on, nothing was written: the same may do next time."""


class NotAcceptedError(RelanceError):
    """The provider certainly did not take the message."""


class ThrottledError(NotAcceptedError):
    """The provider asks to slow down, for `retry_after` seconds when it says how long."""

    def __init__(self, message: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RefusedError(NotAcceptedError):
    """The provider refuses this message for good."""


class InDoubtError(RelanceError):
    """The provider may or may not have taken the message."""
