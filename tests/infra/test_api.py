"""Who gets in: one route, to the function that checks every token; who may make an account."""

import json
from typing import NamedTuple

from infra.settings import USUAL_LIMITS, read_settings
from tests.infra.assembly import Assembly, target


class Throttle(NamedTuple):
    """What a gateway lets through: requests a second, and at once."""

    rate: int
    burst: int


GATEWAY_DEFAULT = Throttle(rate=10_000, burst=5_000)  # of an AWS account and region
RUNS_AT_ONCE = 1_000  # so many functions may run at once in an account that never asked for more


def test_there_is_one_way_in_and_it_leads_to_the_function_that_checks_who_asks(
    stack: Assembly,
) -> None:
    [route] = stack.of_type("ApiGatewayV2::Route").values()
    [integration] = stack.of_type("ApiGatewayV2::Integration").values()
    assert route["RouteKey"] == "ANY /v1/{proxy+}"
    assert target(integration["IntegrationUri"]) == stack.function_id("api")
    assert not stack.of_type("ApiGatewayV2::Authorizer")


def test_tokens_are_those_of_our_pool_for_our_client(stack: Assembly) -> None:
    [client] = stack.of_type("Cognito::UserPoolClient")
    [pool] = stack.of_type("Cognito::UserPool")
    told = stack.functions()["api"]["Environment"]["Variables"]
    name = {"Fn::GetAtt": [pool, "ProviderName"]}
    assert told["RELANCE_TOKEN_ISSUER"] == {"Fn::Join": ["", ["https://", name]]}
    assert target(told["RELANCE_USER_POOL_CLIENT"]) == client


def test_browsers_of_other_sites_get_no_leave(stack: Assembly) -> None:
    [api] = stack.of_type("ApiGatewayV2::Api").values()
    assert "CorsConfiguration" not in api
    assert api["ProtocolType"] == "HTTP"


def test_requests_are_limited_and_logged_without_anything_personal(stack: Assembly) -> None:
    [stage] = stack.of_type("ApiGatewayV2::Stage").values()
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingRateLimit"] <= GATEWAY_DEFAULT.rate
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] <= GATEWAY_DEFAULT.burst
    logged = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
    assert "$context.requestId" in logged
    personal = ("sourceIp", "userAgent", "email", "username", "path")
    assert not [field for field in logged for word in personal if word in field]


def test_a_hundred_companies_at_their_own_limits_do_not_fill_what_all_share(
    stack: Assembly,
) -> None:
    [stage] = stack.of_type("ApiGatewayV2::Stage").values()
    a_minute = USUAL_LIMITS.reads + USUAL_LIMITS.writes + USUAL_LIMITS.heavy
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 100 * a_minute / 60


def test_a_full_gateway_leaves_the_workers_half_of_what_may_run_at_once(stack: Assembly) -> None:
    [stage] = stack.of_type("ApiGatewayV2::Stage").values()
    usual_seconds = 0.1
    rate = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
    assert rate * usual_seconds <= RUNS_AT_ONCE / 2


def test_nobody_makes_an_account_unless_the_operator_opens_the_stage(stack: Assembly) -> None:
    [pool] = stack.of_type("Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert read_settings({"stage": "local", "openSignUp": "yes"}.get).open_sign_up


def test_passwords_are_long_and_mixed(stack: Assembly) -> None:
    [pool] = stack.of_type("Cognito::UserPool").values()
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] >= 12
    assert {value for key, value in policy.items() if key.startswith("Require")} == {True}


def test_a_user_can_change_nothing_that_decides_what_it_may_do(stack: Assembly) -> None:
    [pool] = stack.of_type("Cognito::UserPool").values()
    [client] = stack.of_type("Cognito::UserPoolClient").values()
    assert client["WriteAttributes"] == ["name"]
    assert not [a for a in pool.get("Schema", []) if a["Name"].startswith("custom")]


def test_signing_in_tells_nothing_about_who_exists(stack: Assembly) -> None:
    [client] = stack.of_type("Cognito::UserPoolClient").values()
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert client["AllowedOAuthFlowsUserPoolClient"] is False
    assert client["AccessTokenValidity"] <= 60
