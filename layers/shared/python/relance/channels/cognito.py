"""People sign in with a Cognito user pool: its access tokens are checked here."""

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unreachable

from relance.app.access import Person
from relance.app.errors import NotAcceptedError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

# A pool's own access tokens have about a thousand characters.
_LONGEST = 8192
_ALGORITHM = "RS256"
# Clocks of two machines differ by so much.
_LEEWAY = 5
# Keys are asked for again after a day, and for one that isn't known at most once a minute: made-up
# tokens don't make us ask the pool for each of them.
_KEPT = 24 * 3600
_AT_MOST_EVERY = 60


class PoolKeys:
    """The public keys of a pool, fetched when first needed.

    `fetch` returns the pool's JWKS document, or raises NotAcceptedError.
    """

    def __init__(self, fetch: Callable[[], bytes], now: Callable[[], float] = time.monotonic):
        self._fetch = fetch
        self._now = now
        self._keys: dict[str, Any] = {}
        self._tried_at: float | None = None

    def key(self, name: str) -> Any:
        """Return the key of this name as JWK, None when the pool has none.

        Raises NotAcceptedError when no key of the pool could be had yet.
        """
        waited = None if self._tried_at is None else self._now() - self._tried_at
        missing = name not in self._keys
        if waited is None or waited > _KEPT or (missing and waited > _AT_MOST_EVERY):
            self._refresh()
        return self._keys.get(name)

    def _refresh(self) -> None:
        try:
            document = json.loads(self._fetch())
            self._keys = {each["kid"]: each for each in document["keys"] if each["kty"] == "RSA"}
            self._tried_at = self._now()
        except (NotAcceptedError, ValueError, KeyError, TypeError) as error:
            if not self._keys:
                raise NotAcceptedError("the pool's keys can't be had") from error
            self._tried_at = self._now()  # those that are known stay good


class CognitoTokens:
    """`app.access.Tokens`: access tokens of one pool (`issuer`) for one of its clients.

    `now` is the system's time in seconds: no other day than the real one counts here.
    """

    def __init__(
        self, keys: PoolKeys, *, issuer: str, client: str, now: Callable[[], float] = time.time
    ):
        self._keys = keys
        self._issuer = issuer
        self._client = client
        self._now = now

    def subject(self, token: str) -> str | None:
        key = self._key_named_by(token)
        if key is None:
            return None
        # Heavy, and not needed where only programs sign in.
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import RSAKey

        rules = jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._issuer},
            client_id={"essential": True, "value": self._client},
            token_use={"essential": True, "value": "access"},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            read = jwt.decode(token, RSAKey.import_key(key), algorithms=[_ALGORITHM])
            rules.validate(read.claims)
        except (JoseError, ValueError, TypeError):
            return None
        subject = read.claims["sub"]
        return subject if isinstance(subject, str) and subject else None

    def _key_named_by(self, token: str) -> Any:
        """Return the pool's key that the token says it is signed with, None when there is none."""
        if len(token) > _LONGEST or token.count(".") != 2:
            return None
        head = token.partition(".")[0]
        try:
            header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        except (ValueError, RecursionError):
            return None
        if not isinstance(header, dict) or header.get("alg") != _ALGORITHM:
            return None
        name = header.get("kid")
        return self._keys.key(name) if isinstance(name, str) else None


# The token was revoked, or its user removed or kept from signing in.
_NOBODYS = frozenset(
    {
        "NotAuthorizedException",
        "PasswordResetRequiredException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    }
)
_SLOW_DOWN = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException"})
_BROKEN = 500


class CognitoDirectory:
    """`app.access.Directory`: asks the pool who holds an access token.

    What is wrong with how we ask, such as an operation that the pool doesn't allow, crashes.
    """

    def __init__(self, client: Callable[[], "CognitoIdentityProviderClient"]) -> None:
        self._client = client

    def person(self, token: str) -> Person | None:
        try:
            found = self._client().get_user(AccessToken=token)["UserAttributes"]
        except ClientError as error:
            code, status = error.response["Error"]["Code"], _status(error)
            if code in _NOBODYS:
                return None
            if code in _SLOW_DOWN or status >= _BROKEN:
                raise NotAcceptedError("the user pool can't tell now") from error
            raise
        except (Unreachable, HTTPClientError) as error:
            raise NotAcceptedError("the user pool can't be reached") from error
        known = {each["Name"]: each.get("Value", "") for each in found}
        proved = known.get("email_verified") == "true"
        return Person(email=known.get("email") or None if proved else None)


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
