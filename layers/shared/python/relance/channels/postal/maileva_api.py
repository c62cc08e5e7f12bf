"""Where Maileva is reached, and its tokens."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import urllib3

from relance.app.errors import InDoubtError, NotAcceptedError, ThrottledError
from relance.channels.postal.exchange import Reply, Request, check, check_address, exchange
from relance.contracts.postal import Product
from relance.contracts.postal_account import MailevaAccount

# A token that ends while a letter is on its way is no use.
_MARGIN = 60.0
_SHORTEST, _LONGEST = 0.0, 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailevaApi:
    """The addresses of one Maileva environment, each with its version.

    An operator's setting, never a tenant's: a tenant's credentials go there. Raises ValueError for
    one that is not reached safely.
    """

    token_url: str
    plain_url: str
    registered_url: str

    def __post_init__(self) -> None:
        for url in (self.token_url, self.plain_url, self.registered_url):
            check_address(url)

    def product_url(self, product: Product) -> str:
        """Return the address under which this product's sendings are."""
        return self.registered_url if product is Product.REGISTERED else self.plain_url


_SIGN_IN = "auth/realms/services/protocol/openid-connect/token"
VERSION = "v2"


def maileva_api(root: str, *, sign_in: str, version: str = VERSION) -> MailevaApi:
    """Return the addresses below `root`; `sign_in` is where tokens are given."""
    return MailevaApi(
        token_url=sign_in,
        plain_url=f"{root}/mail/{version}",
        registered_url=f"{root}/registered_mail/{version}",
    )


def production(version: str = VERSION) -> MailevaApi:
    """Return the environment that prints and posts."""
    sign_in = f"https://connexion.maileva.com/{_SIGN_IN}"
    return maileva_api("https://api.maileva.com", sign_in=sign_in, version=version)


def sandbox(version: str = VERSION) -> MailevaApi:
    """Return the environment that prints nothing."""
    sign_in = f"https://connexion.sandbox.maileva.net/{_SIGN_IN}"
    return maileva_api("https://api.sandbox.maileva.net", sign_in=sign_in, version=version)


def reached_at(place: str, *, version: str, sandboxed: bool) -> MailevaApi:
    """Return the addresses for an operator's setting.

    `production` posts, but for accounts that ask for the sandbox; `sandbox` posts nothing for
    anybody; anything else is the address of a stand-in. Raises ValueError as `MailevaApi`.
    """
    if place == "production" and not sandboxed:
        return production(version)
    if place in ("production", "sandbox"):
        return sandbox(version)
    return maileva_api(place.rstrip("/"), sign_in=f"{place.rstrip('/')}/token", version=version)


PRODUCTION = production()
SANDBOX = sandbox()


class Session:
    """Requests in one account's name: signs in when needed, keeps the token until it ends.

    `clock` counts seconds; it need not stand still between a function's calls.
    """

    def __init__(
        self,
        pool: urllib3.PoolManager,
        api: MailevaApi,
        account: MailevaAccount,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.api = api
        self._pool = pool
        self._account = account
        self._clock = clock
        self._token = ""
        self._ends = 0.0

    def call(self, request: Request) -> Reply:
        """Make a request, once; once more with a new token when this one was refused.

        A request whose token was refused was certainly not acted on. Returns any answer but 401;
        raises NotAcceptedError when it never left or nobody can sign in, else InDoubtError.
        """
        fresh = self._sign_in_if_needed()
        reply = self._try(request)
        if reply.status == 401 and not fresh:
            self._sign_in()
            reply = self._try(request)
        if reply.status == 401:
            self._token = ""
            raise NotAcceptedError("401 the token just given is refused")
        return reply

    def _try(self, request: Request) -> Reply:
        signed = {**request.headers, "authorization": f"Bearer {self._token}"}
        return exchange(self._pool, Request(request.method, request.url, signed, body=request.body))

    def _sign_in_if_needed(self) -> bool:
        """Return whether it signed in."""
        if self._token and self._clock() < self._ends:
            return False
        self._sign_in()
        return True

    def _sign_in(self) -> None:
        """Get a token. Nothing is carried by this: whatever fails may be tried again."""
        self._token = ""
        try:
            answer = check(exchange(self._pool, self._credentials())).json()
        except ThrottledError:
            raise
        except (InDoubtError, NotAcceptedError) as error:
            raise NotAcceptedError(f"sign-in: {error}") from error
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise NotAcceptedError("sign-in: answered without a token")
        self._token, self._ends = token, self._clock() + _seconds(lasts) - _MARGIN

    def _credentials(self) -> Request:
        account = self._account
        secret = account.client_secret.get_secret_value()
        basic = base64.b64encode(f"{account.client_id}:{secret}".encode()).decode()
        form = {"grant_type": "client_credentials"}
        if account.username:
            form = {
                "grant_type": "password",
                "username": account.username,
                "password": account.password.get_secret_value(),
            }
        headers = {
            "authorization": f"Basic {basic}",
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        return Request("POST", self.api.token_url, headers, body=urlencode(form).encode())


def _seconds(lasts: object) -> float:
    """Return how long a token lasts, as a number or its text; not at all when it is neither."""
    try:
        return min(max(float(str(lasts)), _SHORTEST), _LONGEST)
    except ValueError:
        return _SHORTEST
