"""A queue with its dead-letter queue, and how it feeds a function."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs import grants
from infra.constructs.python_function import PythonFunction
from infra.settings import SIZES, StageSettings

RECEIVED_AT_MOST = 5  # then it goes to the dead-letter queue


class WorkQueue(Construct):
    """Jobs for the function `worker`; what fails again and again waits two weeks for a person."""

    def __init__(self, scope: Construct, id_: str, *, worker: str, settings: StageSettings) -> None:
        super().__init__(scope, id_)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=settings.tls_only,
            retention_period=cdk.Duration.days(14),
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=settings.tls_only,
            # Six times the function's longest run, as Lambda asks: retries of its own come between.
            visibility_timeout=cdk.Duration.seconds(6 * SIZES[worker].seconds),
            # Shorter than the dead letters', which keep the day they were first sent.
            retention_period=cdk.Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=RECEIVED_AT_MOST
            ),
        )

    def feed(self, worker: PythonFunction, *, batch: int, at_once: int) -> None:
        """Hand messages to the function, `batch` at a time, in at most `at_once` runs together."""
        worker.may_also(grants.take_messages(self.queue))
        lambda_.EventSourceMapping(
            self,
            "Feed",
            target=worker.function,
            event_source_arn=self.queue.queue_arn,
            batch_size=batch,
            max_concurrency=at_once,
            report_batch_item_failures=True,
        )
