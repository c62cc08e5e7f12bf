"""The stored day of the local stage (D1). No other stage has one, nor a grant on it."""

from collections.abc import Iterable

from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.constructs import grants
from infra.constructs.python_function import PythonFunction

# The same at every deployment, so that deploying again never moves a day that was set since.
# Functions take the system's time while they read this (`relance.runtime.clock.UNSET`).
NOT_SET_YET = "unset"


class LocalClock(Construct):
    """A parameter that holds the instant that functions which ask for the day take for now."""

    def __init__(self, scope: Construct, id_: str, *, readers: Iterable[PythonFunction]) -> None:
        super().__init__(scope, id_)
        self.parameter = ssm.StringParameter(
            self,
            "Parameter",
            parameter_name="/relance/local/clock",
            description="What the local stage takes for now (ISO 8601, UTC)",
            string_value=NOT_SET_YET,
        )
        for reader in readers:
            reader.function.add_environment(
                "RELANCE_CLOCK_PARAMETER", self.parameter.parameter_name
            )
            reader.may_also(grants.read_clock(self.parameter))
