"""What follows when a provider did not take a message: it goes again later, or a person acts (D40).

A job that has to go again is put back on its queue with a delay, as a message of its own: the queue
counts nothing against it, so that being throttled, however long, never ends among the dead letters.
Should the worker stop between putting it back and being done, there are two of it; a job that is
there twice sends once.
"""

import random
from collections.abc import Callable
from typing import Protocol

from relance.app.errors import NotAcceptedError, ThrottledError
from relance.app.ports.jobs import Jobs
from relance.app.verdict import MOST_TRIES, Verdict
from relance.contracts.jobs import SendJob

# Seconds before the second and the third try.
_BACK_OFF = (60, 300)
# Seconds: the first wait is drawn from up to the first, each later from up to twice as many.
_FIRST_WAIT = 10
_LONGEST_WAIT = 900


class Send(Protocol):
    """Send a job once; on the `last` try, what the provider does not take has failed for good."""

    def __call__(self, job: SendJob, *, last: bool) -> Verdict: ...


def attempt(
    job: SendJob,
    *,
    send: Send,
    jobs: Jobs,
    noted: Callable[[NotAcceptedError], None],
    draw: Callable[[int, int], int] = random.randint,
) -> Verdict:
    """Carry out a job; put it back for later when the provider did not take it.

    Three tries at most, one and five minutes apart. Being throttled is no try: the job waits a time
    that `draw` picks between two bounds in seconds, longer the more often it was told to. What put
    it back is given to `noted`.
    """
    try:
        return send(job, last=job.tries + 1 >= MOST_TRIES)
    except ThrottledError as error:
        noted(error)
        waited = job.model_copy(update={"waits": job.waits + 1})
        jobs.later(waited, seconds=draw(1, min(_LONGEST_WAIT, _FIRST_WAIT << min(job.waits, 10))))
        return Verdict.THROTTLED
    except NotAcceptedError as error:
        noted(error)
        tried = job.model_copy(update={"tries": job.tries + 1})
        jobs.later(tried, seconds=_BACK_OFF[min(job.tries, len(_BACK_OFF) - 1)])
        return Verdict.TO_TRY_AGAIN
