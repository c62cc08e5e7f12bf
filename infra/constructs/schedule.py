"""The night at 01:00 UTC, and every hour what waited for its channel to open."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.settings import StageSettings


class NightlySchedule(Construct):
    """Starts the planner; an event that can't be delivered is kept to replay that night."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        planner: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, id_)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=settings.tls_only,
            retention_period=cdk.Duration.days(14),
        )
        cdk.Validations.of(self.dead_letters).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-SQS3",
                reason="It is a dead-letter queue itself, of the rule and not of a queue.",
            )
        )
        events.Rule(
            self,
            "Rule",
            description="Relance: the night's planning",
            schedule=events.Schedule.cron(minute="0", hour="1"),
            targets=[
                targets.LambdaFunction(
                    planner,
                    dead_letter_queue=self.dead_letters,
                    max_event_age=cdk.Duration.hours(6),
                    retry_attempts=20,
                )
            ],
        )
        events.Rule(
            self,
            "Hours",
            description="Relance: every hour, what waited for its channel to open",
            # Not on the hour: many other things of an account start then.
            schedule=events.Schedule.cron(minute="2"),
            targets=[
                targets.LambdaFunction(
                    planner,
                    event=events.RuleTargetInput.from_object(
                        {"time": events.EventField.time, "detail": {"run": "resume"}}
                    ),
                    dead_letter_queue=self.dead_letters,
                    # The next hour makes up for one that was lost.
                    max_event_age=cdk.Duration.minutes(30),
                    retry_attempts=3,
                )
            ],
        )
