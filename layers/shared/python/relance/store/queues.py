"""The queues: a job to each channel's own, ten at a time."""

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from relance.contracts.jobs import LookAgain, PlanPart, Resume, SendJob
from relance.domain.scenario import Channel

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

_MOST = 10  # entries of one SendMessageBatch
_LONGEST_DELAY = 900  # seconds, SQS's own
_TRIES = 5
_FIRST_WAIT = 0.05  # seconds; doubles each time


class SqsJobs:
    """`app.ports.Jobs` on SQS. A queue that is not given can't be used (ValueError).

    Messages carry their tenant as their group, so that SQS serves tenants in turn (H3).
    """

    def __init__(
        self,
        client: "SQSClient",
        *,
        plan_queue: str = "",
        email_queue: str = "",
        sms_queue: str = "",
        letter_queue: str = "",
    ) -> None:
        self._client = client
        self._plan_queue = plan_queue
        self._queues = {
            Channel.EMAIL: email_queue,
            Channel.SMS: sms_queue,
            Channel.LETTER: letter_queue,
            Channel.REGISTERED_LETTER: letter_queue,
        }

    def plan(self, message: PlanPart | LookAgain | Resume) -> None:
        if not self._plan_queue:
            raise ValueError("there is no queue for planning")
        self._client.send_message(
            QueueUrl=self._plan_queue,
            MessageBody=message.model_dump_json(),
            MessageGroupId=_group(message.tenant),
        )

    def send(self, jobs: Iterable[SendJob]) -> None:
        waiting: dict[str, list[SendJob]] = {}
        for job in jobs:
            waiting.setdefault(self._queue_of(job), []).append(job)
        for queue, batch in waiting.items():
            for first in range(0, len(batch), _MOST):
                self._send_batch(queue, batch[first : first + _MOST])

    def later(self, job: SendJob, *, seconds: int) -> None:
        self._client.send_message(
            QueueUrl=self._queue_of(job),
            MessageBody=job.model_dump_json(),
            MessageGroupId=_group(job.tenant),
            DelaySeconds=min(max(seconds, 0), _LONGEST_DELAY),
        )

    def _queue_of(self, job: SendJob) -> str:
        queue = self._queues.get(job.channel)
        if not queue:
            raise ValueError(f"there is no queue for {job.channel}")
        return queue

    def _send_batch(self, queue: str, jobs: Sequence[SendJob]) -> None:
        entries: list[Any] = [
            {
                "Id": str(number),
                "MessageBody": job.model_dump_json(),
                "MessageGroupId": _group(job.tenant),
            }
            for number, job in enumerate(jobs)
        ]
        for attempt in range(_TRIES):
            answer = self._client.send_message_batch(QueueUrl=queue, Entries=entries)
            failed = {each["Id"]: each for each in answer.get("Failed", [])}
            entries = [entry for entry in entries if entry["Id"] in failed]
            if not entries:
                return
            if any(each["SenderFault"] for each in failed.values()):
                break
            time.sleep(_FIRST_WAIT * 2**attempt)
        codes = sorted({each["Code"] for each in failed.values()})
        raise RuntimeError(f"{len(entries)} jobs were not taken by the queue: {', '.join(codes)}")


def _group(tenant: str) -> str:
    """Return the tenant as a message group: at most 128 letters, digits and punctuation."""
    return tenant[:128]
