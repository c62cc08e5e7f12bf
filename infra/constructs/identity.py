"""Who may sign in."""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.python_function import PythonFunction
from infra.settings import StageSettings


class Identity(Construct):
    """A pool of users, and the client they sign in with.

    Users are made by the operator, or make themselves where the stage is open to all; either way
    they belong to no company until they sign one up or accept an invitation. A token names a
    subject only; its tenant and role are in a membership record (H2), so users have no attribute
    that anything trusts.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: StageSettings) -> None:
        super().__init__(scope, id_)
        self.pool = cognito.UserPool(
            self,
            "Users",
            self_sign_up_enabled=settings.open_sign_up,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
                temp_password_validity=cdk.Duration.days(3),
            ),
            deletion_protection=settings.keep_data,
            removal_policy=cdk.RemovalPolicy.RETAIN
            if settings.keep_data
            else cdk.RemovalPolicy.DESTROY,
        )
        self.client = self.pool.add_client(
            "Client",
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=cdk.Duration.hours(1),
            id_token_validity=cdk.Duration.hours(1),
            refresh_token_validity=cdk.Duration.days(7),
            write_attributes=cognito.ClientAttributes().with_standard_attributes(fullname=True),
        )
        cdk.Validations.of(self.pool).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-COG2",
                reason="Programs sign in too and have no second device; each person may add one.",
            ),
            cdk.Acknowledgment(
                id="AwsSolutions-COG8",
                reason="The plus plan is priced per user: the operator's choice. "
                "Passwords are long, the API is throttled.",
            ),
        )

    def tell(self, function: PythonFunction) -> None:
        """Tell a function whose access tokens are good, and for which client."""
        issuer = f"https://{self.pool.user_pool_provider_name}"
        function.function.add_environment("RELANCE_TOKEN_ISSUER", issuer)
        client = self.client.user_pool_client_id
        function.function.add_environment("RELANCE_USER_POOL_CLIENT", client)
