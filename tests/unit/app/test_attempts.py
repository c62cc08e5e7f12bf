"""What the provider does not take goes again later, three times at most (D40)."""

from datetime import date, timedelta

import pytest

from relance.app.attempts import attempt
from relance.app.errors import NotAcceptedError, ThrottledError
from relance.app.sending import Verdict
from relance.contracts.jobs import SendJob
from relance.domain.actions import ActionState
from tests.fakes.memory.jobs import MemoryJobs
from tests.fakes.world import World, invoice

DUE = date(2025, 3, 1)
NIGHT = DUE + timedelta(days=8)


@pytest.fixture
def world() -> World:
    world = World()
    world.add_customer("C1", on=NIGHT)
    world.put_items("C1", invoice("C1", "FA-1", due=DUE), on=NIGHT)
    return world


def the_job(world: World) -> SendJob:
    world.plan(NIGHT)
    (job,) = world.jobs.jobs
    return job


def test_d40_what_is_not_taken_is_tried_three_times_further_and_further_apart(
    world: World,
) -> None:
    world.mailer.fail_before = NotAcceptedError("ServiceUnavailable")
    job, seconds = the_job(world), []
    while world.send(job, NIGHT) == "to_try_again":
        job, wait = world.jobs.delayed[-1]
        seconds.append(wait)
    assert seconds == [60, 300]
    (failed,) = world.waiting()
    assert failed.state is ActionState.FAILED
    assert failed.reason == "not taken by its provider, tried 3 times: ServiceUnavailable"


def test_d40_what_failed_waits_for_a_person_and_every_night_leaves_it_alone(world: World) -> None:
    world.mailer.fail_before = NotAcceptedError("ServiceUnavailable")
    job = the_job(world)
    for _ in range(3):
        world.send(job, NIGHT)
        job = world.jobs.delayed[-1][0]
    world.mailer.fail_before = None
    world.jobs.jobs.clear()
    for later in range(1, 30):
        assert world.night(NIGHT + timedelta(days=later)) == []
    assert world.mailer.taken == []


def test_d40_being_throttled_is_no_try_and_never_fails(world: World) -> None:
    world.mailer.fail_before = ThrottledError("TooManyRequestsException")
    job = the_job(world)
    for _ in range(50):
        assert world.send(job, NIGHT) == "throttled"
        job = world.jobs.delayed[-1][0]
    assert (job.tries, job.waits) == (0, 50)
    assert world.waiting() == []
    world.mailer.fail_before = None
    assert world.send(job, NIGHT) == "sent"
    assert len(world.mailer.taken) == 1


def test_the_third_refusal_leaves_it_failed_and_visible(
    world: World,
) -> None:
    job = the_job(world).model_copy(update={"tries": 2})
    world.mailer.fail_before = NotAcceptedError("ServiceUnavailable")
    assert world.send(job, NIGHT) == "refused"
    assert [each.state for each in world.waiting()] == [ActionState.FAILED]


@pytest.mark.parametrize(
    ("waits", "longest"), [(0, 10), (1, 20), (3, 80), (6, 640), (7, 900), (50, 900)]
)
def test_a_throttled_job_waits_longer_the_more_often_it_waited_and_never_past_the_queues_limit(
    waits: int, longest: int
) -> None:
    bounds: list[tuple[int, int]] = []
    noted: list[NotAcceptedError] = []
    jobs = MemoryJobs()
    job = SendJob(tenant="t", customer="C1", action="C1-1", channel="email", day=NIGHT, waits=waits)

    def throttled(job: SendJob, *, last: bool) -> Verdict:
        raise ThrottledError("Throttling")

    def draw(low: int, high: int) -> int:
        bounds.append((low, high))
        return high

    assert attempt(job, send=throttled, jobs=jobs, noted=noted.append, draw=draw) == "throttled"
    assert bounds == [(1, longest)]
    assert [str(each) for each in noted] == ["Throttling"]
    assert [(later.waits, seconds) for later, seconds in jobs.delayed] == [(waits + 1, longest)]
