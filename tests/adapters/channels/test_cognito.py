"""Only an unexpired access token that our pool signed for our client names anybody (H2)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from joserfc import jwt
from joserfc.jwk import RSAKey
from moto import mock_aws

from relance.app.access import Person
from relance.app.errors import NotAcceptedError
from relance.channels.cognito import CognitoDirectory, CognitoTokens, PoolKeys

ISSUER = "https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_pool"
CLIENT = "our-client"
NOW = 1_741_512_600
OURS = RSAKey.generate_key(2048, parameters={"kid": "k1"})
THEIRS = RSAKey.generate_key(2048, parameters={"kid": "k1"})
CLAIMS: dict[str, Any] = {
    "sub": "anna",
    "iss": ISSUER,
    "client_id": CLIENT,
    "token_use": "access",
    "iat": NOW - 10,
    "exp": NOW + 3600,
}


class Pool:
    """Gives the public keys, and counts how often it was asked."""

    def __init__(self, *keys: RSAKey) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.down = False

    def fetch(self) -> bytes:
        self.asked += 1
        if self.down:
            raise NotAcceptedError("down")
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()


class Seconds:
    """A clock in seconds that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def pool() -> Pool:
    return Pool(OURS)


@pytest.fixture
def tokens(pool: Pool) -> CognitoTokens:
    return CognitoTokens(PoolKeys(pool.fetch), issuer=ISSUER, client=CLIENT, now=lambda: NOW)


