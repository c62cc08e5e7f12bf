"""Jobs on their queues, whatever the queue takes at once."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest

from relance.contracts.jobs import PlanPart, SendJob
from relance.domain.scenario import Channel
from relance.store.queues import PACE, SqsJobs
from tests.adapters.store.conftest import Engine

NAMES = ("plan", "email", "sms", "letter")


def job(number: int = 1, channel: Channel = Channel.EMAIL, *, tenant: str = "atelier") -> SendJob:
    return SendJob(
        tenant=tenant,
        customer="411",
        action=f"411-{number}",
        channel=channel,
        day=date(2025, 3, 9),
    )


@pytest.fixture
def sqs(engine: Engine) -> Any:
    return engine.client("sqs")


@pytest.fixture
def queues(sqs: Any) -> Iterator[dict[str, str]]:
    """The queues' addresses."""
    made = {
        f"{name}_queue": sqs.create_queue(QueueName=f"relance-{name}-{uuid4().hex}")["QueueUrl"]
        for name in NAMES
    }
    yield made
    for address in made.values():
        sqs.delete_queue(QueueUrl=address)


def bodies(sqs: Any, address: str, *, seconds: float = 0) -> list[Any]:
    """Read what a queue shows now, and what it shows within so many seconds."""
    found: list[Any] = []
    until = monotonic() + seconds
    while True:
        answer = sqs.receive_message(QueueUrl=address, MaxNumberOfMessages=10)
        messages = answer.get("Messages", [])
        if not messages and monotonic() >= until:
            return found
        found.extend(json.loads(each["Body"]) for each in messages)


def delayed(sqs: Any, address: str) -> int:
    """Return how many messages a queue will show only later."""
    name = "ApproximateNumberOfMessagesDelayed"
    told = sqs.get_queue_attributes(QueueUrl=address, AttributeNames=[name])
    return int(told["Attributes"][name])


def test_each_job_goes_to_its_channel_s_queue(sqs: Any, queues: dict[str, str]) -> None:
    channels = (Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.REGISTERED_LETTER)
    jobs = [job(number, channel) for number, channel in enumerate(channels)]
    SqsJobs(sqs, **queues).send(jobs)
    assert bodies(sqs, queues["email_queue"]) == [jobs[0].model_dump(mode="json")]
    assert bodies(sqs, queues["sms_queue"]) == [jobs[1].model_dump(mode="json")]
    letters = [SendJob.model_validate(each) for each in bodies(sqs, queues["letter_queue"])]
    assert sorted(letters, key=str) == sorted(jobs[2:], key=str)


