"""What became of text messages: SNS writes it to two log groups of the account, nowhere else."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs import grants
from infra.constructs.python_function import PythonFunction

# SNS's own names; the account has one pair of them in a region.
GROUPS = {
    "Successes": "DirectPublishToPhoneNumber",
    "Failures": "DirectPublishToPhoneNumber/Failure",
}


class SmsLogs(Construct):
    """Hands all entries of both groups to a function; those it fails on go to its dead letters.

    The groups, the role that SNS writes them by and the account's setting to write them at all are
    made by the operator first: no template can make the setting.
    """

    def __init__(
        self, scope: Construct, id_: str, *, worker: PythonFunction, dead_letters: sqs.IQueue
    ) -> None:
        super().__init__(scope, id_)
        stack = cdk.Stack.of(self)
        for name, group in GROUPS.items():
            full = f"sns/{stack.region}/{stack.account}/{group}"
            arn = stack.format_arn(
                service="logs",
                resource="log-group",
                resource_name=full,
                arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            )
            leave = lambda_.CfnPermission(
                self,
                f"Leave{name}",
                action="lambda:InvokeFunction",
                function_name=worker.function.function_arn,
                principal="logs.amazonaws.com",
                source_account=stack.account,
                source_arn=f"{arn}:*",
            )
            logs.CfnSubscriptionFilter(
                self,
                name,
                log_group_name=full,
                filter_pattern="",
                destination_arn=worker.function.function_arn,
            ).add_dependency(leave)
        # Log groups hand over without a queue: Lambda tries three times, then keeps the event here.
        function = cast("lambda_.CfnFunction", worker.function.node.default_child)
        function.dead_letter_config = lambda_.CfnFunction.DeadLetterConfigProperty(
            target_arn=dead_letters.queue_arn
        )
        worker.may_also(grants.enqueue("KeepWhatFailed", dead_letters))
