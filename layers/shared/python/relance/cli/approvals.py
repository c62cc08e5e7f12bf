"""Say yes to messages that wait for it, and wait until they left."""

from collections.abc import Sequence
from datetime import date

from relance.cli.api import Api
from relance.cli.night import drain, go_on_at_noon, stored_day
from relance.cli.progress import say, step
from relance.cli.stack import LocalStack
from relance.contracts.http.actions import ApprovalOutcomes

# Each is decided again before it is answered.
_AT_ONCE = 10


def waiting(api: Api, *, day: date | None = None) -> list[str]:
    """Return the ids of messages nobody said yes to yet; only those put up on `day`, if given."""
    return [
        each["id"]
        for each in api.every("/actions", waiting="true")
        if each["state"] == "to_confirm"
        and each["approved_on"] is None
        and (day is None or each["day"] == str(day))
    ]


def approve(stack: LocalStack, api: Api, actions: Sequence[str], *, title: str) -> int:
    """Approve these messages and wait until all work is done; return how many were taken.

    What waits for its channel to open leaves at noon of the stage's day. Those that were not taken
    are named with the reason.
    """
    refused = []
    with step(f"{title}: {len(actions)} to confirm") as tick:
        for first in range(0, len(actions), _AT_ONCE):
            some = list(actions[first : first + _AT_ONCE])
            answer = api.post("/actions/approvals", {"actions": some})
            outcomes = ApprovalOutcomes.model_validate(answer).outcomes
            refused += [each for each in outcomes if not each.approved]
            tick(f"{first + len(some)} of {len(actions)}")
        drain(stack.waiting, tick=tick)
        if on := stored_day(stack):
            go_on_at_noon(stack, on, tick=tick)
    taken = len(actions) - len(refused)
    say(f"  {title}: {taken} of {len(actions)}")
    for each in refused:
        say(f"  ! {each.action}: {each.refusal}")
    return taken
