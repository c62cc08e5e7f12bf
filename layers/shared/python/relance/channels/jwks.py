"""Fetch a user pool's public keys."""

import urllib3

from relance.app.errors import NotAcceptedError

_SECONDS = 3.0
_MOST_BYTES = 64 * 1024


def fetch_jwks(address: str) -> bytes:
    """Return the document at `address`; raises NotAcceptedError when it can't be had now."""
    pool = urllib3.PoolManager(retries=urllib3.Retry(1, redirect=0), timeout=_SECONDS)
    try:
        answer = pool.request("GET", address, preload_content=False)
        body = answer.read(_MOST_BYTES)
    except urllib3.exceptions.HTTPError as error:
        raise NotAcceptedError("the pool's keys can't be had") from error
    finally:
        pool.clear()
    if answer.status != 200:
        raise NotAcceptedError(f"the pool answered {answer.status} for its keys")
    return body
