"""Secrets sealed by KMS for one tenant only."""

from collections.abc import Mapping
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from relance.app.errors import NotAcceptedError


class Kms(Protocol):
    """What is used of boto3's KMS client."""

    def encrypt(self, **request: Any) -> Mapping[str, Any]: ...
    def decrypt(self, **request: Any) -> Mapping[str, Any]: ...


class KmsVault:
    """The port `Vault`, bound to one tenant and one key (its id, ARN or alias).

    The tenant's name is part of what KMS authenticates: what was sealed for another tenant, or
    for another `purpose`, does not open, whoever copied it where. KMS seals 4,096 bytes at most.
    """

    def __init__(self, client: Kms, key: str, *, tenant: str, purpose: str) -> None:
        self._client = client
        self._key = key
        self._context = {"tenant": tenant, "purpose": purpose}

    def seal(self, secret: bytes) -> bytes:
        """Return the secret as only this tenant's vault opens it."""
        sealed = self._client.encrypt(
            KeyId=self._key, Plaintext=secret, EncryptionContext=self._context
        )
        return bytes(sealed["CiphertextBlob"])

    def unseal(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises NotAcceptedError when it does not open (now)."""
        try:
            opened = self._client.decrypt(
                KeyId=self._key, CiphertextBlob=sealed, EncryptionContext=self._context
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            raise NotAcceptedError(f"the account's seal does not open: {code}") from error
        except BotoCoreError as error:
            raise NotAcceptedError(f"the seal was not tried: {type(error).__name__}") from error
        return bytes(opened["Plaintext"])
