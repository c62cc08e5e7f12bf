"""The queues: a job to each channel's own, ten at a time."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from relance.contracts.jobs import LookAgain, PlanPart, PrintLetters, Resume, SendJob
from relance.domain.scenario import Channel

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

    from relance.contracts.postal_notice import PostalNotice
    from relance.contracts.uploads import ErasureGoesOn, RetentionSweep, Upload

_MOST = 10  # entries of one SendMessageBatch
_LONGEST_DELAY = 900  # seconds, SQS's own
# Jobs of one tenant and channel that are shown in a second: fewer than the 14 that SES grants a new
# account, so that there is room beside the largest tenant's night.
PACE = 10
_TRIES = 5
_FIRST_WAIT = 0.05  # seconds; doubles each time


class SqsJobs:
    """`Jobs` on SQS. A queue that is not given can't be used (ValueError).

    A tenant's jobs are shown at a pace, so that a large night leaves room for the others beside it;
    the continuation of a night waits as long (H3, ADR 11). Messages also carry their tenant as
    their group, by which SQS serves tenants in turn.
    """

    def __init__(
        self,
        client: "SQSClient",
        *,
        plan_queue: str = "",
        email_queue: str = "",
        sms_queue: str = "",
        letter_queue: str = "",
        feedback_queue: str = "",
        uploads_queue: str = "",
    ) -> None:
        self._client = client
        self._plan_queue = plan_queue
        self._feedback_queue = feedback_queue
        self._uploads_queue = uploads_queue
        self._queues = {
            Channel.EMAIL: email_queue,
            Channel.SMS: sms_queue,
            Channel.LETTER: letter_queue,
            Channel.REGISTERED_LETTER: letter_queue,
        }

    def plan(self, message: PlanPart | LookAgain | Resume, *, behind: int = 0) -> None:
        self._put(message, queue=self._plan_queue, purpose="planning", seconds=_shown_after(behind))

    def send(self, jobs: Iterable[SendJob], *, behind: int = 0) -> None:
        places: Counter[tuple[str, str]] = Counter()
        waiting: dict[str, list[tuple[SendJob, int]]] = {}
        for job in jobs:
            queue = self._queue_of(job)
            seconds = _shown_after(behind + places[queue, job.tenant])
            places[queue, job.tenant] += 1
            waiting.setdefault(queue, []).append((job, seconds))
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

    def print_letters(self, message: PrintLetters) -> None:
        self._put(message, queue=self._queues[Channel.LETTER], purpose="letters")

    def feedback(self, message: "PostalNotice") -> None:
        self._put(message, queue=self._feedback_queue, purpose="news")

    def take_in(self, upload: "Upload", *, seconds: int = 0) -> None:
        delay = min(max(seconds, 0), _LONGEST_DELAY)
        self._put(upload, queue=self._uploads_queue, purpose="imports", seconds=delay)

    def sweep(self, message: "RetentionSweep") -> None:
        self._put(message, queue=self._uploads_queue, purpose="imports")

    def go_on_erasing(self, message: "ErasureGoesOn", *, seconds: int = 0) -> None:
        self._put(message, queue=self._uploads_queue, purpose="imports", seconds=seconds)

    def _put(
        self,
        message: "PlanPart | LookAgain | Resume | PrintLetters | PostalNotice | Upload"
        " | RetentionSweep | ErasureGoesOn",
        *,
        queue: str,
        purpose: str,
        seconds: int = 0,
    ) -> None:
        if not queue:
            raise ValueError(f"there is no queue for {purpose}")
        self._client.send_message(
            QueueUrl=queue,
            MessageBody=message.model_dump_json(),
            MessageGroupId=_group(message.tenant),
            DelaySeconds=seconds,
        )

    def _queue_of(self, job: SendJob) -> str:
        queue = self._queues.get(job.channel)
        if not queue:
            raise ValueError(f"there is no queue for {job.channel}")
        return queue

    def _send_batch(self, queue: str, jobs: Sequence[tuple[SendJob, int]]) -> None:
        entries: list[Any] = [
            {
                "Id": str(number),
                "MessageBody": job.model_dump_json(),
                "MessageGroupId": _group(job.tenant),
                "DelaySeconds": seconds,
            }
            for number, (job, seconds) in enumerate(jobs)
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


def _shown_after(place: int) -> int:
    """Return in how many seconds a tenant's job at this place, counted from 0, is shown."""
    return min(place // PACE, _LONGEST_DELAY)


def _group(tenant: str) -> str:
    """Return the tenant as a message group: at most 128 letters, digits and punctuation."""
    return tenant[:128]
