"""The role that the API takes on for one tenant's records at a time (H3)."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs import grants
from infra.constructs.python_function import PythonFunction
from infra.settings import StageSettings


class TenantRole(Construct):
    """What a request may do with the table, before the request's own policy narrows it.

    Only `taken_by` may take it on, and always under a policy with the keys of one tenant: that
    policy is our code's, so a fault elsewhere in it reaches one tenant at most.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: StageSettings,
        table: dynamodb.ITable,
        taken_by: PythonFunction,
    ) -> None:
        super().__init__(scope, id_)
        # Named, so that the function's role and this one can each say the other's.
        name = f"relance-{settings.stage}-{cdk.Aws.REGION}-tenant"
        role = iam.Role(
            self,
            "Role",
            role_name=name,
            assumed_by=iam.ArnPrincipal(taken_by.role_arn),
            description="One tenant's records of the table, as the session's policy says which",
            inline_policies={
                "allowed": iam.PolicyDocument(
                    statements=[
                        grants.read_table(table),
                        grants.write_table(table),
                        grants.query_index(table, "lists"),
                    ]
                )
            },
        )
        arn = cdk.Stack.of(self).format_arn(
            service="iam", region="", resource="role", resource_name=name
        )
        taken_by.may_also(grants.allow("TakeOnTenant", "sts:AssumeRole", on=[arn]))
        taken_by.function.add_environment("RELANCE_TENANT_ROLE", role.role_arn)
        taken_by.function.add_environment("RELANCE_TABLE_ARN", table.table_arn)
