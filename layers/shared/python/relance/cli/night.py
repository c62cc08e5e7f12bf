"""A night on the local stage: set the day, start the planner, wait until all work is done."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from relance.cli.errors import CommandError
from relance.cli.instance import ACCOUNT, REGION
from relance.cli.progress import Tick, step, wait_until
from relance.cli.stack import WORK_QUEUES, WORKERS, LocalStack
from relance.runtime.clock import UNSET

DRAIN_SECONDS = 240
# The hour of the nightly rule, UTC.
_START = time(1, tzinfo=UTC)
_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """How a night went: its day, and the messages that ended in dead-letter queues, by queue."""

    day: date
    dead: Mapping[str, int]


def run_night(stack: LocalStack, day: date, *, seconds: float = DRAIN_SECONDS) -> Night:
    """Run the night of `day` and wait until nothing is left to do.

    What waits for its channel to open leaves at noon of that day. The stored clock then stays on
    that day, for every handler (D1). Raises CommandError when the planner fails or work does not
    end within `seconds`.
    """
    before = dead_letters(stack)
    at = datetime.combine(day, _START)
    with step(f"Running the night of {day:%A %d %B %Y}") as tick:
        set_clock(stack, at)
        invoke_planner(stack, scheduled_event(at))
        drain(stack.waiting, tick=tick, seconds=seconds)
        go_on_at_noon(stack, day, tick=tick, seconds=seconds)
    after = dead_letters(stack)
    return Night(
        day=day,
        dead={name: after[name] - before[name] for name in after if after[name] > before[name]},
    )


def go_on_at_noon(
    stack: LocalStack, day: date, *, tick: Tick, seconds: float = DRAIN_SECONDS
) -> None:
    """Let noon of `day` come if something waits for its channel to open; wait for the work (D6)."""
    if not stack.waits_for_the_day(day):
        return
    tick("going on at noon, when every channel is open")
    noon = datetime.combine(day, _NOON)
    set_clock(stack, noon)
    invoke_planner(stack, hourly_event(noon))
    drain(stack.waiting, tick=tick, seconds=seconds)


def set_clock(stack: LocalStack, at: datetime) -> None:
    """Set the instant that every handler takes for now (D1)."""
    name = stack.output("ClockParameterName")
    stack.ssm.put_parameter(Name=name, Value=at.isoformat(), Overwrite=True)


def invoke_planner(stack: LocalStack, event: Mapping[str, object]) -> None:
    """Start the planner as a rule does with its event; CommandError when it fails."""
    name = stack.output("PlannerFunctionName")
    answer = stack.functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
    said = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        raise CommandError(f"The planner failed: {said[:1000]}")


def scheduled_event(at: datetime) -> dict[str, object]:
    """Return the event that EventBridge gives the planner at this instant."""
    return {
        "version": "0",
        "id": f"relance-night-{at:%Y%m%d}",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [],
        "detail": {},
    }


def hourly_event(at: datetime) -> dict[str, object]:
    """Return what the hourly rule makes of its event at this instant."""
    return {"time": scheduled_event(at)["time"], "detail": {"run": "resume"}}


def drain(waiting: Callable[[str], int], *, tick: Tick, seconds: float = DRAIN_SECONDS) -> None:
    """Wait until no work queue holds a message.

    The queues are looked at in the direction in which work flows, so that what one hands to the
    next is not missed. Raises CommandError naming what is left after `seconds`.
    """
    left: dict[str, int] = {}

    def empty() -> bool | None:
        left.clear()
        left.update({name: count for name in WORK_QUEUES if (count := waiting(name))})
        if not left:
            return True
        tick("waiting for " + _named(left))
        return None

    if wait_until(empty, seconds=seconds) is None:
        raise CommandError(
            f"Work did not end in {seconds:.0f} s; left: {_named(left)}. A message whose worker "
            "failed is tried again by itself, then goes to its dead-letter queue.\n"
            f"To see why: {'; '.join(f'relance logs {WORKERS[name]}' for name in left)}"
        )


def dead_letters(stack: LocalStack) -> dict[str, int]:
    """Return how many messages each dead-letter queue holds."""
    return {name: stack.waiting(name, dead_letters=True) for name in WORK_QUEUES}


def stored_day(stack: LocalStack) -> date | None:
    """Return the local stage's day, None while no night was run."""
    name = stack.output("ClockParameterName")
    text = stack.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    return None if text == UNSET else datetime.fromisoformat(text).astimezone(UTC).date()


def next_day(stack: LocalStack, *, today: date) -> date:
    """Return the day of the next night: the one after the stored day, `today` at first."""
    last = stored_day(stack)
    return today if last is None else last + timedelta(days=1)


def _named(left: Mapping[str, int]) -> str:
    return ", ".join(f"{name.lower()} {count}" for name, count in left.items())
