"""Keys that the stack made and nobody reads."""

from functools import cache

import boto3

_SHORTEST = 32


@cache
def stored_key(secret: str) -> bytes:
    """Return the key that Secrets Manager keeps under this name, read once in a process's life.

    Raises RuntimeError when it is too short to sign with.
    """
    key: str = boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    if len(key) < _SHORTEST:
        raise RuntimeError(f"the secret {secret} is shorter than {_SHORTEST} characters")
    return key.encode()
