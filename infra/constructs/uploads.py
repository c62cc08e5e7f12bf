"""From a file put on the ledger bucket to the queue of uploads; and what looks after imports."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.work_queue import WorkQueue


class Uploads(Construct):
    """Every object made under a tenant's prefix becomes a message.

    Every hour comes one to look after imports, every week one to delete what is kept no longer.
    """

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
        events.Rule(
            self,
            "Sweep",
            description="Relance: looks for imports that stopped",
            # Not on the hour: many other things of an account start then.
            schedule=events.Schedule.cron(minute="32"),
            targets=[
                targets.SqsQueue(
                    uploads.queue,
                    message=events.RuleTargetInput.from_object({"kind": "import_sweep", "v": 1}),
                    dead_letter_queue=uploads.dead_letters,
                )
            ],
        )
        events.Rule(
            self,
            "Retention",
            description="Relance: deletes the files that companies keep no longer",
            schedule=events.Schedule.cron(minute="12", hour="4", week_day="SUN"),
            targets=[
                targets.SqsQueue(
                    uploads.queue,
                    message=events.RuleTargetInput.from_object({"kind": "retention_sweep", "v": 1}),
                    dead_letter_queue=uploads.dead_letters,
                )
            ],
        )
