"""The way to no more text messages: the key that its links are signed with, and its page."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs import grants
from infra.constructs.api import Api
from infra.constructs.python_function import PythonFunction
from infra.settings import StageSettings

ADDRESS = "/v1/o"
KEY_LENGTH = 64


class OptOut(Construct):
    """A secret that the stack makes up, for whoever makes links and whoever reads them.

    The page is open to all: a link's own signature says who may do what.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        api: Api,
        links_by: PythonFunction,
        read_by: PythonFunction,
    ) -> None:
        super().__init__(scope, id_)
        key = secretsmanager.Secret(
            self,
            "Key",
            secret_name=f"relance/{settings.stage}/opt-out",
            description="Signs the links to no more text messages; with a new one old links end",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=KEY_LENGTH, exclude_punctuation=True
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN
            if settings.keep_data
            else cdk.RemovalPolicy.DESTROY,
        )
        cdk.Validations.of(key).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-SMG4",
                reason="A link in a message must work for as long as the message is kept.",
            )
        )
        # Not the construct's own ARN, a reference: the local engine answers that with the name.
        arn = cast("secretsmanager.CfnSecret", key.node.default_child).attr_id
        for function in (links_by, read_by):
            function.function.add_environment("RELANCE_OPT_OUT_SECRET", arn)
            function.may_also(grants.read_secret("ReadOptOutKey", arn))
        links_by.function.add_environment(
            "RELANCE_OPT_OUT_ADDRESS",
            f"{settings.link_address or api.http.api_endpoint}{ADDRESS}",
        )
