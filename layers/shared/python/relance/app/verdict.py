"""How carrying out a job ends."""

from enum import StrEnum

# What the provider does not take is tried so often, then a person must act (D40).
MOST_TRIES = 3


class Verdict(StrEnum):
    """How a job ended."""

    SENT = "sent"
    KEPT = "kept"  # the letter is ready to be posted by hand
    DUPLICATE = "duplicate"
    OBSOLETE = "obsolete"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    UNHEARD = "unheard"  # a named letter of which the post can't tell now: it is asked again later
    WAITS = "waits"  # for its channel to open
    THROTTLED = "throttled"  # put back on the queue, not counted as a try
    TO_TRY_AGAIN = "to_try_again"