@pytest.mark.parametrize("count", [0, 1, 10, 11, 35])
def test_no_job_is_lost_in_batches(sqs: Any, queues: dict[str, str], count: int) -> None:
    SqsJobs(sqs, **queues).send(job(number) for number in range(count))
    shown = bodies(sqs, queues["email_queue"], seconds=count // PACE + 0.5)
    found = [SendJob.model_validate(each) for each in shown]
    assert {each.action for each in found} == {f"411-{number}" for number in range(count)}
    assert len(found) == count


def test_a_part_of_a_night_is_read_as_it_was_put(sqs: Any, queues: dict[str, str]) -> None:
    part = PlanPart(tenant="atelier", at=datetime(2025, 3, 9, 1, tzinfo=UTC), after="x")
    SqsJobs(sqs, plan_queue=queues["plan_queue"]).plan(part)
    [body] = bodies(sqs, queues["plan_queue"])
    assert PlanPart.model_validate(body) == part


def test_a_tenant_s_jobs_are_shown_at_its_pace_and_another_s_at_once(
    sqs: Any, queues: dict[str, str]
) -> None:
    """H3: what is much for one tenant holds up no other."""
    many = [job(number) for number in range(30 * PACE)]
    few = [job(number, tenant="forge") for number in range(PACE)]
    SqsJobs(sqs, **queues).send([*many, *few])
    shown = bodies(sqs, queues["email_queue"])
    assert [each["tenant"] for each in shown].count("forge") == PACE
    assert delayed(sqs, queues["email_queue"]) == 30 * PACE + PACE - len(shown) >= 20 * PACE


def test_jobs_behind_others_of_their_run_are_shown_after_them(
    sqs: Any, queues: dict[str, str]
) -> None:
    SqsJobs(sqs, **queues).send([job()], behind=PACE)
    assert delayed(sqs, queues["email_queue"]) == 1
    assert len(bodies(sqs, queues["email_queue"], seconds=2)) == 1


def test_a_job_however_far_behind_is_taken_by_the_queue(sqs: Any, queues: dict[str, str]) -> None:
    SqsJobs(sqs, **queues).send([job()], behind=10_000 * PACE)
    assert delayed(sqs, queues["email_queue"]) == 1


def test_the_rest_of_a_night_waits_until_its_jobs_are_shown(
    sqs: Any, queues: dict[str, str]
) -> None:
    part = PlanPart(tenant="atelier", at=datetime(2025, 3, 9, 1, tzinfo=UTC), after="x")
    jobs = SqsJobs(sqs, **queues)
    jobs.plan(part, behind=PACE - 1)
    assert len(bodies(sqs, queues["plan_queue"])) == 1
    jobs.plan(part, behind=100 * PACE)
    assert delayed(sqs, queues["plan_queue"]) == 1


def test_jobs_of_a_tenant_are_one_group(sqs: Any, queues: dict[str, str]) -> None:
    """H3: SQS then serves tenants in turn."""
    SqsJobs(sqs, **queues).send([job()])
    answer = sqs.receive_message(
        QueueUrl=queues["email_queue"], MessageSystemAttributeNames=["MessageGroupId"]
    )
    assert answer["Messages"][0]["Attributes"]["MessageGroupId"] == "atelier"


@pytest.mark.parametrize("channel", [Channel.CALL, Channel.TASK, Channel.OTHER, Channel.SMS])
def test_a_job_without_a_queue_stops_them_all_before_any_is_put(
    sqs: Any, queues: dict[str, str], channel: Channel
) -> None:
    jobs = SqsJobs(sqs, email_queue=queues["email_queue"])
    with pytest.raises(ValueError, match="no queue for"):
        jobs.send([*(job(number) for number in range(12)), job(99, channel)])
    assert bodies(sqs, queues["email_queue"]) == []


def test_planning_without_its_queue_is_refused(sqs: Any) -> None:
    with pytest.raises(ValueError, match="no queue for planning"):
        SqsJobs(sqs).plan(PlanPart(tenant="a", at=datetime(2025, 3, 9, tzinfo=UTC)))


class PartlyTaking:
    """A queue that takes the first entry of each batch and refuses the others `times` times."""

    def __init__(self, times: int, *, sender_fault: bool = False) -> None:
        self.taken: list[str] = []
        self.calls = 0
        self._times = times
        self._sender_fault = sender_fault

    def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 # boto3's own names
        self.calls += 1
        good, bad = Entries, list[Any]()
        if self.calls <= self._times:
            good, bad = Entries[:1], Entries[1:]
        self.taken += [json.loads(each["MessageBody"])["action"] for each in good]
        failed = [
            {"Id": each["Id"], "SenderFault": self._sender_fault, "Code": "InternalError"}
            for each in bad
        ]
        return {"Successful": [{"Id": each["Id"]} for each in good], "Failed": failed}


def test_only_what_was_not_taken_is_put_again() -> None:
    queue: Any = PartlyTaking(2)
    SqsJobs(queue, email_queue="q").send(job(number) for number in range(6))
    assert sorted(queue.taken) == [f"411-{number}" for number in range(6)]
    assert queue.calls == 3


def test_what_is_never_taken_is_an_error_after_a_few_tries() -> None:
    queue: Any = PartlyTaking(99)
    with pytest.raises(RuntimeError, match="5 jobs were not taken by the queue: InternalError"):
        SqsJobs(queue, email_queue="q").send(job(number) for number in range(10))
    assert queue.calls == 5


def test_what_is_our_own_fault_is_not_tried_again() -> None:
    queue: Any = PartlyTaking(99, sender_fault=True)
    with pytest.raises(RuntimeError, match="not taken"):
        SqsJobs(queue, email_queue="q").send(job(number) for number in range(3))
    assert queue.calls == 1
