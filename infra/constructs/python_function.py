"""A Lambda function with a role, a log group and an environment of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs import grants
from infra.constructs.assets import function_code
from infra.settings import SIZES, StageSettings

ARCHITECTURES = {
    "x86_64": lambda_.Architecture.X86_64,
    "arm64": lambda_.Architecture.ARM_64,
}
RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    365: logs.RetentionDays.ONE_YEAR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSet:
    """Layers that go together, and what the system must be told for them to be found."""

    layers: Sequence[lambda_.ILayerVersion]
    environment: Mapping[str, str] = field(default_factory=dict)


class PythonFunction(Construct):
    """`functions/<name>/handler.py`, which may do what `may` lists and nothing else.

    `environment` has the names of the function's settings without the prefix: {"TABLE": …}.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        settings: StageSettings,
        layers: LayerSet,
        environment: Mapping[str, str],
        may: Sequence[iam.PolicyStatement],
        calls_itself: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/relance/{settings.stage}/{name}",
            retention=RETENTION[settings.log_days],
            removal_policy=cdk.RemovalPolicy.RETAIN
            if settings.keep_data
            else cdk.RemovalPolicy.DESTROY,
        )
        # Part of the role itself: no moment in which the function runs without it.
        self._allowed = iam.PolicyDocument(statements=[grants.write_logs(log_group), *may])
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What the function {name} may do",
            inline_policies={"allowed": self._allowed},
        )
        self.role_arn = role.role_arn
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"Relance {settings.stage}: {name}",
            code=function_code(name),
            handler=f"functions.{name}.handler.lambda_handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=ARCHITECTURES[settings.architecture],
            memory_size=SIZES[name].memory,
            timeout=cdk.Duration.seconds(SIZES[name].seconds),
            layers=list(layers.layers),
            role=role.without_policy_updates(),
            log_group=log_group,
            environment={
                "RELANCE_STAGE": settings.stage,
                **{f"RELANCE_{key}": value for key, value in environment.items()},
                **layers.environment,
            },
            recursive_loop=lambda_.RecursiveLoop.ALLOW if calls_itself else None,
        )
        cdk.Validations.of(self.function).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-L1",
                reason="One Python for AWS, the local stage and the tests.",
            )
        )

    def may_also(self, statement: iam.PolicyStatement) -> None:
        """Allow one thing more."""
        self._allowed.add_statements(statement)