def signed(key: RSAKey = OURS, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token as the pool makes it, but for `changes`; None leaves a claim out."""
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "k1"} | (header or {}), claims, key)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_an_access_token_of_our_pool_for_our_client_names_its_subject(
    tokens: CognitoTokens,
) -> None:
    assert tokens.subject(signed()) == "anna"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": ISSUER + "2"},
        {"iss": ISSUER.replace("https", "http")},
        {"iss": [ISSUER]},
        {"iss": None},
        {"client_id": "another-client"},
        {"client_id": None},
        {"client_id": None, "aud": CLIENT, "token_use": "id"},
        {"aud": CLIENT, "token_use": "id"},
        {"token_use": "refresh"},
        {"token_use": None},
        {"exp": NOW - 10},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": NOW + 600},
        {"iat": NOW + 600},
        {"sub": None},
        {"sub": ""},
        {"sub": 1},
    ],
)
def test_a_token_that_we_signed_but_that_says_something_else_names_nobody(
    tokens: CognitoTokens, changes: dict[str, Any]
) -> None:
    assert tokens.subject(signed(**changes)) is None


def test_a_key_of_another_pool_opens_nothing_though_it_has_the_same_name(
    tokens: CognitoTokens,
) -> None:
    assert tokens.subject(signed(THEIRS)) is None


def test_a_token_that_nobody_signed_names_nobody(tokens: CognitoTokens) -> None:
    for alg in ("none", "None", "NONE", ""):
        head = part({"alg": alg, "kid": "k1"})
        assert tokens.subject(f"{head}.{part(CLAIMS)}.") is None
        assert tokens.subject(f"{head}.{part(CLAIMS)}.{signed().rpartition('.')[2]}") is None


def test_the_public_key_is_no_secret_to_sign_with(tokens: CognitoTokens) -> None:
    secrets = (OURS.as_pem(private=False), OURS.as_der(private=False), b"")
    for secret in secrets:
        head = part({"alg": "HS256", "kid": "k1"})
        said = f"{head}.{part(CLAIMS)}"
        seal = hmac.new(secret, said.encode(), hashlib.sha256).digest()
        text = base64.urlsafe_b64encode(seal).decode().rstrip("=")
        assert tokens.subject(f"{said}.{text}") is None


def test_a_token_brings_no_key_of_its_own(tokens: CognitoTokens) -> None:
    theirs = THEIRS.as_dict(private=False)
    for header in ({"jwk": theirs}, {"jku": "https://example.com/keys"}, {"kid": "k2"}):
        assert tokens.subject(signed(THEIRS, header)) is None


def test_a_token_that_was_changed_after_it_was_signed_names_nobody(tokens: CognitoTokens) -> None:
    head, _, seal = signed().split(".")
    assert tokens.subject(f"{head}.{part(CLAIMS | {'sub': 'rita'})}.{seal}") is None
    for place in range(0, len(seal), 40):
        other = "A" if seal[place] != "A" else "B"
        changed = seal[:place] + other + seal[place + 1 :]
        assert tokens.subject(f"{head}.{part(CLAIMS)}.{changed}") is None


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "é.é.é", "\x00.\x00.\x00", "e30.e30.e30", "W10.W10.W10",
             "x" * 9000 + "..", part("x") + ".e30.e30", part({"alg": "RS256", "kid": []}) + ".e30."]
)  # fmt: skip
def test_what_is_no_token_names_nobody(tokens: CognitoTokens, text: str) -> None:
    assert tokens.subject(text) is None


def test_the_keys_are_asked_for_once_and_made_up_names_do_not_ask_again(pool: Pool) -> None:
    clock = Seconds()
    tokens = CognitoTokens(
        PoolKeys(pool.fetch, now=clock), issuer=ISSUER, client=CLIENT, now=lambda: NOW
    )
    for number in range(50):
        assert tokens.subject(signed()) == "anna"
        assert tokens.subject(signed(THEIRS, {"kid": f"made-up-{number}"})) is None
    assert pool.asked == 1

    fresh = RSAKey.generate_key(2048, parameters={"kid": "k2"})
    pool.keys = [fresh]  # the pool changed its keys
    assert tokens.subject(signed(fresh, {"kid": "k2"})) is None
    clock.now += 61
    assert tokens.subject(signed(fresh, {"kid": "k2"})) == "anna"
    assert tokens.subject(signed()) is None
    assert pool.asked == 2


def test_while_the_pool_is_out_of_reach_known_keys_stay_good(pool: Pool) -> None:
    clock = Seconds()
    tokens = CognitoTokens(
        PoolKeys(pool.fetch, now=clock), issuer=ISSUER, client=CLIENT, now=lambda: NOW
    )
    pool.down = True
    with pytest.raises(NotAcceptedError):
        tokens.subject(signed())
    pool.down = False
    assert tokens.subject(signed()) == "anna"
    pool.down = True
    clock.now += 2 * 24 * 3600
    assert tokens.subject(signed()) == "anna"


@pytest.fixture
def users() -> Iterator[Any]:
    """A user pool on moto."""
    with mock_aws():
        yield boto3.client("cognito-idp", region_name="eu-west-3")


@pytest.mark.parametrize(("verified", "told"), [("true", "anna@example.com"), ("false", None)])
def test_the_directory_tells_the_address_that_was_proved(
    users: Any, verified: str, told: str | None
) -> None:
    pool = users.create_user_pool(PoolName="p")["UserPool"]["Id"]
    client = users.create_user_pool_client(UserPoolId=pool, ClientName="c")["UserPoolClient"]
    attributes = {"email": "anna@example.com", "email_verified": verified}
    users.admin_create_user(
        UserPoolId=pool,
        Username="anna",
        UserAttributes=[{"Name": name, "Value": text} for name, text in attributes.items()],
    )
    users.admin_set_user_password(
        UserPoolId=pool, Username="anna", Password="Long-enough-1!", Permanent=True
    )
    token = users.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=client["ClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "anna", "PASSWORD": "Long-enough-1!"},
    )["AuthenticationResult"]["AccessToken"]
    directory = CognitoDirectory(lambda: users)

    assert directory.person(token) == Person(email=told)
    assert directory.person("nonsense") is None


@pytest.fixture
def pool_client() -> Any:
    """A client of a user pool that is asked once."""
    return boto3.client(
        "cognito-idp",
        region_name="eu-west-3",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.mark.parametrize(
    "code",
    [
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
    ],
)
def test_a_token_that_outlives_its_user_is_nobodys(pool_client: Any, code: str) -> None:
    with Stubber(pool_client) as answers:
        answers.add_client_error("get_user", code)
        assert CognitoDirectory(lambda: pool_client).person("token") is None


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("TooManyRequestsException", 400),
        ("ThrottlingException", 400),
        ("InternalErrorException", 500),
        ("Bad Gateway", 502),
    ],
)
def test_a_pool_that_is_slowed_down_or_broken_is_asked_later(
    pool_client: Any, code: str, status: int
) -> None:
    with Stubber(pool_client) as answers:
        answers.add_client_error("get_user", code, http_status_code=status)
        with pytest.raises(NotAcceptedError):
            CognitoDirectory(lambda: pool_client).person("token")


def test_a_pool_that_can_t_be_reached_is_asked_later(pool_client: Any) -> None:
    with pytest.raises(NotAcceptedError):
        CognitoDirectory(lambda: pool_client).person("token")


def test_what_is_wrong_with_how_we_ask_is_no_ones_fault_but_ours(pool_client: Any) -> None:
    with Stubber(pool_client) as answers:
        answers.add_client_error("get_user", "ResourceNotFoundException")
        with pytest.raises(ClientError):
            CognitoDirectory(lambda: pool_client).person("token")
