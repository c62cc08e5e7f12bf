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
        # Not on the hour: many other things of an account start then.
        self._tell_on_time(
            "Sweep",
            uploads,
            kind="import_sweep",
            schedule=events.Schedule.cron(minute="32"),
            description="Relance: looks for imports that stopped",
        )
        self._tell_on_time(
            "Retention",
            uploads,
            kind="retention_sweep",
            schedule=events.Schedule.cron(minute="12", hour="4", week_day="SUN"),
            description="Relance: deletes the files that companies keep no longer",
        )

    def _tell_on_time(
        self,
        id_: str,
        uploads: WorkQueue,
        *,
        kind: str,
        schedule: events.Schedule,
        description: str,
    ) -> None:
        """Put a message of this kind on the queue whenever the schedule says."""
        events.Rule(
            self,
            id_,
            description=description,
            schedule=schedule,
            targets=[
                targets.SqsQueue(
                    uploads.queue,
                    message=events.RuleTargetInput.from_object({"kind": kind, "v": 1}),
                    dead_letter_queue=uploads.dead_letters,
                )
            ],
        )
