"""Who gets in: a token for everything but the description of the API; nobody signs up alone."""

import json

from tests.infra.assembly import Assembly, target


def test_every_route_needs_a_token_but_the_description(stack: Assembly) -> None:
    routes = stack.of_type("ApiGatewayV2::Route").values()
    open_to_all = {r["RouteKey"] for r in routes if r.get("AuthorizationType", "NONE") == "NONE"}
    assert open_to_all == {
        "GET /v1/openapi.json",
        "GET /v1/docs",
        "GET /v1/o/{tenant}/{token}",  # signed by itself
        "POST /v1/o/{tenant}/{token}",
        "POST /v1/postal/{tenant}/notifications",  # a name and password of each tenant's own
    }
    closed = {r["RouteKey"] for r in routes if r.get("AuthorizationType") == "JWT"}
    assert closed == {"ANY /v1/{proxy+}"}


def test_tokens_are_those_of_our_pool_for_our_client(stack: Assembly) -> None:
    [authorizer] = stack.of_type("ApiGatewayV2::Authorizer").values()
    [client] = stack.of_type("Cognito::UserPoolClient")
    [pool] = stack.of_type("Cognito::UserPool")
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert [target(a) for a in authorizer["JwtConfiguration"]["Audience"]] == [client]
    assert pool in json.dumps(authorizer["JwtConfiguration"]["Issuer"])


def test_browsers_of_other_sites_get_no_leave(stack: Assembly) -> None:
    [api] = stack.of_type("ApiGatewayV2::Api").values()
    assert "CorsConfiguration" not in api
    assert api["ProtocolType"] == "HTTP"


def test_requests_are_limited_and_logged_without_anything_personal(stack: Assembly) -> None:
    [stage] = stack.of_type("ApiGatewayV2::Stage").values()
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingRateLimit"] <= 1000
    assert 0 < stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] <= 2000
    logged = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
    assert "$context.requestId" in logged
    personal = ("sourceIp", "userAgent", "email", "username", "path")
    assert not [field for field in logged for word in personal if word in field]


def test_nobody_signs_up_without_being_asked(stack: Assembly) -> None:
    [pool] = stack.of_type("Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


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
