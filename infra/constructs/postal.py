"""Letters: the key that seals the accounts with whoever posts them."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.constructs import grants
from infra.constructs.python_function import PythonFunction
from infra.settings import StageSettings

# What the encryption context of a sealed account names: the tenant, and that it is one.
PURPOSE = "postal-account"


class Postal(Construct):
    """A key of our own, used for tenants' accounts only, and by these functions only.

    The account's administrators may do what keys need; to seal and to open anything, a function
    must say that it is a postal account. Which tenant's, its program says: KMS compares that with
    what was sealed.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        sealed_by: PythonFunction,
        opened_by: list[PythonFunction],
    ) -> None:
        super().__init__(scope, id_)
        self.key = kms.Key(
            self,
            "Key",
            description=f"Relance {settings.stage}: accounts with those who post tenants' letters",
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(30 if settings.keep_data else 7),
            removal_policy=cdk.RemovalPolicy.RETAIN
            if settings.keep_data
            else cdk.RemovalPolicy.DESTROY,
        )
        self._allow(settings, sealed_by, "kms:Encrypt", "kms:Decrypt")
        for function in opened_by:
            self._allow(settings, function, "kms:Decrypt")

    @staticmethod
    def told(settings: StageSettings) -> dict[str, str]:
        """Return what those are told who speak with a provider."""
        return {"POSTAL_API": settings.postal_api, "POSTAL_VERSION": settings.postal_version}

    def _allow(self, settings: StageSettings, function: PythonFunction, *actions: str) -> None:
        function.function.add_environment("RELANCE_POSTAL_KEY", self.key.key_arn)
        function.may_also(
            grants.use_key(
                "PostalAccounts", self.key, actions, sealed_for=PURPOSE, settings=settings
            )
        )
