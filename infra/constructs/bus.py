"""The bus on which other services hear what happened."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs import grants
from infra.constructs.python_function import PythonFunction
from infra.settings import StageSettings


class Bus(Construct):
    """One EventBridge bus a stage; what is on it has `relance` as its source (docs/events.md)."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        publishers: list[PythonFunction],
    ) -> None:
        super().__init__(scope, id_)
        self.bus = events.EventBus(
            self,
            "Bus",
            event_bus_name=f"relance-{settings.stage}",
            description=f"Relance {settings.stage}: what happened, for other services",
        )
        self.bus.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        for publisher in publishers:
            publisher.may_also(
                grants.allow("PublishEvents", "events:PutEvents", on=[self.bus.event_bus_arn])
            )
            publisher.function.add_environment("RELANCE_EVENT_BUS", self.bus.event_bus_name)
