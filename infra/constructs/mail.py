"""SES: how mail is sent, and the way back of what became of it."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.constructs.work_queue import WorkQueue
from infra.settings import StageSettings

FEEDBACK = {  # what the destination publishes, and the name that its events carry
    ses.EmailSendingEvent.BOUNCE: "Bounce",
    ses.EmailSendingEvent.COMPLAINT: "Complaint",
    ses.EmailSendingEvent.DELIVERY: "Delivery",
    ses.EmailSendingEvent.DELIVERY_DELAY: "DeliveryDelay",
    ses.EmailSendingEvent.REJECT: "Reject",
    ses.EmailSendingEvent.RENDERING_FAILURE: "Rendering Failure",
}


class Mail(Construct):
    """The configuration set of every mail we send; its events go to the feedback queue."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: StageSettings, feedback: WorkQueue
    ) -> None:
        super().__init__(scope, id_)
        self._is_local = settings.is_local
        self.configuration_set = ses.ConfigurationSet(
            self, "ConfigurationSet", configuration_set_name=f"relance-{settings.stage}"
        )
        self.configuration_set.add_event_destination(
            "Feedback",
            destination=ses.EventDestination.event_bus(
                events.EventBus.from_event_bus_name(self, "DefaultBus", "default")
            ),
            events=list(FEEDBACK),
        )
        events.Rule(
            self,
            "Rule",
            description="Relance: what became of a mail",
            event_pattern=events.EventPattern(
                source=["aws.ses"],
                detail={
                    "eventType": list(FEEDBACK.values()),
                    "mail": {
                        "tags": {
                            "ses:configuration-set": [self.configuration_set.configuration_set_name]
                        }
                    },
                },
            ),
            targets=[targets.SqsQueue(feedback.queue, dead_letter_queue=feedback.dead_letters)],
        )
        if settings.domain:
            ses.EmailIdentity(self, "Domain", identity=ses.Identity.domain(settings.domain))

    @property
    def may_send_as(self) -> list[str]:
        """Return what a sender needs leave for: the configuration set and any verified identity.

        Tenants bring domains of their own (M2), made after this stack. The local engine asks for
        leave on everything.
        """
        if self._is_local:
            return ["*"]
        stack = cdk.Stack.of(self)
        name = self.configuration_set.configuration_set_name
        return [
            stack.format_arn(service="ses", resource="identity", resource_name="*"),
            stack.format_arn(service="ses", resource="configuration-set", resource_name=name),
        ]
