"""The HTTP API: one way in, to the function that checks who asks (ADR 13)."""

import json
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.python_function import RETENTION
from infra.settings import RequestLimits, StageSettings

# A guard of the account that everybody shares, no company's limit: who reaches it shuts out all.
# So it stands far above what companies send within their own limits (some 30 requests a second
# each, ADR 15); what we refuse counts, too. And below what the function can answer: at a tenth of
# a second each, so many take half of the 1,000 runs at once that an account has unless it asks for
# more, and the night's workers have the other half. The gateway's own default for an account and
# region is 10,000 with a burst of 5,000.
REQUESTS_PER_SECOND = 5_000
BURST = 2_500
LOGGED = {  # nothing personal: no address, no path with an id in it
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
}


class Api(Construct):
    """Routes all of `/v1` to one function; no CORS.

    A gateway's authorizer takes tokens of at most 50 clients, and answers what it refuses in a
    form of its own. So the function itself checks tokens and keys, before anything else.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        function: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, id_)
        self.http = apigatewayv2.HttpApi(
            self, "Http", api_name=f"relance-{settings.stage}", create_default_stage=False
        )
        self._add_stage(settings)
        for route in self.http.add_routes(
            path="/v1/{proxy+}",
            methods=[apigatewayv2.HttpMethod.ANY],
            integration=integrations.HttpLambdaIntegration("Function", function),
        ):
            cdk.Validations.of(route).acknowledge(
                cdk.Acknowledgment(
                    id="AwsSolutions-APIG4",
                    reason="The function checks every token and key itself: people's tokens of "
                    "the user pool, and keys of any number of programs.",
                )
            )

    def _add_stage(self, settings: StageSettings) -> None:
        access = logs.LogGroup(
            self,
            "AccessLogs",
            # This prefix spares the account's one policy that lets gateways write logs.
            log_group_name=f"/aws/vendedlogs/relance/{settings.stage}/api",
            retention=RETENTION[settings.log_days],
            removal_policy=cdk.RemovalPolicy.RETAIN
            if settings.keep_data
            else cdk.RemovalPolicy.DESTROY,
        )
        stage = apigatewayv2.HttpStage(
            self,
            "Stage",
            http_api=self.http,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(
                rate_limit=REQUESTS_PER_SECOND, burst_limit=BURST
            ),
        )
        resource = cast("apigatewayv2.CfnStage", stage.node.default_child)
        resource.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
            destination_arn=access.log_group_arn, format=json.dumps(LOGGED)
        )


def limits_told(limits: RequestLimits) -> dict[str, str]:
    """Return what the function is told of how many requests a tenant may send."""
    return {
        "READS_A_MINUTE": str(limits.reads),
        "WRITES_A_MINUTE": str(limits.writes),
        "HEAVY_A_MINUTE": str(limits.heavy),
    }
