"""From a file put on the ledger bucket to the queue of uploads."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.work_queue import WorkQueue


class Uploads(Construct):
    """Every object made under a tenant's prefix becomes a message."""

    def __init__(
        self, scope: Construct, id_: str, *, ledgers: s3.IBucket, uploads: WorkQueue
    ) -> None:
        super().__init__(scope, id_)
        events.Rule(
            self,
            "Rule",
            description="Relance: a ledger file arrived",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [ledgers.bucket_name]},
                    "object": {"key": [{"prefix": "tenants/"}]},
                },
            ),
            targets=[targets.SqsQueue(uploads.queue, dead_letter_queue=uploads.dead_letters)],
        )
