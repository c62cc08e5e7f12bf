"""Waiting for a table that asks to slow down, and why it refused."""

import random
import time
from collections.abc import Callable

from botocore.exceptions import ClientError

# botocore tries each call ten times by itself, for half a minute: these are for a whole call.
_SLOW_DOWN = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
}
_CALLS = 5
_FIRST_WAIT = 0.02  # seconds; doubles each time, up to the longest
_LONGEST_WAIT = 2.0


def patiently[**P, R](operation: Callable[P, R], *args: P.args, **parameters: P.kwargs) -> R:
    """Call the table; wait and ask again, a few times, while it asks to slow down."""
    for attempt in range(_CALLS):
        try:
            return operation(*args, **parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _SLOW_DOWN or attempt == _CALLS - 1:
                raise
        wait(attempt)
    raise AssertionError("the last try returns or raises")


def wait(attempt: int) -> None:
    """Wait longer each time, never two callers equally long: they were refused together."""
    longest = min(_FIRST_WAIT * 2**attempt, _LONGEST_WAIT)
    time.sleep(longest * random.uniform(0.5, 1))  # noqa: S311 # no secret


def reasons(error: ClientError) -> set[str]:
    """Return the codes for which a transaction was cancelled."""
    told: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment] # not in the stubs
    return {each["Code"] for each in told if each.get("Code", "None") != "None"}
