"""What a failed call says about whether the message left.

The one question is: can the provider have taken it? Only a clear answer, or a request that never
went out, is a no. Everything else is in doubt.
"""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    EndpointProviderError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)
from botocore.parsers import ResponseParserError

from relance.app.errors import InDoubtError, NotAcceptedError, RefusedError, ThrottledError

# All that a call can raise; the parser's error stands outside the library's own tree.
FAILURES = (BotoCoreError, ClientError, ResponseParserError)

# The library gave up before a request was on its way. What is not listed is in doubt.
_NEVER_SENT = (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    EndpointProviderError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)
# The account as a whole may not send now; the message is not at fault.
_THROTTLED = frozenset(
    {
        "AccountSuspendedException",
        "LimitExceededException",
        "SendingPausedException",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "SlowDown",
    }
)
# This message will be refused each time.
_REFUSED = frozenset(
    {
        "BadRequestException",
        "InvalidParameter",
        "InvalidParameterValue",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "OptedOut",
        "ParameterValueInvalid",
        "ValidationError",
        "ValidationException",
    }
)


def meaning(error: Exception) -> NotAcceptedError | InDoubtError:
    """Return the product's error for one of FAILURES, to be raised from it.

    Its text names the provider's error class only: the provider's words may hold an address.
    """
    if isinstance(error, ClientError):
        return _answered(error)
    name = type(error).__name__
    if isinstance(error, _NEVER_SENT):
        return NotAcceptedError(f"never sent: {name}")
    return InDoubtError(f"no answer: {name}")


def _answered(error: ClientError) -> NotAcceptedError | InDoubtError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _THROTTLED or status == 429:
        return ThrottledError(code)
    if code in _REFUSED:
        return RefusedError(code)
    if 400 <= status < 500 and status != 408:
        # Access, credentials, a missing configuration set: the operator repairs it, then it goes.
        return NotAcceptedError(code)
    return InDoubtError(f"answered {status} {code}".strip())
