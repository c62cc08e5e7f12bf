"""A night too large for its provider: `python -m tests.crash.flood 1000` prints how it went.

Ten workers run the real handler, five messages at a time, against a counting SES that takes 14 in
a second. What a call takes is time on a clock that queue, workers and provider share.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import boto3

from functions.send_email.handler import lambda_handler
from relance.app.plan import plan_part
from relance.contracts.jobs import PlanPart, SendJob
from relance.domain.customer import Contact, Customer
from relance.store.queues import SqsJobs
from tests.crash.cloud import Cloud
from tests.crash.company import DUE, START, Stage, address
from tests.crash.engine import running_door
from tests.crash.harm import Way
from tests.crash.quick_queue import QuickQueue
from tests.crash.ses_endpoint import running_ses
from tests.crash.virtual_time import VirtualTime
from tests.fakes.memory.clock import FixedClock
from tests.fakes.memory.jobs import MemoryJobs
from tests.fakes.memory.tenant_store import MemoryStore
from tests.fakes.process import forget_parts
from tests.fakes.world import invoice, raise_it
from tests.functions.workers.events import FakeLambdaContext, failures, sqs_batch

PER_SECOND = 14
# As the stack feeds `send_email`.
WORKERS = 10
BATCH = 5
# Seconds that a call takes; calls of the queue are the platform's.
_TAKES = {"dynamodb": 0.005, "s3": 0.03, "sesv2": 0.06}
_IDLE = 0.5
LARGE, SMALL = "large", "small"


@dataclass(frozen=True)
class Flood:
    """How it went: recipients in the order of sending, how often SES said no, what is left."""

    order: tuple[str, ...]
    throttled: int
    dead_letters: int
    states: Counter[str]
    seconds: float

    def sent_before_the_last_of(self, small: set[str]) -> int:
        """Return how many others were sent to before the last of these."""
        last = max(place for place, to in enumerate(self.order) if to in small)
        return sum(to not in small for to in self.order[:last])


def flood(large: int, small: int) -> Flood:
    """Enqueue a large tenant's jobs, a small one's behind them, and let workers send them all."""
    with running_door(silence=0) as door, running_ses(silence=0) as ses:
        stage = Stage(Cloud(ses=ses, door=door, address=door.address))
        jobs = [*_planned(stage, LARGE, range(large))]
        jobs += _planned(stage, SMALL, range(large, large + small))
        time = VirtualTime(START)
        queue = QuickQueue(lambda: time.seconds)
        ses.per_second, ses.clock = PER_SECOND, lambda: time.seconds
        with _as_a_function(stage, time, queue), time:
            sqs = boto3.client("sqs")
            SqsJobs(sqs, email_queue=stage.queues["email"]).send(jobs)
            time.run([partial(_work, queue, time) for _ in range(WORKERS)])
        states = Counter(
            action.state.value
            for tenant, numbers in ((LARGE, range(large)), (SMALL, range(large, large + small)))
            for number in numbers
            for action in stage.store(tenant).history(f"C{number}", limit=10).entries
        )
        order = tuple(each.to for each in ses.taken)
        return Flood(order, ses.refused, len(queue.dead), states, time.seconds)


def small_ones(large: int, small: int) -> set[str]:
    """Return the addresses of the small tenant's customers."""
    return {address(number) for number in range(large, large + small)}


def _planned(stage: Stage, tenant: str, numbers: range) -> list[SendJob]:
    """Sign a tenant up and plan its night; return the jobs in order.

    The night is planned on a copy in memory: what the table would add to it is tried elsewhere.
    """
    stage.sign_up(tenant, Way.EMAIL)
    store = stage.store(tenant)
    copy = MemoryStore(store.tenant())
    for scenario in store.scenarios():
        for version in range(1, scenario.version + 1):
            copy.add_scenario_version(replace(scenario, version=version))
    copy.mark_applied(copy.tenant().rules_version)
    for number in numbers:
        contact = Contact(id="c1", name="Martine Duval", email=address(number), main=True)
        new = Customer(id=f"C{number}", code=f"C{number}", name="Le Treut", contacts=(contact,))
        owed = invoice(new.id, f"FA-{number}", due=DUE)
        for each in (store, copy):
            each.apply_sync(new, put=[owed], import_id="test")
    jobs = MemoryJobs()
    plan_part(
        PlanPart(tenant=tenant, at=START),
        store=copy,
        jobs=jobs,
        most=len(numbers) + 1,
        clock=FixedClock(START),
        now=START,
        in_time=lambda: True,
        failed=raise_it,
    )
    return jobs.jobs


def _work(queue: QuickQueue, time: VirtualTime) -> None:
    """Be one of Lambda's pollers with its function, until nothing is left to be done."""
    while queue.left:
        messages = queue.take(BATCH)
        if not messages:
            time.sleep(_IDLE)
            continue
        event = sqs_batch(*(each.body for each in messages))
        failed = failures(lambda_handler(event, FakeLambdaContext()))
        for number, message in enumerate(messages, 1):
            if f"m{number}" not in failed:
                queue.done(message)


@contextmanager
def _as_a_function(stage: Stage, time: VirtualTime, queue: QuickQueue) -> Iterator[None]:
    """Make this process the function's: its environment and queue, and calls that take time."""
    before = dict(os.environ)
    os.environ.update(_environment(stage))
    forget_parts()
    boto3.setup_default_session()
    session: Any = boto3.DEFAULT_SESSION

    def take_time(event_name: str, **_: Any) -> None:
        time.sleep(_TAKES.get(event_name.split(".")[1], 0.01))

    session.events.register("before-send", take_time)
    session.events.register("before-send.sqs", queue.answer)
    try:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        boto3.DEFAULT_SESSION = None
        forget_parts()


def _environment(stage: Stage) -> Mapping[str, str]:
    engine = f"http://{stage.cloud.door.upstream}"
    door = {"AWS_ENDPOINT_URL": engine, "AWS_ENDPOINT_URL_SQS": stage.cloud.address}
    return {**stage.environment(0), **door}


def main() -> None:
    """Print how a flood of so many went."""
    large = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    small = 20
    went = flood(large, small)
    before = went.sent_before_the_last_of(small_ones(large, small))
    print(f"{len(went.order)} sent in {went.seconds:.0f} s, {dict(went.states)}")  # noqa: T201
    print(f"throttled {went.throttled} times, {went.dead_letters} dead letters")  # noqa: T201
    print(f"{before} of the large tenant's before the last of the small one's")  # noqa: T201


if __name__ == "__main__":
    main()
