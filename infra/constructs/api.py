"""The HTTP API: everything needs a token, except its description and what signs itself."""

import json
from collections.abc import Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.identity import Identity
from infra.constructs.python_function import RETENTION
from infra.settings import StageSettings

PUBLIC_PATHS = ("/v1/openapi.json", "/v1/docs")
REQUESTS_PER_SECOND = 100
BURST = 200
LOGGED = {  # nothing personal: no address, no path with an id in it
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "subject": "$context.authorizer.claims.sub",
    "error": "$context.integrationErrorMessage",
}


class Api(Construct):
    """Routes all of `/v1` to one function, behind a JWT authorizer; no CORS."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        function: lambda_.IFunction,
        identity: Identity,
    ) -> None:
        super().__init__(scope, id_)
        self.http = apigatewayv2.HttpApi(
            self, "Http", api_name=f"relance-{settings.stage}", create_default_stage=False
        )
        self._add_stage(settings)
        self._integration = integrations.HttpLambdaIntegration("Function", function)
        self.http.add_routes(
            path="/v1/{proxy+}",
            methods=[apigatewayv2.HttpMethod.ANY],
            integration=self._integration,
            authorizer=authorizers.HttpUserPoolAuthorizer(
                "Jwt", identity.pool, user_pool_clients=[identity.client]
            ),
        )
        for path in PUBLIC_PATHS:
            self.open_to_all(
                path,
                methods=[apigatewayv2.HttpMethod.GET],
                reason="Describes the API and holds no data: readable before signing in.",
            )

    def open_to_all(
        self, path: str, *, methods: Sequence[apigatewayv2.HttpMethod], reason: str
    ) -> None:
        """Let anybody ask for a path without a token; `reason` says why."""
        for route in self.http.add_routes(
            path=path, methods=list(methods), integration=self._integration
        ):
            cdk.Validations.of(route).acknowledge(
                cdk.Acknowledgment(id="AwsSolutions-APIG4", reason=reason)
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
